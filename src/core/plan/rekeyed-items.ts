import type { Json, JsonObject } from "../manifest/kube-object.ts";
import { equalJson } from "./equal.ts";
import { holds } from "./field-ownership.ts";
import { hasKeys, pointerTo, type Segment, valueAt } from "./field-path.ts";
import { itemKeys, type SchemaPlace } from "./list-keys.ts";
import { isMapping, namesIn, namesOn, type Swap, type SwapStates, visitBoth } from "./swap.ts";

/**
 * Items of a list that somebody gave another key by editing them in place, as who changes a Service's port and not its name. For the
 * server that is an item of theirs beside which ours is gone; applying would bring ours back beside theirs, which is refused where
 * both claim the one name (https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy).
 *
 * @returns items that may be one and the same: Git has and had one that is not there, and one is there that Git does not have and
 * nobody applies
 */
export function rekeyedItems(
  { live, before, manifest, manager, named }: SwapStates,
  schema: SchemaPlace | undefined,
): Swap[] {
  const found: Swap[] = [];
  const appliers = (live.metadata.managedFields ?? []).filter(
    (entry) => entry.operation === "Apply" && entry.manager !== manager,
  );
  visitBoth(live, manifest, schema, {
    list(now, wanted, list, path) {
      if (!named.some((field) => isWithin(namesIn(field), namesOn(path)))) return;
      const of = (items: readonly Json[]) =>
        items.flatMap((item, index) => (isMapping(item) ? [{ item, index, keys: itemKeys(item, list) }] : []));
      const [there, ours] = [of(now), of(wanted)];
      const isIn = (items: typeof there, keys: JsonObject) => items.some((one) => equalJson(one.keys, keys));
      const missing = ours.filter(
        ({ keys }) => !isIn(there, keys) && valueAt(before as Json, [...path, { type: "key", keys, index: -1 }]),
      );
      const others = there
        .filter(({ keys }) => !isIn(ours, keys))
        .map((one) => ({ ...one, path: [...path, { type: "key" as const, keys: one.keys, index: one.index }] }))
        .filter((one) => !appliers.some(({ fieldsV1 }) => holds(fieldsV1, one.path)));
      for (const { item, other } of pairs(missing, others)) found.push(swapOf(item, other));
    },
  });
  return found;
}

interface Item {
  item: JsonObject;
  keys: { [name: string]: Json };
}

const isWithin = (names: readonly string[], of: readonly string[]) => of.every((name, at) => names[at] === name);

/** The one that has most in common; one that has nothing in common only where there is no choice. */
function pairs<Other extends Item>(missing: readonly Item[], others: readonly Other[]) {
  const left = [...others];
  const isOnly = missing.length === 1 && left.length === 1;
  return missing.flatMap((item) => {
    const scores = left.map((other) => inCommon({ ...item.item, ...item.keys }, other.item));
    const best = Math.max(...scores, 0);
    if (best === 0 && !isOnly) return [];
    const [other] = left.splice(scores.indexOf(best), 1);
    return other === undefined ? [] : [{ item, other }];
  });
}

const inCommon = (one: JsonObject, other: JsonObject): number =>
  Object.keys(one).filter((name) => equalJson(one[name] as Json, other[name] as Json)).length;

/** With their keys, applying changes their item. */
function swapOf({ item: manifest, keys: ours }: Item, { keys: theirs, path }: Item & { path: Segment[] }): Swap {
  return {
    path,
    manifest,
    meanwhile: { ...manifest, ...theirs },
    steps: [{ op: "replace", path: pointerTo(path), value: manifest as Json }],
    theirs: [path],
    takeOver(applied, swapped) {
      const list = valueAt(applied, path.slice(0, -1));
      const others = valueAt(swapped, path.slice(0, -1));
      if (!Array.isArray(list) || !Array.isArray(others)) return;
      const at = list.findIndex((one) => isMapping(one) && hasKeys(one, theirs));
      const item = others.find((one) => isMapping(one) && hasKeys(one, ours));
      if (at >= 0 && item !== undefined) list[at] = item;
    },
  };
}
