import type { ListSchema } from "./list-schema.ts";
import { isMapping, type Steps, same, type Thing, type Value } from "./values.ts";

/** One field that is not the same in two states of an object; `undefined` is absence. */
export interface Difference {
  steps: Steps;
  before: Value | undefined;
  after: Value | undefined;
}

/**
 * An object as a tree of mappings alone: a list with keys is a mapping by them, so that two states can be compared field by field.
 * What the server and its controllers write by their office is not in it.
 */
export function treeOf(object: Thing, lists: ListSchema): Value {
  return mapped(withoutOffice(object) as unknown as Value, object, lists, []);
}

function mapped(value: Value, type: Thing, lists: ListSchema, fields: Steps): Value {
  if (isMapping(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, mapped(inner, type, lists, [...fields, name])]),
    );
  }
  if (!Array.isArray(value)) return value;
  const list = lists.listAt(type, fields);
  if (list.by !== "keys" || !value.every(isMapping)) return value;
  const items = value.map((item): [string, Value] => [
    `[${list.keys.map((key) => String(item[key] ?? list.defaults[key] ?? null)).join("/")}]`,
    mapped(item, type, lists, [...fields, "[]"]),
  ]);
  const byKey = Object.fromEntries(items);
  return Object.keys(byKey).length === items.length ? byKey : value;
}

/** Where two trees differ; where one lacks a whole branch, each leaf of it. */
export function differencesOf(before: Value | undefined, after: Value | undefined, steps: Steps = []): Difference[] {
  if (same(before, after)) return [];
  const branch = (value: Value | undefined) => (isMapping(value) && Object.keys(value).length > 0 ? value : undefined);
  const [one, other] = [branch(before), branch(after)];
  const isLeaf = (value: Value | undefined, its: object | undefined) => value !== undefined && its === undefined;
  if (isLeaf(before, one) || isLeaf(after, other) || (one === undefined && other === undefined)) {
    return [{ steps, before, after }];
  }
  const names = new Set([...Object.keys(one ?? {}), ...Object.keys(other ?? {})]);
  return [...names].flatMap((name) => differencesOf(one?.[name], other?.[name], [...steps, name]));
}

/** In which order the items of lists with keys stand, as far as both states have them; by the list's place. */
export function reordered(before: Thing, after: Thing, lists: ListSchema): Map<string, string[]> {
  const orders = (object: Thing) => {
    const found = new Map<string, string[]>();
    const walk = (value: Value, fields: Steps, place: Steps): void => {
      if (isMapping(value)) {
        for (const [name, inner] of Object.entries(value)) walk(inner, [...fields, name], [...place, name]);
      }
      if (!Array.isArray(value)) return;
      const tree = mapped(value, object, lists, fields);
      if (!isMapping(tree)) return;
      found.set(place.join("."), Object.keys(tree));
      for (const [index, item] of value.entries()) walk(item, [...fields, "[]"], [...place, Object.keys(tree)[index]!]);
    };
    walk(withoutOffice(object) as unknown as Value, [], []);
    return found;
  };
  const [one, other] = [orders(before), orders(after)];
  const moved = new Map<string, string[]>();
  for (const [place, names] of one) {
    const now = other.get(place) ?? [];
    const [was, is] = [names.filter((name) => now.includes(name)), now.filter((name) => names.includes(name))];
    if (!same(was, is)) moved.set(place, is);
  }
  return moved;
}

const ofOffice = {
  annotations: ["deployment.kubernetes.io/revision", "deprecated.daemonset.template.generation"],
  labels: ["applyset.kubernetes.io/part-of"],
};

export function withoutOffice({ status: _, ...whole }: Thing): Thing {
  // What it adds up is its controller's; how many, an autoscaler's.
  const { rules, ...object } = whole as Thing & { rules?: unknown };
  if (rules !== undefined && object.aggregationRule === undefined) object.rules = rules;
  const { managedFields: _m, resourceVersion: _r, generation: _g, labels, annotations, ...metadata } = object.metadata;
  const kept = {
    ...withoutKeys("labels", labels, ofOffice.labels),
    ...withoutKeys("annotations", annotations, ofOffice.annotations),
  };
  return { ...object, metadata: { ...metadata, ...kept } } as Thing;
}

/** Empty maps are no maps: nobody can tell them apart once the server has them. */
function withoutKeys(field: string, map: Record<string, string> | null | undefined, names: readonly string[]) {
  const kept = Object.entries(map ?? {}).filter(([name]) => !names.includes(name));
  return kept.length === 0 ? {} : { [field]: Object.fromEntries(kept) };
}
