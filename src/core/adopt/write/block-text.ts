import { isPrintable } from "./scalar-text.ts";

/** A text as a block scalar. */
export interface BlockText {
  header: string;
  /** Lines behind the header, each with its line break before it. */
  body: string;
}

/** Whether a text keeps its lines in the file: others are written in quotes. */
export function hasBlock(value: string): boolean {
  return value.includes("\n") && /^\S/.test(value) && isPrintable(value.replace(/[\n\t]/g, ""));
}

/** @param indent of its lines */
export function literalBlock(value: string, indent: number, eol: string): BlockText {
  const { lines, chomping, more } = chomped(value);
  const body = lines.map((line) => eol + (line === "" ? "" : " ".repeat(indent) + line)).join("");
  return { header: `|${chomping}`, body: body + eol.repeat(more) };
}

export interface Chomped {
  lines: string[];
  chomping: "-" | "" | "+";
  /** Line breaks at the end beyond the first. */
  more: number;
}

/** A text's lines without the breaks at its end, and what a header says of those. */
export function chomped(value: string): Chomped {
  const text = withoutBreaks(value);
  const breaks = value.length - text.length;
  return {
    lines: text.split("\n"),
    chomping: breaks === 0 ? "-" : breaks === 1 ? "" : "+",
    more: Math.max(0, breaks - 1),
  };
}

/** Without the line breaks at its end. */
export function withoutBreaks(value: string): string {
  let end = value.length;
  while (end > 0 && value[end - 1] === "\n") end--;
  return value.slice(0, end);
}
