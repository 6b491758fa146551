import type { YAMLMap, YAMLSeq } from "yaml";
import type { Json } from "../../manifest/kube-object.ts";
import type { Target } from "../find-target.ts";
import { fieldText, itemText, type WrittenStyle } from "../write/value-text.ts";
import { besides } from "../written-style.ts";
import { type Entry, isFlow, type YamlTree } from "../yaml-tree.ts";
import { addInBrackets } from "./flow-entries.ts";
import { beginsLine, columnOf, lineEnd, lineStart, type Splice } from "./splice.ts";

/** Ways to write a new field behind the others of its mapping. */
export function* addField(
  tree: YamlTree,
  target: Target,
  name: string,
  to: Json,
  style: WrittenStyle,
): Generator<Splice[]> {
  const { collection, entries } = target;
  if (isFlow(collection)) {
    yield* addInBrackets(tree, target, entries.length, { name, to }, style);
    return;
  }
  const { text } = tree;
  const last = entries.at(-1)!;
  const column = columnOf(text, entries[0]!.start);
  for (const way of [besides(style, last.node), { ...style, quote: "double" as const }]) {
    const field = fieldText(name, to, column, way);
    yield [behind(text, last.end, column, field, style)];
    yield [behind(text, endOfAll(text, collection), column, field, style)];
    // Nothing can stand behind a text whose last line has no break, without that it gets one.
    if (beginsLine(text, last.start)) yield [before(text, last, field, style)];
  }
}

/** Ways to write a new item of a list, behind the one before it. @param index where it is to stand */
export function* insertItem(
  tree: YamlTree,
  target: Target,
  index: number,
  to: Json,
  style: WrittenStyle,
): Generator<Splice[]> {
  const { collection, entries } = target;
  if (isFlow(collection)) {
    yield* addInBrackets(tree, target, index, { to }, style);
    return;
  }
  const { text } = tree;
  const neighbour = entries[Math.max(0, index - 1)]!;
  const column = columnOf(text, neighbour.start);
  for (const way of [besides(style, neighbour.node), { ...style, quote: "double" as const }]) {
    const item = itemText(to, column, gapOf(text, neighbour), way);
    if (index === 0) {
      if (beginsLine(text, neighbour.start)) {
        const start = commentAbove(text, neighbour.start);
        yield [{ start, end: start, text: " ".repeat(column) + item + style.eol }];
      } else yield [before(text, neighbour, item, style)];
      continue;
    }
    yield [behind(text, neighbour.end, column, item, style)];
    if (index === entries.length) yield [behind(text, endOfAll(text, collection), column, item, style)];
    else yield [before(text, entries[index]!, item, style)];
  }
}

/** Columns from an item's dash to its value. */
function gapOf(text: string, { head, node }: Entry): number {
  const blanks = /^ +(?=[^\s#])/.exec(text.slice(head, lineEnd(text, head)))?.[0].length;
  return node === undefined || blanks === undefined || text[head - 1] !== "-" ? 2 : blanks + 1;
}

function behind(text: string, end: number, column: number, put: string, { eol }: WrittenStyle): Splice {
  const at = lineEnd(text, end);
  return { start: at, end: at, text: eol + " ".repeat(column) + put };
}

function before(text: string, { start }: Entry, put: string, { eol }: WrittenStyle): Splice {
  return { start, end: start, text: put + eol + " ".repeat(columnOf(text, start)) };
}

/** Behind the blank lines too that a block scalar (`|+`) keeps, before the last line break. */
function endOfAll(text: string, collection: YAMLMap | YAMLSeq): number {
  const end = collection.range?.[1] ?? 0;
  return end - (/\r?\n$/.exec(text.slice(0, end))?.[0].length ?? 0);
}

/** Comments right above an item are about it: where its line begins, or theirs. */
function commentAbove(text: string, offset: number): number {
  const margin = text.slice(lineStart(text, offset), offset);
  let start = lineStart(text, offset);
  while (start > 0) {
    const above = lineStart(text, start - 1);
    if (!text.startsWith(`${margin}#`, above)) break;
    start = above;
  }
  return start;
}
