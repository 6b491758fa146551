import type { Json, JsonObject } from "../../../core/manifest/kube-object.ts";

/**
 * One step from a value to a part of it, as FieldsV1 names it: a field `f:`, the item of a list map by its keys `k:`, the
 * item of a set by its value `v:`, an item by its index `i:`.
 */
export type PathElement =
  | { type: "field"; name: string }
  | { type: "key"; keys: readonly (readonly [name: string, value: Json])[] }
  | { type: "value"; value: Json }
  | { type: "index"; index: number };

export type Path = readonly PathElement[];

export function fieldElement(name: string): PathElement {
  return { type: "field", name };
}

/** Keys come in any order; the order in an element is by name. */
export function keyElement(keys: readonly (readonly [string, Json])[]): PathElement {
  return { type: "key", keys: [...keys].sort(([a], [b]) => compareText(a, b)) };
}

/** How FieldsV1 writes an element; equal elements are written alike. */
export function writeElement(element: PathElement): string {
  switch (element.type) {
    case "field":
      return `f:${element.name}`;
    case "key":
      return `k:{${element.keys.map(([name, value]) => `${goJson(name)}:${goJson(value)}`).join(",")}}`;
    case "value":
      return `v:${goJson(element.value)}`;
    case "index":
      return `i:${element.index}`;
  }
}

/** @returns undefined for a type of element that a later version may know. Throws on anything malformed. */
export function readElement(text: string): PathElement | undefined {
  if (text.length < 2 || text[1] !== ":") throw new Error(`not a path element: ${JSON.stringify(text)}`);
  const content = text.slice(2);
  switch (text[0]) {
    case "f":
      return { type: "field", name: content };
    case "k": {
      const keys: unknown = JSON.parse(content);
      if (typeof keys !== "object" || keys === null || Array.isArray(keys)) {
        throw new Error(`not the keys of a list item: ${JSON.stringify(text)}`);
      }
      return keyElement(Object.entries(keys as JsonObject));
    }
    case "v":
      return { type: "value", value: JSON.parse(content) as Json };
    case "i":
      if (!/^[+-]?\d+$/.test(content)) throw new Error(`not an index: ${JSON.stringify(text)}`);
      return { type: "index", index: Number(content) };
    default:
      return undefined;
  }
}

/** The order in which FieldsV1 lists elements: fields, keys, values, indexes. */
export function compareElements(a: PathElement, b: PathElement): number {
  if (a.type === "field" && b.type === "field") return compareText(a.name, b.name);
  if (a.type === "key" && b.type === "key") return compareKeys(a.keys, b.keys);
  if (a.type === "value" && b.type === "value") return compareValues(a.value, b.value);
  if (a.type === "index" && b.type === "index") return a.index - b.index;
  return elementRank[a.type] - elementRank[b.type];
}

/** As error messages of the API server name a part: `.spec.ports[port=80,protocol="TCP"].name`. */
export function showPath(path: Path): string {
  return path.map(showElement).join("");
}

export function showElement(element: PathElement): string {
  switch (element.type) {
    case "field":
      return `.${element.name}`;
    case "key":
      return `[${element.keys.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(",")}]`;
    case "value":
      return `[=${JSON.stringify(element.value)}]`;
    case "index":
      return `[${element.index}]`;
  }
}

/** Go's order of strings is that of their bytes, which is that of their code points, not JavaScript's of UTF-16 units. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  let i = 0;
  while (i < a.length && i < b.length && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  if (i === a.length || i === b.length) return a.length - b.length;
  // Back to the start of a surrogate pair whose first half is shared.
  if (i > 0 && a.charCodeAt(i - 1) >= 0xd800 && a.charCodeAt(i - 1) <= 0xdbff) i--;
  return a.codePointAt(i)! - b.codePointAt(i)!;
}

const elementRank = { field: 0, key: 1, value: 2, index: 3 } as const;

function compareKeys(a: readonly (readonly [string, Json])[], b: readonly (readonly [string, Json])[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const order = compareText(a[i]![0], b[i]![0]) || compareValues(a[i]![1], b[i]![1]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareValues(a: Json, b: Json): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  if (typeof a === "boolean" && typeof b === "boolean") return Number(a) - Number(b);
  const order = valueRank(a) - valueRank(b);
  // Lists and maps cannot be keys or items of a set; the text only keeps the order total.
  return order !== 0 ? order : compareText(JSON.stringify(a), JSON.stringify(b));
}

function valueRank(value: Json): number {
  if (typeof value === "number") return 0;
  if (typeof value === "string") return 1;
  if (typeof value === "boolean") return 2;
  if (Array.isArray(value)) return 3;
  return value === null ? 5 : 4;
}

/** JSON as Go writes it: with the characters escaped that mean something in HTML. */
function goJson(value: Json): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
