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
  /** How many more there are that something else of the comment tells whole. */
  beside?: number;
  /** What each of them stands under, where not all stand under the same. */
  groups?: readonly Group[];
}

/** Folded as one, under what tells it from the others. */
export interface Group {
  /** Inert HTML. */
  title: string;
  /** How many texts there would be in it. */
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
const asideInGroup = 200;

/** How many of the details fit. */
export function fitting({ head, details, foot, rest }: CommentParts, most = mostCommentCharacters): number {
  return countWithin(sizesOf(details), most - (head.length + foot.length + rest.length + aside));
}

/** The first text of a group brings along what stands around them all. */
function sizesOf({ texts, groups = [] }: Details): { length: number }[] {
  const begun = new Set<Group>();
  return texts.map((text, index) => {
    const group = groups[index];
    if (group === undefined || begun.has(group)) return text;
    begun.add(group);
    return { length: text.length + group.title.length + asideInGroup };
  });
}

/**
 * Puts a comment together: the head and the foot always stand, of the details as many as fit, in order. What was left out
 * is counted and said, never cut in the middle.
 */
export function assemble(parts: CommentParts, most = mostCommentCharacters): string {
  const { texts, total, beside = 0, groups } = parts.details;
  const kept = texts.slice(0, fitting(parts, most));
  const left = total - kept.length;
  const told =
    left === 0 ? [] : [`… and **${left} more** of ${total + beside} changed objects. ${parts.rest}`.trimEnd()];
  const shown =
    groups === undefined
      ? folded(kept, "objects", parts.mostUnfolded)
      : folded(inGroups(kept, groups, parts.mostUnfolded), "systems", parts.mostUnfolded);
  return [parts.head, ...shown, ...told, parts.foot].filter((part) => part !== "").join("\n\n");
}

/** Each group folded, in the order of their first texts; the first stands open, or all where nothing is to be folded. */
function inGroups(texts: readonly string[], groups: readonly Group[], most: number | undefined): string[] {
  const byGroup = Map.groupBy(texts.keys(), (index) => groups[index]!);
  return [...byGroup].map(([{ title, total }, indexes], at) => {
    const own = indexes.map((index) => texts[index]!);
    const left = total - own.length;
    const told = left === 0 ? [] : [`… and **${left} more** of this system.`];
    const open = at === 0 || most === undefined ? " open" : "";
    const body = [...folded(own, "objects", most), ...told].join("\n\n");
    return `<details${open}><summary>${title}</summary><blockquote>\n\n${body}\n\n</blockquote></details>`;
  });
}

/** Nobody scrolls past hundreds of lines to the foot, and what counts stands first. */
function folded(texts: readonly string[], what: "objects" | "systems", most = texts.length): string[] {
  if (texts.length <= most) return [inOneList(texts)];
  const [first, others] = [texts.slice(0, most), texts.slice(most)];
  const summary = `<summary><b>${others.length} more ${what}</b></summary>`;
  return [inOneList(first), `<details>${summary}\n\n${inOneList(others)}\n\n</details>`];
}

/** Items of a list without an empty line between them, which would set them far apart. */
function inOneList(texts: readonly string[]): string {
  const isItem = (text: string | undefined) => text?.startsWith("- ") === true;
  return texts
    .map((text, index) => `${index === 0 ? "" : isItem(text) && isItem(texts[index - 1]) ? "\n" : "\n\n"}${text}`)
    .join("");
}
