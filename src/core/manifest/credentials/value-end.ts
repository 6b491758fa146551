import { closingQuoteOnLine } from "./quotes.ts";

/** How a value that is not quoted ends, which the notation that it stands in says. */
export type Notation =
  /** A line of a file: all the rest of it. */
  | "line"
  /** What a line begins with, with others behind it perhaps: `PASSWORD=x PORT=80`, `password=x&n=1`. */
  | "first"
  /** Inside brackets: up to the next item. */
  | "flow"
  /** Somewhere in a line: a word. */
  | "word";

const another = /[\w.-]{1,60}[ \t]?(?:=|:(?!\/\/))|[\s"']|$/y;
const afterBlank = /[\w.-]{1,60}=|--?[A-Za-z]|&&|[|;>]|$/my;
const stops = /[ \t]+|[,;&\n"'`]|<\/|\\["'`n]|$/g;
const flowStops = /[,}\]\n]|$/g;

/** Where the value that begins at that place ends. */
export function valueEnd(text: string, from: number, notation: Notation): number {
  switch (notation) {
    case "line":
      return lineEnd(text, from);
    case "flow":
      return trimmedEnd(text, from, indexOf(flowStops, text, from));
    case "first":
    case "word":
      return runEnd(text, from, notation);
  }
}

/** The end of the line, or of a later one where backslashes join them. */
export function lineEnd(text: string, from: number): number {
  let end = text.indexOf("\n", from);
  while (end > from && text[end - 1] === "\\") end = text.indexOf("\n", end + 1);
  const at = end < 0 ? text.length : end;
  return text[at - 1] === "\r" && at > from ? at - 1 : at;
}

function runEnd(text: string, from: number, notation: "first" | "word"): number {
  for (let at = from; ; ) {
    const stop = indexOf(stops, text, at);
    const sign = text[stop];
    if (sign === "\n" && text[stop - 1] === "\\") at = stop + 1;
    else if (sign === undefined || sign === "\n" || sign === "<") return trimmedEnd(text, from, stop);
    else if (sign === "\\") {
      if (text[stop + 1] !== "n") return stop;
      at = stop + 2;
    } else if (sign === " " || sign === "\t") {
      const after = stops.lastIndex;
      if (notation === "word" || matches(afterBlank, text, after)) return stop;
      at = after;
    } else if (",;&".includes(sign)) {
      if (matches(another, text, stop + 1)) return stop;
      at = stop + 1;
    } else {
      at = Math.max(stop, closingQuoteOnLine(text, stop + 1, sign)) + 1;
    }
  }
}

function indexOf(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(text)!.index;
}

function matches(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}

function trimmedEnd(text: string, from: number, to: number): number {
  let end = to;
  while (end > from && /\s/.test(text[end - 1]!)) end--;
  return end;
}
