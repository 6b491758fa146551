import { diffArrays } from "diff";
import { Scalar } from "yaml";
import { chomped, literalBlock } from "../write/block-text.ts";
import type { WrittenStyle } from "../write/value-text.ts";
import { foldedSplice } from "./folded-scalar.ts";
import { lineEnd, type Splice } from "./splice.ts";

/** Of lines that stay or go; beyond it the whole text is written anew. */
const mostLineEdits = 1_000;

/** Ways to write another text into a block scalar: lines that stay are not touched, nor is its header where it can stay. */
export function* blockScalarSplices(
  text: string,
  node: Scalar,
  before: string,
  to: string,
  column: number,
  { eol, step }: WrittenStyle,
): Generator<Splice[]> {
  const [start, end] = node.range ?? [0, 0];
  const header = /^[|>][-+0-9]*/.exec(text.slice(start, end))?.[0];
  if (header === undefined || to.trim() === "") return;
  const body = lineEnd(text, start);
  const raw = text.slice(body, end);
  const indent = indentOf(raw, before) ?? column + step;
  const { lines, chomping, more } = chomped(to);
  const old = header.replace(/[|>0-9]/g, "");
  const chompings = [...new Set(chomped(before).chomping === chomping ? [old, chomping, "-", ""] : [chomping, old])];
  if (node.type === Scalar.BLOCK_FOLDED) {
    const splice = foldedSplice(text, body, end, before, to);
    if (splice !== undefined) for (const mark of chompings) yield [heading(start, header, ">", mark), splice];
    const unfolded = unfoldedLines(lines).map((line) => eol + (line === "" ? "" : " ".repeat(indent) + line));
    const put = { start: body, end, text: unfolded.join("") + eol.repeat(more) + lastBreak(raw) };
    for (const mark of chompings) yield [heading(start, header, ">", mark), put];
  }
  const kept = keptLines(raw, before, lines, indent, eol);
  const put = { start: body, end, text: kept + eol.repeat(more) + lastBreak(raw) };
  for (const mark of chompings) {
    yield [heading(start, header, "|", mark), put];
    // Text that begins with blanks needs to be told where its margin is.
    yield [heading(start, `${header[0]}${indent - column}`, "|", mark), put];
  }
  const { header: plain, body: written } = literalBlock(to, indent, eol);
  yield [
    { start, end: start + header.length, text: plain },
    { start: body, end, text: written + lastBreak(raw) },
  ];
}

function heading(start: number, header: string, style: "|" | ">", chomping: string): Splice {
  return { start, end: start + header.length, text: style + (/[0-9]/.exec(header)?.[0] ?? "") + chomping };
}

function lastBreak(raw: string): string {
  return /\r?\n$/.exec(raw)?.[0] ?? "";
}

function indentOf(raw: string, before: string): number | undefined {
  const first = raw.split(/\r?\n/).find((line) => line.trim() !== "");
  const read = before.split("\n").find((line) => line.trim() !== "");
  if (first === undefined || read === undefined) return undefined;
  return first.search(/[^ ]/) - read.search(/[^ ]|$/);
}

/** The lines of a literal text, each with its break before it: those that stay as they are in the file. */
function keptLines(raw: string, before: string, lines: readonly string[], indent: number, eol: string): string {
  const written = raw.split(/\r?\n/).slice(1);
  const old = chomped(before).lines;
  const changes = diffArrays(old, [...lines], { maxEditLength: mostLineEdits });
  const result: string[] = [];
  let at = 0;
  for (const { added, removed, value } of changes ?? [{ added: true, removed: false, value: [...lines] }]) {
    if (added) result.push(...value.map((line) => (line === "" ? "" : " ".repeat(indent) + line)));
    else if (removed) at += value.length;
    else {
      result.push(...written.slice(at, at + value.length));
      at += value.length;
    }
  }
  return result.map((line) => eol + line).join("");
}

/** Each line of a text on one line of a folded scalar. */
function unfoldedLines(lines: readonly string[]): string[] {
  return lines.flatMap((line, index) => {
    const next = lines[index + 1];
    const isFolded = line !== "" && next !== undefined && /^\S/.test(line) && (next === "" || /^\S/.test(next));
    return isFolded ? [line, ""] : [line];
  });
}
