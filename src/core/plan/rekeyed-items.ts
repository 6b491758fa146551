import type { Json, JsonObject, KubeObject } from "../manifest/kube-object.ts";
import { equalJson } from "./equal.ts";
import { holds } from "./field-ownership.ts";
import { hasKeys, pointerTo, type Segment, valueAt } from "./field-path.ts";
import { itemKeys, type SchemaPlace } from "./list-keys.ts";

type Keys = { [name: string]: Json };

/**
 * An item of a list that somebody gave another key by editing it in place, as who changes a Service's port and not its name. For the
 * server that is an item of theirs beside which ours is gone; applying would bring ours back beside theirs, which is refused where
 * both claim the one name (https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy).
 */
export interface RekeyedItem {
  /** The live item. */
  path: Segment[];
  /** What Git says of it. */
  manifest: JsonObject;
  /** As Git has them, and as they are. */
  ours: Keys;
  theirs: Keys;
}

export interface RekeyedStates {
  live: KubeObject;
  /** What was applied last: only what it has can have been given another key. */
  before: KubeObject;
  manifest: KubeObject;
  /** Our own field manager. */
  manager: string;
}

/**
 * Items that may be one and the same: Git has and had one that is not there, and one is there that Git does not have and nobody
 * applies.
 */
export function rekeyedItems(
  { live, before, manifest, manager }: RekeyedStates,
  schema: SchemaPlace | undefined,
): RekeyedItem[] {
  const found: RekeyedItem[] = [];
  const appliers = (live.metadata.managedFields ?? []).filter(
    (entry) => entry.operation === "Apply" && entry.manager !== manager,
  );
  const walk = (now: Json | undefined, wanted: Json | undefined, place: SchemaPlace | undefined, path: Segment[]) => {
    if (isMapping(now) && isMapping(wanted)) {
      for (const [name, inner] of Object.entries(wanted)) {
        if (Object.hasOwn(now, name)) walk(now[name], inner, place?.property(name), [...path, { type: "field", name }]);
      }
    }
    const list = place?.list();
    if (!Array.isArray(now) || !Array.isArray(wanted) || list?.type !== "map") return;
    const keysOf = (item: JsonObject): Keys => itemKeys(item, list);
    const there = now.flatMap((item, index) => (isMapping(item) ? [{ item, index, keys: keysOf(item) }] : []));
    const missing: JsonObject[] = [];
    for (const item of wanted.filter(isMapping)) {
      const at = there.findIndex(({ keys }) => equalJson(keys, keysOf(item)));
      const segment: Segment = { type: "key", keys: keysOf(item), index: -1 };
      if (at < 0 && valueAt(before as Json, [...path, segment]) !== undefined) missing.push(item);
      if (at < 0) continue;
      const [{ item: match, index, keys }] = there.splice(at, 1) as [(typeof there)[number]];
      walk(match, item, place?.items(), [...path, { type: "key", keys, index }]);
    }
    const isApplied = ({ keys, index }: (typeof there)[number]) =>
      appliers.some(({ fieldsV1 }) => holds(fieldsV1, [...path, { type: "key", keys, index }]));
    const filled = (item: JsonObject) => ({ ...item, ...keysOf(item) });
    for (const { item, other } of pairs(
      missing,
      there.filter((one) => !isApplied(one)),
      filled,
    )) {
      const { keys, index } = other;
      found.push({ path: [...path, { type: "key", keys, index }], manifest: item, ours: keysOf(item), theirs: keys });
    }
  };
  walk(live as Json, manifest as Json, schema, []);
  return found;
}

/** The one that has most in common; one that has nothing in common only where there is no choice. */
function pairs<Other extends { item: JsonObject }>(
  missing: readonly JsonObject[],
  others: readonly Other[],
  filled: (item: JsonObject) => JsonObject,
) {
  const left = [...others];
  const isOnly = missing.length === 1 && left.length === 1;
  return missing.flatMap((item) => {
    const scores = left.map((other) => inCommon(filled(item), other.item));
    const best = Math.max(...scores, 0);
    if (best === 0 && !isOnly) return [];
    const [other] = left.splice(scores.indexOf(best), 1);
    return other === undefined ? [] : [{ item, other }];
  });
}

const inCommon = (one: JsonObject, other: JsonObject): number =>
  Object.keys(one).filter((name) => equalJson(one[name] as Json, other[name] as Json)).length;

/** The manifest with the keys that are live, so that applying it changes their items. */
export function withTheirKeys(manifest: KubeObject, items: readonly RekeyedItem[]): KubeObject {
  const replaced = new Map(items.map((one) => [one.manifest, { ...one.manifest, ...one.theirs }]));
  const walk = (value: Json): Json => {
    if (Array.isArray(value)) return value.map((item) => walk(item));
    if (!isMapping(value)) return value;
    return replaced.get(value) ?? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, walk(inner)]));
  };
  return walk(manifest as Json) as unknown as KubeObject;
}

/** The steps of a JSON patch (RFC 6902) that put what Git says in their place. */
export const replacements = (items: readonly RekeyedItem[]) =>
  items.map(({ path, manifest }) => ({ op: "replace", path: pointerTo(path), value: manifest }));

/**
 * What applying with their keys came to, with the items that putting ours in their place came to.
 * @param swapped the answer to {@link replacements}
 */
export function withOurItems(applied: KubeObject, swapped: KubeObject, items: readonly RekeyedItem[]): KubeObject {
  const result = structuredClone(applied);
  for (const { path, ours, theirs } of items) {
    const list = valueAt(result as Json, path.slice(0, -1));
    const others = valueAt(swapped as Json, path.slice(0, -1));
    if (!Array.isArray(list) || !Array.isArray(others)) continue;
    const at = list.findIndex((item) => isMapping(item) && hasKeys(item, theirs));
    const item = others.find((one) => isMapping(one) && hasKeys(one, ours));
    if (at >= 0 && item !== undefined) list[at] = item;
  }
  return result;
}

function isMapping(value: Json | undefined): value is JsonObject & { [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
