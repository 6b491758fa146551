import {
  type Alias,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Pair,
  parseAllDocuments,
  type Scalar,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";

/** A document's syntax, with the place of every part in its text. */
export interface YamlTree {
  text: string;
  root: YamlNode;
  /** How its lines end. */
  eol: string;
  /** Names of the anchors that aliases refer to. */
  aliased: ReadonlySet<string>;
}

export type YamlNode = Alias | Scalar | YAMLMap | YAMLSeq;

/** Something that a document's text holds once: a field of a mapping, or an item of a list. */
export interface Entry {
  /** Where it begins: its key, or the item's `-`; in brackets the item itself. */
  start: number;
  /** Behind the `:` or `-` and what stands before the value: anchor, tag. */
  head: number;
  /** Undefined when nothing is written there (`key:`). */
  node: YamlNode | undefined;
  /** Behind its last character that is not blank. */
  end: number;
}

/** @returns undefined for what is no YAML, or more than one document */
export function parseTree(text: string): YamlTree | undefined {
  const documents = parseAllDocuments(text, {
    schema: "failsafe",
    uniqueKeys: false,
    keepSourceTokens: true,
    prettyErrors: false,
    logLevel: "silent",
  });
  if (!Array.isArray(documents) || documents.length !== 1) return undefined;
  const [document] = documents;
  if (document!.errors.length > 0 || !isNode(document!.contents)) return undefined;
  const aliased = new Set<string>();
  visit(document!, { Alias: (_, { source }) => void aliased.add(source) });
  return { text, root: document!.contents, eol: /\r?\n/.exec(text)?.[0] ?? "\n", aliased };
}

function isNode(value: unknown): value is YamlNode {
  return isAlias(value) || isScalar(value) || isCollection(value);
}

export function isFlow(node: YamlMapOrList): boolean {
  return node.srcToken?.type === "flow-collection";
}

type YamlMapOrList = YAMLMap | YAMLSeq;

/** What a mapping or a list holds, in the order of the text. */
export function entriesOf(collection: YamlMapOrList): Entry[] {
  if (isMap(collection)) return collection.items.map((pair) => fieldEntry(pair));
  const token = collection.srcToken;
  if (token?.type !== "block-seq" && token?.type !== "flow-collection") return [];
  const isItem = (item: CollectionToken): boolean =>
    token.type === "block-seq"
      ? item.start.some(({ type }) => type === "seq-item-ind")
      : item.value != null || item.key != null || item.sep !== undefined;
  const tokens = token.items.filter(isItem);
  return collection.items.map((item, index) => itemEntry(item, tokens[index]));
}

/** As the parser hands it out with keys and items. */
interface CollectionToken {
  start: readonly { type: string; offset: number; source: string }[];
  sep?: readonly { type: string; offset: number; source: string }[];
  key?: unknown;
  value?: unknown;
}

function fieldEntry(pair: Pair): Entry {
  const token = pair.srcToken;
  const key = isNode(pair.key) ? pair.key : undefined;
  const props = token?.start.find(({ type }) => type === "explicit-key-ind" || type === "anchor" || type === "tag");
  const start = props?.offset ?? key?.range?.[0] ?? 0;
  const head = lastProp(token?.sep, ["map-value-ind", "anchor", "tag"]) ?? (key === undefined ? start : endOf(key));
  return entry(start, head, pair.value);
}

function itemEntry(item: unknown, token: CollectionToken | undefined): Entry {
  const node = isPair(item) ? undefined : item;
  const first = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  const props = token?.start.find(({ type }) => type === "seq-item-ind" || type === "anchor" || type === "tag");
  const start = props?.offset ?? first;
  return entry(start, lastProp(token?.start, ["seq-item-ind", "anchor", "tag"]) ?? start, node);
}

function entry(start: number, head: number, value: unknown): Entry {
  const node = isNode(value) && !isUnwritten(value) ? value : undefined;
  return { start, head, node, end: node === undefined ? head : Math.max(head, endOf(node)) };
}

function lastProp(tokens: CollectionToken["sep"], types: readonly string[]): number | undefined {
  const last = tokens?.findLast(({ type }) => types.includes(type));
  return last && last.offset + last.source.length;
}

function isUnwritten(node: YamlNode): boolean {
  return isScalar(node) && node.srcToken === undefined;
}

/** Behind a value's last character that is not blank: lines after a block scalar are nobody's. */
function endOf(node: YamlNode): number {
  if (isMap(node) || isSeq(node)) {
    const last = isFlow(node) ? undefined : entriesOf(node).at(-1);
    return last?.end ?? node.range?.[1] ?? 0;
  }
  const [start, end] = node.range ?? [0, 0];
  const token = isScalar(node) ? node.srcToken : undefined;
  if (token?.type !== "block-scalar") return end;
  const header = token.props.map((prop) => ("source" in prop ? prop.source : "")).join("");
  return start + (header + token.source).trimEnd().length;
}
