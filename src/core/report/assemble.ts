/**
 * GitHub refuses a comment of more than 65,536 characters; we stay below, counting UTF-16 units, of which there are never
 * fewer than characters.
 */
export const mostCommentCharacters = 65_000;

/**
 * Puts a comment together: the head and the foot always stand, of the details as many as fit, in order. What was left out
 * is counted and said, never cut in the middle.
 */
export function assemble(
  parts: { head: string; details: readonly string[]; foot: string; rest: string },
  most = mostCommentCharacters,
): string {
  const frame = parts.head.length + parts.foot.length + parts.rest.length + 100;
  let room = most - frame;
  const kept: string[] = [];
  for (const detail of parts.details) {
    room -= detail.length + 2;
    if (room < 0) break;
    kept.push(detail);
  }
  const left = parts.details.length - kept.length;
  const told =
    left === 0 ? [] : [`… and **${left} more** of ${parts.details.length} changed objects. ${parts.rest}`.trimEnd()];
  return [parts.head, ...kept, ...told, parts.foot].filter((part) => part !== "").join("\n\n");
}
