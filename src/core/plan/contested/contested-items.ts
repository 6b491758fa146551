import { isMapping, type Json, type JsonObject } from "../../manifest/kube-object.ts";
import { equalJson } from "../equal.ts";
import { holds } from "../field-ownership.ts";
import { hasKeys, pointerTo, type Segment, valueAt } from "../field-path.ts";
import { itemKeys, type SchemaPlace } from "../list-keys.ts";
import { appliersOf, type Contested, isNamedWithin, namesOn, type SwapStates, visitBoth } from "./swap.ts";

interface Item {
  item: JsonObject;
  keys: { [name: string]: Json };
  index: number;
}

/**
 * Items of lists that somebody put in the place of ours, as who changes a Service's port and not its name. For the server that is an
 * item of theirs beside which ours is gone; applying would bring ours back beside theirs, which is refused where both claim the one
 * name (https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy).
 *
 * @returns lists of which Git has and had an item that is not there, with the items that Git does not have and nobody applies
 */
export function contestedItems(states: SwapStates, schema: SchemaPlace | undefined): Contested[] {
  const { live, before, manifest, named } = states;
  const found: Contested[] = [];
  const appliers = appliersOf(states);
  visitBoth(live, manifest, schema, {
    list(now, wanted, list, path) {
      if (!named.some((field) => isNamedWithin(field, namesOn(path)))) return;
      const of = (items: readonly Json[]): Item[] =>
        items.flatMap((item, index) => (isMapping(item) ? [{ item, index, keys: itemKeys(item, list) }] : []));
      const at = ({ keys, index }: Item): Segment[] => [...path, { type: "key", keys, index }];
      const isIn = (items: readonly Item[], keys: JsonObject) => items.some((one) => equalJson(one.keys, keys));
      const [there, ours] = [of(now), of(wanted)];
      const missing = ours.filter((one) => !isIn(there, one.keys) && valueAt(before as Json, at(one)) !== undefined);
      const theirs = there
        .filter(({ keys }) => !isIn(ours, keys))
        .map(at)
        .filter((one) => !appliers.some(({ fieldsV1 }) => holds(fieldsV1, one)));
      if (missing.length === 0 || theirs.length === 0) return;
      found.push({ theirs, swap: (gone) => swapOf(path, wanted, missing, gone) });
    },
  });
  return found;
}

function swapOf(path: Segment[], manifest: Json[], missing: readonly Item[], gone: readonly Segment[][]) {
  const keysOf = (theirs: Segment[]) => (theirs.at(-1) as Segment & { type: "key" }).keys;
  return {
    path,
    manifest,
    meanwhile: manifest.filter((one) => !missing.some(({ item }) => item === one)),
    steps: [
      // From the last on, so that none of them moves before it goes.
      ...gone.toReversed().map((theirs) => ({ op: "remove" as const, path: pointerTo(theirs) })),
      ...missing.map(({ item }) => ({ op: "add" as const, path: `${pointerTo(path)}/-`, value: item as Json })),
    ],
    takeOver(applied: Json, swapped: Json) {
      const [list, from] = [valueAt(applied, path), valueAt(swapped, path)];
      if (!Array.isArray(list) || !Array.isArray(from)) return;
      const left = list.filter((one) => !gone.some((theirs) => hasKeys(one, keysOf(theirs))));
      const ours = from.filter((one) => missing.some(({ keys }) => hasKeys(one, keys)));
      list.splice(0, list.length, ...left, ...ours);
    },
  };
}
