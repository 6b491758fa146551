import { isMap } from "yaml";
import type { Json } from "../../manifest/kube-object.ts";
import type { Target } from "../find-target.ts";
import { flowText, jsonLines, keyText, type WrittenStyle } from "../write/value-text.ts";
import { besides } from "../written-style.ts";
import type { YamlTree } from "../yaml-tree.ts";
import { beginsLine, columnOf, endsLine, lineEnd, lineStart, type Splice } from "./splice.ts";

/** Ways to write a new field or item between brackets, on a line of its own where the others have one. */
export function* addInBrackets(
  { text }: YamlTree,
  { collection, entries }: Target,
  index: number,
  { name, to }: { name?: string; to: Json },
  style: WrittenStyle,
): Generator<Splice[]> {
  const [open, close] = insideOf(collection);
  const last = entries.at(-1);
  const hasLines = last !== undefined && beginsLine(text, last.start);
  const column = last === undefined ? 0 : columnOf(text, lineStart(text, last.start) + marginOf(text, last.start));
  const quotedKeys = isMap(collection) && last !== undefined && text[last.start] === '"';
  for (const way of [besides(style, last?.node), { ...style, quote: "double" as const }]) {
    const json = way.json || quotedKeys;
    const inside: WrittenStyle = { ...way, flow: true, json, quote: json ? "double" : way.quote };
    const gap =
      last?.node?.range === undefined || last.node.range === null ? " " : text.slice(last.head, last.node.range[0]);
    const value = json ? jsonText(to, hasLines ? column : undefined, gap, inside) : flowText(to, inside);
    const entry =
      name === undefined ? value : `${keyText(name, inside)}:${json && /^ *$/.test(gap) ? gap : " "}${value}`;
    if (last === undefined) {
      const isBlank = text.slice(open, close).trim() === "";
      yield [{ start: isBlank ? open : close, end: close, text: entry }];
      continue;
    }
    const next = entries[index];
    if (next !== undefined) {
      const apart = beginsLine(text, next.start) ? style.eol + " ".repeat(column) : " ";
      yield [{ start: next.start, end: next.start, text: `${entry},${apart}` }];
      continue;
    }
    const comma = commaAfter(text, last.end, close);
    const end = comma ?? last.end;
    const trailing = comma === undefined ? "" : ",";
    if (hasLines && endsLine(text, end)) {
      const at = lineEnd(text, end);
      const line = { start: at, end: at, text: style.eol + " ".repeat(column) + entry + trailing };
      yield comma === undefined ? [{ start: end, end, text: "," }, line] : [line];
    } else if (comma === undefined) yield [{ start: end, end, text: `,${json && gap === "" ? "" : " "}${entry}` }];
    else yield [{ start: end, end, text: ` ${entry},` }];
  }
}

function jsonText(value: Json, column: number | undefined, gap: string, style: WrittenStyle): string {
  if (column !== undefined) return jsonLines(value, column, style);
  return gap === "" ? JSON.stringify(value) : flowText(value, style);
}

/** Takes a field or an item out of brackets, with its comma and, from a line of its own, its comment. */
export function removeFromBrackets({ text }: YamlTree, { collection, entries, index }: Target): Splice[] {
  const [open, close] = insideOf(collection);
  const entry = entries[index]!;
  const next = entries[index + 1];
  const previous = entries[index - 1];
  if (entries.length === 1) return [{ start: open, end: close, text: "" }];
  const comma = commaAfter(text, entry.end, next?.start ?? close);
  const isAlone = beginsLine(text, entry.start) && endsLine(text, comma ?? entry.end);
  const line = (): Splice => {
    const end = lineEnd(text, comma ?? entry.end);
    const start = lineStart(text, entry.start);
    return { start, end: end + (text[end] === "\r" ? 2 : 1), text: "" };
  };
  if (comma !== undefined) {
    if (isAlone) return [line()];
    if (next !== undefined && !text.slice(comma, next.start).includes("\n")) {
      return [{ start: entry.start, end: next.start, text: "" }];
    }
  }
  if (previous === undefined) return [{ start: entry.start, end: next?.start ?? entry.end, text: "" }];
  const before = commaAfter(text, previous.end, entry.start) ?? previous.end;
  if (text.slice(before, entry.start).trim() === "") {
    const end = isAlone ? lineEnd(text, entry.end) : entry.end;
    return [{ start: comma === undefined || !isAlone ? before - 1 : before, end, text: "" }];
  }
  // A comment about the item before stands between.
  return [
    { start: before - 1, end: before, text: "" },
    isAlone ? line() : { start: entry.start, end: entry.end, text: "" },
  ];
}

/** Between a collection's brackets. */
function insideOf({ range }: Target["collection"]): [open: number, close: number] {
  const [start, end] = range ?? [0, 0];
  return [start + 1, end - 1];
}

/** Behind the comma that follows a value, with blanks and comments between. */
function commaAfter(text: string, from: number, to: number): number | undefined {
  for (let at = from; at < to; at++) {
    if (text[at] === ",") return at + 1;
    if (text[at] === "#") at = lineEnd(text, at);
    else if (text[at]!.trim() !== "") return undefined;
  }
  return undefined;
}

function marginOf(text: string, offset: number): number {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset), offset))![0].length;
}
