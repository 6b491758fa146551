import { isMap } from "yaml";
import type { Target } from "../find-target.ts";
import { isFlow, type YamlTree } from "../yaml-tree.ts";
import { removeFromBrackets } from "./flow-entries.ts";
import { beginsLine, cutLines, lineEnd, lineStart, type Splice } from "./splice.ts";

/** Ways to take a field or an item out, with the comment on its line; comments above it stay, for they may be about others too. */
export function* removeEntry(tree: YamlTree, target: Target): Generator<Splice[]> {
  if (isFlow(target.collection)) yield removeFromBrackets(tree, target);
  else if (target.entries.length === 1) yield* emptied(tree, target);
  else yield* removeLines(tree, target);
}

function* removeLines({ text }: YamlTree, { collection, entries, index }: Target): Generator<Splice[]> {
  const { start, end } = entries[index]!;
  const next = entries[index + 1];
  if (beginsLine(text, start)) {
    yield [cutLines(text, start, end)];
    // Blank lines below a block scalar, which the one before it would take for its own.
    const below = next === undefined ? (collection.range?.[1] ?? end) : lineStart(text, next.start);
    if (below > end) yield [{ start: lineStart(text, start), end: below, text: "" }];
    return;
  }
  if (next === undefined) return;
  const lineOver = lineEnd(text, end);
  if (text.slice(lineOver, next.start).trim() === "") yield [{ start, end: next.start, text: "" }];
  // A comment about the next one stands between: it stays, below the dash.
  else {
    const line = lineStart(text, start);
    yield [{ start: line + text.slice(line, start).trimEnd().length, end: lineOver, text: "" }];
  }
}

/** The last one of its mapping or list, of which `{}` or `[]` stays. */
function* emptied({ text }: YamlTree, { collection, entries, owner }: Target): Generator<Splice[]> {
  const { start, end } = entries[0]!;
  const empty = isMap(collection) ? "{}" : "[]";
  if (owner === undefined) return;
  if (!beginsLine(text, start)) yield [{ start, end: lineEnd(text, end), text: empty }];
  else yield [{ start: owner.head, end: owner.head, text: ` ${empty}` }, cutLines(text, start, end)];
}
