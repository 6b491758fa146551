import { parseEvents } from "js-yaml";

/** js-yaml's reasons when a quote or bracket is still open where it must not be. */
const stillOpen = /^(?:deficient indentation|unexpected end of the (?:stream|document) within)/;

/** Each line above the error in which its cause is looked for costs a parse of all before it: so many characters in all. */
const mostParsed = 4 * 1024 * 1024;

/**
 * Where a quote or bracket opens that the file never closes: a parser tells only where it gave up, often behind the end of the file.
 * @param offset into `text`, of the error
 * @returns the offset of the first character on that line; undefined when something else is wrong, or it opens too far above
 */
export function unclosedAt(text: string, reason: string, offset: number): number | undefined {
  if (!stillOpen.test(reason)) return undefined;
  let start = lineStart(text, Math.min(offset, text.length - 1));
  for (let parsed = start; parsed <= mostParsed; parsed += start) {
    if (isWhole(text.slice(0, start))) return start + text.slice(start).search(/\S|$/);
    if (start === 0) return undefined;
    start = lineStart(text, start - 1);
  }
  return undefined;
}

const lineStart = (text: string, offset: number): number => (offset < 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1);

function isWhole(text: string): boolean {
  try {
    parseEvents(text, {});
    return true;
  } catch {
    return false;
  }
}
