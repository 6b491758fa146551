import { withoutBreaks } from "../write/block-text.ts";
import type { Splice } from "./splice.ts";

/**
 * What has to change in the lines of a folded scalar for another text, from the first to the last character that differ.
 * @param start of its lines in `text`, with the line break before the first
 * @returns undefined where lines are not folded (they begin with blanks), and where the change has lines of its own
 */
export function foldedSplice(text: string, start: number, end: number, before: string, to: string): Splice | undefined {
  const old = withoutBreaks(before);
  const wanted = withoutBreaks(to);
  const places = placesOf(text, start, end, old);
  if (places === undefined) return undefined;
  const shorter = Math.min(old.length, wanted.length);
  let head = 0;
  while (head < shorter && old[head] === wanted[head]) head++;
  let tail = 0;
  while (tail < shorter - head && old.at(-1 - tail) === wanted.at(-1 - tail)) tail++;
  const put = wanted.slice(head, wanted.length - tail);
  if (put.includes("\n")) return undefined;
  return { start: places[head]!, end: places[old.length - tail]!, text: put };
}

/** Where each character of a folded text stands; one more for its end. */
function placesOf(text: string, start: number, end: number, read: string): number[] | undefined {
  const places: number[] = [];
  let folded = "";
  let breaks: number[] = [];
  let lineEnds = start;
  for (const { 0: line, index } of text.slice(start, end).matchAll(/(?<=\n)[^\n]*/g)) {
    const content = line.replace(/\r$/, "");
    const margin = content.search(/[^ ]/);
    if (margin < 0) {
      breaks.push(start + index);
      continue;
    }
    if (folded !== "") {
      folded += breaks.length === 0 ? " " : "\n".repeat(breaks.length);
      places.push(...(breaks.length === 0 ? [lineEnds] : breaks.map((_, at) => (at === 0 ? lineEnds : breaks[at]!))));
    }
    breaks = [];
    for (let at = margin; at < content.length; at++) places.push(start + index + at);
    folded += content.slice(margin);
    lineEnds = start + index + content.length;
  }
  places.push(lineEnds);
  return folded === read ? places : undefined;
}
