import { countWithin } from "./within.ts";

/**
 * GitHub refuses a comment of more than 65,536 characters; we stay below, counting UTF-16 units, of which there are never
 * fewer than characters.
 */
export const mostCommentCharacters = 65_000;

export interface CommentParts {
  head: string;
  details: readonly string[];
  foot: string;
  /** Said of the details that do not fit. */
  rest: string;
}

/** How many of the details fit. */
export function fitting({ head, details, foot, rest }: CommentParts, most = mostCommentCharacters): number {
  return countWithin(details, most - (head.length + foot.length + rest.length + 100));
}

/**
 * Puts a comment together: the head and the foot always stand, of the details as many as fit, in order. What was left out
 * is counted and said, never cut in the middle.
 */
export function assemble(parts: CommentParts, most = mostCommentCharacters): string {
  const kept = parts.details.slice(0, fitting(parts, most));
  const left = parts.details.length - kept.length;
  const told =
    left === 0 ? [] : [`… and **${left} more** of ${parts.details.length} changed objects. ${parts.rest}`.trimEnd()];
  return [parts.head, ...kept, ...told, parts.foot].filter((part) => part !== "").join("\n\n");
}
