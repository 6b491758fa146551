import { isMap, isScalar, isSeq, Scalar } from "yaml";
import { columnOf } from "./splice/splice.ts";
import type { Quote, ScalarStyle } from "./write/scalar-text.ts";
import type { WrittenStyle } from "./write/value-text.ts";
import { entriesOf, isFlow, type YamlNode, type YamlTree } from "./yaml-tree.ts";

/** How most of a document is written. */
export function styleOf({ text, root, eol }: YamlTree): WrittenStyle {
  const steps: number[] = [];
  const listSteps: number[] = [];
  const quotes: Quote[] = [];
  const visit = (node: YamlNode): void => {
    if (isScalar(node)) quotes.push(quoteOf(node));
    if (!isMap(node) && !isSeq(node)) return;
    for (const { start, node: inner } of entriesOf(node)) {
      if (inner === undefined) continue;
      const [first] = !isFlow(node) && (isMap(inner) || isSeq(inner)) && !isFlow(inner) ? entriesOf(inner) : [];
      const step = first && columnOf(text, first.start) - columnOf(text, start);
      if (step !== undefined && isMap(node)) (isMap(inner) ? steps : listSteps).push(step);
      visit(inner);
    }
  };
  visit(root);
  const step = commonest(steps.filter((one) => one > 0)) ?? 2;
  return {
    eol,
    step,
    listStep: commonest(listSteps) ?? 0,
    quote: "plain",
    otherwise: commonest(quotes.filter((quote) => quote !== "plain")) ?? "double",
    flow: false,
    json: false,
  };
}

/** A new value is quoted as the one beside it is, when that is text in quotes. */
export function besides(style: WrittenStyle, neighbour: YamlNode | undefined): WrittenStyle {
  return { ...style, quote: isScalar(neighbour) ? quoteOf(neighbour) : "plain" };
}

export function quoteOf(node: Scalar): ScalarStyle["quote"] {
  if (node.type === Scalar.QUOTE_DOUBLE) return "double";
  return node.type === Scalar.QUOTE_SINGLE ? "single" : "plain";
}

function commonest<T>(values: readonly T[]): T | undefined {
  const counted = [...Map.groupBy(values, (value) => value)].sort(([, one], [, other]) => other.length - one.length);
  return counted[0]?.[0];
}
