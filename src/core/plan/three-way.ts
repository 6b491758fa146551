import type { Json } from "../manifest/kube-object.ts";
import { canonicalJson, equalJson } from "./equal.ts";
import type { Segment } from "./field-path.ts";
import type { ListIdentity, SchemaPlace } from "./list-keys.ts";

/** A field that is not the same in the three states; `undefined` is absence. */
export interface Difference {
  path: Segment[];
  live: Json | undefined;
  base: Json | undefined;
  merge: Json | undefined;
}

type States = [live: Json | undefined, base: Json | undefined, merge: Json | undefined];

/**
 * The fields in which three states of one object differ: live, and what the server would make of applying base and merge.
 * Lists that the server merges are matched by their keys, so that an item which moved is no change. A subtree that one of
 * them lacks is one difference, not one for each leaf.
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

function walk(states: States, schema: SchemaPlace | undefined, path: Segment[], found: Difference[]): void {
  const [live, base, merge] = states;
  if (equalJson(live, base) && equalJson(base, merge)) return;
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
      for (const { segment, states: inner } of items) walk(inner, schema?.items(), [...path, segment], found);
      return;
    }
  }
  found.push({ path, live, base, merge });
}

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
        const keys = Object.fromEntries(
          identity.keys.map((key) => [key, item[key] ?? (identity.defaults[key] as Json | undefined) ?? null]),
        );
        return { type: "key", keys, index };
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

function isMapping(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
