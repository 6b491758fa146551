import type { Json, JsonObject } from "../../../core/manifest/kube-object.ts";
import { keyElement, type PathElement, showElement } from "./path-element.ts";
import type { Atom, ListType, MapType, Type } from "./type.ts";

/** A value that does not fit its type. The message names where, as the API server does: `.spec.foo: field not declared in schema`. */
export class TypeMismatch extends Error {}

/** A value, or undefined where there is none; null is a value. */
export type Maybe = Json | undefined;

/** The one form of a type that a value takes; all forms for null and for a value that takes none. */
export function formFor(atom: Atom, value: Maybe): Atom {
  if (value === undefined || value === null) return atom;
  if (Array.isArray(value)) return atom.list === undefined ? atom : { list: atom.list };
  if (typeof value === "object") return atom.map === undefined ? atom : { map: atom.map };
  return atom.scalar === undefined ? atom : { scalar: atom.scalar };
}

export function sameForm(a: Atom, b: Atom): boolean {
  return a.scalar === b.scalar && a.list === b.list && a.map === b.map;
}

/** Calls the one that fits; of several forms a map comes before a scalar, that before a list. */
export function handleForm(
  form: Atom,
  handler: { map(type: MapType): void; scalar(): void; list(type: ListType): void },
): void {
  if (form.map !== undefined) handler.map(form.map);
  else if (form.scalar !== undefined) handler.scalar();
  else if (form.list !== undefined) handler.list(form.list);
}

export function asMap(value: Maybe): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
}

export function asList(value: Maybe): Json[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

/** The type of a map's field; undefined where the map may have no such field. */
export function fieldType(map: MapType, name: string): Type | undefined {
  return map.fields.get(name)?.type ?? map.others;
}

/** What tells an item of an associative list from others. Throws TypeMismatch when it has nothing that could. */
export function itemElement(list: ListType, item: Json): PathElement {
  if (list.keys.length === 0) {
    if (item === null) throw new TypeMismatch("associative list without keys has an element that's an explicit null");
    if (Array.isArray(item)) throw new TypeMismatch("not supported: associative list with lists as elements");
    if (typeof item === "object") {
      throw new TypeMismatch("associative list without keys has an element that's a map type");
    }
    return { type: "value", value: item };
  }
  if (item === null) throw new TypeMismatch("associative list with keys may not have a null element");
  const fields = asMap(item);
  if (fields === undefined) throw new TypeMismatch("associative list with keys may not have non-map elements");
  const keys = list.keys.flatMap((name): [string, Json][] => {
    const value = Object.hasOwn(fields, name) ? fields[name] : list.items.atom.map?.fields.get(name)?.default;
    return value === undefined ? [] : [[name, value]];
  });
  if (keys.length === 0) {
    const names = list.keys.map((key) => JSON.stringify(key)).join(" ");
    throw new TypeMismatch(
      `associative list with keys has an element that omits all key fields [${names}] (and doesn't have default values for any key fields)`,
    );
  }
  return keyElement(keys);
}

/** The elements of a list that has none twice, or whose later ones are passed over. */
export function listElements(list: ListType, items: readonly Json[]): PathElement[] {
  return items.map((item, index) => {
    try {
      return itemElement(list, item);
    } catch (error) {
      throw error instanceof TypeMismatch ? new TypeMismatch(`: element ${index}: ${error.message}`) : error;
    }
  });
}

/** Runs something about a part of a value; what does not fit in there is told with the path to it. */
export function within<T>(element: PathElement, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof TypeMismatch ? new TypeMismatch(showElement(element) + error.message) : error;
  }
}

export function deepEqual(a: Maybe, b: Maybe): boolean {
  if (a === b) return true;
  const listA = asList(a);
  const listB = asList(b);
  if (listA !== undefined && listB !== undefined) {
    return listA.length === listB.length && listA.every((item, index) => deepEqual(item, listB[index]));
  }
  const mapA = asMap(a);
  const mapB = asMap(b);
  if (mapA === undefined || mapB === undefined) return false;
  const namesA = Object.keys(mapA).filter((name) => mapA[name] !== undefined);
  const namesB = Object.keys(mapB).filter((name) => mapB[name] !== undefined);
  return (
    namesA.length === namesB.length &&
    namesA.every((name) => Object.hasOwn(mapB, name) && deepEqual(mapA[name], mapB[name]))
  );
}
