import { countWithin } from "./within.ts";

/**
 * GitHub refuses a comment of more than 65,536 characters; we stay below, counting UTF-16 units, of which there are never
 * fewer than characters.
 */
export const mostCommentCharacters = 65_000;

/** Texts of which each stands alone; no more of them are made than a comment could hold. */
export interface Details {
  texts: readonly string[];
  /** How many there would be. */
  total: number;
}

/** As many of them as somebody could use, from the first on. */
export function detailsUpTo<T>(most: number, items: readonly T[], text: (item: T, index: number) => string): Details {
  const texts: string[] = [];
  let room = most;
  for (const [index, item] of items.entries()) {
    if (room < 0) break;
    const next = text(item, index);
    texts.push(next);
    room -= next.length;
  }
  return { texts, total: items.length };
}

export interface CommentParts {
  head: string;
  details: Details;
  foot: string;
  /** Said of the details that do not fit. */
  rest: string;
  /** So many details stand open to view, and the others folded into one; undefined shows all. */
  mostUnfolded?: number;
}

/** A phone shows about so many lines at once. */
export const mostUnfolded = 20;

/** Characters for what is said beside the texts: what was left out, and around what is folded. */
const aside = 300;

/** How many of the details fit. */
export function fitting({ head, details, foot, rest }: CommentParts, most = mostCommentCharacters): number {
  return countWithin(details.texts, most - (head.length + foot.length + rest.length + aside));
}

/**
 * Puts a comment together: the head and the foot always stand, of the details as many as fit, in order. What was left out
 * is counted and said, never cut in the middle.
 */
export function assemble(parts: CommentParts, most = mostCommentCharacters): string {
  const kept = parts.details.texts.slice(0, fitting(parts, most));
  const left = parts.details.total - kept.length;
  const told =
    left === 0 ? [] : [`… and **${left} more** of ${parts.details.total} changed objects. ${parts.rest}`.trimEnd()];
  const shown = folded(kept, parts.mostUnfolded ?? kept.length);
  return [parts.head, ...shown, ...told, parts.foot].filter((part) => part !== "").join("\n\n");
}

/** Nobody scrolls past hundreds of lines to the foot, and what counts stands first. */
function folded(texts: readonly string[], most: number): string[] {
  if (texts.length <= most) return [inOneList(texts)];
  const [first, others] = [texts.slice(0, most), texts.slice(most)];
  const summary = `<summary><b>${others.length} more objects</b></summary>`;
  return [inOneList(first), `<details>${summary}\n\n${inOneList(others)}\n\n</details>`];
}

/** Items of a list without an empty line between them, which would set them far apart. */
function inOneList(texts: readonly string[]): string {
  const isItem = (text: string | undefined) => text?.startsWith("- ") === true;
  return texts
    .map((text, index) => `${index === 0 ? "" : isItem(text) && isItem(texts[index - 1]) ? "\n" : "\n\n"}${text}`)
    .join("");
}
