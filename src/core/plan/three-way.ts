import { isMapping, type Json } from "../manifest/kube-object.ts";
import { compareQuantities, isWrittenAlike } from "../schema/rules/quantity.ts";
import { canonicalJson, equalJson } from "./equal.ts";
import type { Segment } from "./field-path.ts";
import { itemKeys, type ListIdentity, type SchemaPlace } from "./list-keys.ts";

/** A field that is not the same in the three states; `undefined` is absence. */
export interface Difference {
  path: Segment[];
  live: Json | undefined;
  base: Json | undefined;
  merge: Json | undefined;
  /** The states are the names of a list's items in their order, and not the list itself. */
  order?: true;
}

type States = [live: Json | undefined, base: Json | undefined, merge: Json | undefined];

/**
 * The fields in which three states of one object differ: live, and what the server would make of applying base and merge.
 * Lists that the server merges are matched by their keys; where it would put the same items in another order, that is one
 * difference of the whole list, with the items' names. A subtree that is whole or not there at all is one difference, not one for
 * each leaf.
 */
export function threeWayDifferences(
  live: Json | undefined,
  base: Json | undefined,
  merge: Json | undefined,
  schema: SchemaPlace | undefined,
): Difference[] {
  const found: Difference[] = [];
  walk([live, base, merge], schema, [], found);
  return found;
}

function walk(given: States, schema: SchemaPlace | undefined, path: Segment[], found: Difference[]): void {
  const [live, base, merge] = given;
  if (isSame(live, base, schema) && isSame(base, merge, schema)) return;
  // An item that goes by its place says something by being there, whatever is in it.
  const states = path.at(-1)?.type === "index" ? given : withEmpty(given, schema);
  if (states.every(isMapping)) {
    const mappings = states as { [key: string]: Json }[];
    for (const name of new Set(mappings.flatMap((one) => Object.keys(one)))) {
      const inner = mappings.map((one) => (Object.hasOwn(one, name) ? one[name] : undefined)) as States;
      walk(inner, schema?.property(name), [...path, { type: "field", name }], found);
    }
    return;
  }
  if (states.every(Array.isArray)) {
    const items = matchItems(states as Json[][], schema?.list() ?? { type: "index" });
    if (items !== undefined) {
      const orders = ordersOf(states as Json[][], items);
      if (orders !== undefined) found.push({ path, ...orders, order: true });
      for (const { segment, states: inner } of items) walk(inner, schema?.items(), [...path, segment], found);
      return;
    }
  }
  found.push({ path, live, base, merge });
}

/** Manifests are compared too, in which nobody has put a quantity as the server would. */
function isSame(one: Json | undefined, other: Json | undefined, schema: SchemaPlace | undefined): boolean {
  if (equalJson(one, other)) return true;
  switch (schema?.quantity) {
    case "by-amount":
      return compareQuantities(one, other) === 0;
    case "by-form":
      return isWrittenAlike(one, other);
    default:
      return false;
  }
}

/**
 * Where one state lacks what the two others have and do not agree on, each of its fields has a cause of its own: what somebody took
 * away is not what the pull request adds to it.
 */
function withEmpty(states: States, schema: SchemaPlace | undefined): States {
  const there = states.filter((one) => one !== undefined);
  if (there.length !== 2 || equalJson(there[0], there[1])) return states;
  const instead = (empty: Json) => states.map((one) => (one === undefined ? empty : one)) as States;
  if (there.every(isMapping)) return instead({});
  const isByPlace = (schema?.list() ?? { type: "index" }).type === "index";
  return there.every(Array.isArray) && !isByPlace ? instead([]) : states;
}

/**
 * The names, in order, of the items that all three states have; undefined when the order is the same everywhere. It counts:
 * a template whose variables stand in another order is another template, and its pods are replaced.
 */
function ordersOf(lists: Json[][], items: readonly Item[]): Omit<Difference, "path"> | undefined {
  const common = items.filter(({ segment, states }) => segment.type === "key" && !states.includes(undefined));
  if (common.length < 2) return undefined;
  const [live, base, merge] = lists.map((list, state) => {
    const placed = common.map((item) => ({
      name: nameOf(item.segment),
      at: list.indexOf(item.states[state as 0 | 1 | 2]!),
    }));
    return placed.sort((a, b) => a.at - b.at).map(({ name }) => name);
  });
  return equalJson(live, base) && equalJson(base, merge) ? undefined : { live, base, merge };
}

const nameOf = (segment: Segment): string =>
  segment.type === "key" ? Object.values(segment.keys).map(String).join("/") : "";

interface Item {
  segment: Segment;
  states: States;
}

/** @returns undefined when the list is one value as a whole */
function matchItems(lists: Json[][], identity: ListIdentity): Item[] | undefined {
  switch (identity.type) {
    case "map":
      return matchBy(lists, (item, index) => {
        if (!isMapping(item)) return undefined;
        return { type: "key", keys: itemKeys(item, identity), index };
      });
    case "set":
      return matchBy(lists, (value, index) => ({ type: "value", value, index }));
    case "index": {
      // Commands and arguments are read as a whole; a list of objects without keys goes by place.
      if (!lists.every((list) => list.every(isMapping))) return undefined;
      return matchBy(lists, (_, index) => ({ type: "index", index }));
    }
  }
}

function matchBy(lists: Json[][], segmentOf: (item: Json, index: number) => Segment | undefined): Item[] | undefined {
  const matched = new Map<string, Item>();
  for (const [state, list] of lists.entries()) {
    const seen = new Set<string>();
    for (const [index, item] of list.entries()) {
      const segment = segmentOf(item, index);
      if (segment === undefined) return undefined;
      const key = identityOf(segment);
      // Two items with one key, which older servers let through: only the list as a whole can be told then.
      if (seen.has(key)) return undefined;
      seen.add(key);
      const known = matched.get(key) ?? { segment, states: [undefined, undefined, undefined] };
      known.states[state as 0 | 1 | 2] = item;
      matched.set(key, known);
    }
  }
  return [...matched.values()];
}

function identityOf(segment: Segment): string {
  switch (segment.type) {
    case "key":
      return canonicalJson(segment.keys);
    case "value":
      return canonicalJson(segment.value);
    case "index":
      return String(segment.index);
    case "field":
      return segment.name;
  }
}
