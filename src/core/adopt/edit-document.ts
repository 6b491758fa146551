import { isMap, isScalar, Scalar } from "yaml";
import { isMapping, type Json } from "../manifest/kube-object.ts";
import { equalJson } from "../plan/equal.ts";
import { type Edit, edited } from "./edit.ts";
import { findTarget, unclear } from "./find-target.ts";
import { Refusal } from "./refusal.ts";
import { addField, insertItem } from "./splice/add-entry.ts";
import { removeEntry } from "./splice/remove-entry.ts";
import { setValue } from "./splice/set-value.ts";
import { type Splice, spliced } from "./splice/splice.ts";
import { readDocument } from "./split-documents.ts";
import { flowText, type WrittenStyle } from "./write/value-text.ts";
import { styleOf } from "./written-style.ts";
import { isFlow, parseTree, type YamlTree } from "./yaml-tree.ts";

/**
 * The text of a document after an edit, of which everything else is as it was, byte for byte. Each way to write it is read
 * again as kubectl reads it, and the first one counts that says what is meant.
 *
 * @param lineOf an anchor, for sentences
 */
export function editDocument(
  text: string,
  edit: Edit,
  lineOf: (anchor: string) => number | undefined,
): string | Refusal {
  const value = readDocument("", text);
  const expected = value === undefined ? undefined : edited(value, edit);
  const tree = parseTree(text);
  if (value === undefined || expected === undefined || tree === undefined) return unclear(edit.shown);
  const ways = waysTo(edit, tree, value, lineOf);
  if (ways instanceof Refusal) return ways;
  for (const splices of ways) {
    const result = spliced(text, splices);
    if (equalJson(readDocument("", result), expected)) return result;
  }
  return unclear(edit.shown);
}

function waysTo(
  edit: Edit,
  tree: YamlTree,
  value: Json,
  lineOf: (anchor: string) => number | undefined,
): Iterable<Splice[]> | Refusal {
  const target = findTarget(tree, value, edit, lineOf);
  if (target instanceof Refusal) return target;
  const style: WrittenStyle = { ...styleOf(tree), json: isJson(tree) };
  const last = edit.path.at(-1)!;
  if ("alias" in target) {
    const { node } = target.alias;
    if (edit.type !== "set" || !node?.range) return unclear(edit.shown);
    const field = flowText({ [String(last)]: edit.to }, style).slice(1);
    return [[{ start: node.range[0], end: node.range[1], text: `{<<: *${target.anchor}, ${field}` }]];
  }
  const { collection, entries, index } = target;
  switch (edit.type) {
    case "remove":
      return removeEntry(tree, target);
    case "insert":
      return insertItem(tree, target, index, edit.to, style);
    case "set": {
      const entry = entries[index];
      if (entry === undefined) return addField(tree, target, String(last), edit.to, style);
      const before = edit.path.reduce<Json | undefined>(inside, value) ?? null;
      return setValue({
        tree,
        entry,
        flow: isFlow(collection),
        isItem: !isMap(collection),
        before,
        to: edit.to,
        style,
      });
    }
  }
}

function inside(value: Json | undefined, step: string | number): Json | undefined {
  if (Array.isArray(value)) return value[Number(step)];
  return isMapping(value) ? value[String(step)] : undefined;
}

/** Braces around names in double quotes. */
function isJson({ root }: YamlTree): boolean {
  if (!isMap(root) || !isFlow(root)) return false;
  return root.items.every(({ key }) => isScalar(key) && key.type === Scalar.QUOTE_DOUBLE);
}
