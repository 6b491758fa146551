import { isAlias, isMap, isScalar, isSeq, Scalar, visit, type YAMLMap, type YAMLSeq } from "yaml";
import { isMapping, type Json } from "../manifest/kube-object.ts";
import { quoted } from "../manifest/quoted.ts";
import type { Edit } from "./edit.ts";
import { Refusal } from "./refusal.ts";
import { plainKey } from "./write/scalar-text.ts";
import { type Entry, entriesOf, type YamlNode, type YamlTree } from "./yaml-tree.ts";

/** Where in a document's text an edit takes place. */
export interface Target {
  /** That holds the field or item. */
  collection: YAMLMap | YAMLSeq;
  entries: readonly Entry[];
  /** Of the field or item in it; -1 for a field that is not written there yet. */
  index: number;
  /** What holds the collection; undefined for the whole document. */
  owner: Entry | undefined;
}

/** An alias to a mapping, of which one field is to be another at this place only. */
export interface Override {
  alias: Entry;
  anchor: string;
}

/**
 * @param value of the document, as kubectl reads it
 * @param lineOf an anchor, for sentences
 */
export function findTarget(
  tree: YamlTree,
  value: Json,
  edit: Edit,
  lineOf: (anchor: string) => number | undefined,
): Target | Override | Refusal {
  const { path, shown } = edit;
  let node: YamlNode = tree.root;
  let read: Json | undefined = value;
  let owner: Entry | undefined;
  const shared = (anchor: string): Refusal => {
    const line = lineOf(anchor);
    const where = line === undefined ? "" : ` on line ${line}`;
    return new Refusal(
      `${quoted(shown)} shares its value with other places through the anchor ${quoted(`&${anchor}`)}${where}; change it there if all of them are meant, or write the value out at this place.`,
    );
  };
  for (const [depth, step] of path.entries()) {
    if (isAlias(node)) {
      const isField = depth === path.length - 1 && edit.type === "set" && isMapping(read) && owner !== undefined;
      return isField ? { alias: owner!, anchor: node.source } : shared(node.source);
    }
    if (node.anchor !== undefined && tree.aliased.has(node.anchor)) return shared(node.anchor);
    if (!isMap(node) && !isSeq(node)) return unclear(shown);
    const collection: YAMLMap | YAMLSeq = node;
    const entries = entriesOf(collection);
    const places = isMap(collection) ? placesOf(collection, String(step)) : [Number(step)];
    const index = places.at(-1) ?? -1;
    if (depth === path.length - 1) {
      const isThere = index >= 0 || (isMapping(read) && Object.hasOwn(read, String(step)));
      if (index < 0 && edit.type !== "set") return isThere ? shared(mergedInto(collection) ?? "<<") : unclear(shown);
      if (places.length > 1 && edit.type === "remove") {
        return new Refusal(`${quoted(shown)} stands ${places.length} times in the file; take all of them out by hand.`);
      }
      const going = edit.type === "insert" ? undefined : entries[index]?.node;
      const anchor = going === undefined ? undefined : anchorIn(going, tree);
      return anchor === undefined ? { collection, entries, index, owner } : shared(anchor);
    }
    const next = entries[index];
    if (next?.node === undefined) {
      const anchor = mergedInto(collection);
      return anchor === undefined ? unclear(shown) : shared(anchor);
    }
    owner = next;
    node = next.node;
    read = Array.isArray(read) ? read[Number(step)] : isMapping(read) ? read[String(step)] : undefined;
  }
  return unclear(shown);
}

export function unclear(shown: string): Refusal {
  return new Refusal(
    `${quoted(shown)} cannot be written without touching something else in the file; edit it by hand.`,
  );
}

/** All places of a key: the last one counts. */
function placesOf(mapping: YAMLMap, name: string): number[] {
  return mapping.items.flatMap(({ key }, index) => (isScalar(key) && keyOf(key) === name ? [index] : []));
}

function keyOf(key: Scalar): string {
  const source = String(key.value);
  return key.type === Scalar.PLAIN ? plainKey(source) : source;
}

/** The anchor that a mapping's `<<` names. */
function mergedInto(collection: YAMLMap | YAMLSeq): string | undefined {
  if (!isMap(collection)) return undefined;
  const merge = collection.items.find(({ key }) => isScalar(key) && key.value === "<<");
  const from = isSeq(merge?.value) ? merge.value.items[0] : merge?.value;
  return isAlias(from) ? from.source : undefined;
}

/** An anchor in a value that goes, to which aliases refer. */
function anchorIn(node: YamlNode, { aliased }: YamlTree): string | undefined {
  let found: string | undefined;
  visit(node, {
    Value: (_, { anchor }) => {
      if (anchor === undefined || !aliased.has(anchor)) return undefined;
      found = anchor;
      return visit.BREAK;
    },
  });
  return found;
}
