import { isMap, isScalar, isSeq, Scalar } from "yaml";
import type { Json } from "../../manifest/kube-object.ts";
import { fieldValue, flowText, itemValue, type ValueText, type WrittenStyle } from "../write/value-text.ts";
import { besides } from "../written-style.ts";
import { type Entry, isFlow, type YamlTree } from "../yaml-tree.ts";
import { blockScalarSplices } from "./block-scalar.ts";
import { columnOf, lineEnd, lineStart, type Splice } from "./splice.ts";

interface Setting {
  tree: YamlTree;
  entry: Entry;
  /** Inside brackets or braces. */
  flow: boolean;
  /** Of a list. */
  isItem: boolean;
  before: Json;
  to: Json;
  style: WrittenStyle;
}

/** Ways to write another value in the place of one, the best first; not each of them need be read as it is meant. */
export function* setValue(setting: Setting): Generator<Splice[]> {
  const { tree, entry, before, to, style } = setting;
  const { node } = entry;
  const ways = [besides(style, node), { ...style, quote: style.otherwise }, { ...style, quote: "double" as const }];
  if (isScalar(node) && typeof to === "string" && typeof before === "string") {
    yield* blockScalarSplices(tree.text, node, before, to, columnOf(tree.text, entry.start), style);
  }
  const alike =
    typeof to === "number" && isScalar(node) && node.type === Scalar.PLAIN
      ? likeNumber(String(node.source ?? node.value), to)
      : undefined;
  if (alike !== undefined) yield splicesFor(setting, () => ({ inline: alike, below: "" }));
  for (const way of ways) yield splicesFor(setting, () => valueText(setting, way));
}

function valueText({ tree, entry, flow, isItem, to }: Setting, way: WrittenStyle): ValueText {
  if (flow) return { inline: flowText(to, { ...way, flow: true, quote: way.json ? "double" : way.quote }), below: "" };
  const column = columnOf(tree.text, entry.start);
  return isItem ? itemValue(to, column + 2, way) : fieldValue(to, column, way);
}

/** An octal file mode stays one. */
function likeNumber(source: string, to: number): string | undefined {
  const prefix = /^0o?(?=[0-7]+$)/.exec(source)?.[0];
  return prefix !== undefined && Number.isInteger(to) && to > 7 ? prefix + to.toString(8) : undefined;
}

function splicesFor({ tree: { text }, entry, flow }: Setting, write: () => ValueText): Splice[] {
  const { inline, below } = write();
  const { head, node, end } = entry;
  const [start = head] = node?.range ?? [];
  if (flow) {
    if (node !== undefined) return [{ start, end, text: inline }];
    return [{ start: head, end: head, text: `${text[head - 1] === ":" ? "" : ":"} ${inline}` }];
  }
  const after = inline === "" ? "" : ` ${inline}`;
  const put = (from: number, to: number, cutTo: number): Splice[] => [
    // A value that stood right behind its key leaves no blank behind.
    inline === "" ? { start: head, end: to, text: "" } : { start: from, end: to, text: from === head ? after : inline },
    { start: lineEnd(text, to), end: Math.max(lineEnd(text, to), cutTo), text: below },
  ];
  if (node === undefined) return put(head, head, 0);
  if (isScalar(node) && (node.type === Scalar.BLOCK_LITERAL || node.type === Scalar.BLOCK_FOLDED)) {
    return put(start, start + /^\S*/.exec(text.slice(start, end))![0].length, end);
  }
  const isBlock = (isMap(node) || isSeq(node)) && !isFlow(node);
  if (!isBlock || !text.slice(head, start).includes("\n")) return put(start, end, 0);
  const above = lineEnd(text, lineStart(text, lineStart(text, start) - 1));
  return [
    { start: head, end: head, text: after },
    { start: above, end: lineEnd(text, end), text: below },
  ];
}
