import { isMapping, type Json, type JsonObject, type KubeObject } from "../manifest/kube-object.ts";
import { equalJson } from "./equal.ts";
import { appliedEntry, holds, holdsItself } from "./field-ownership.ts";
import { type Segment, withoutFields } from "./field-path.ts";
import { itemKeys, type SchemaPlace } from "./list-keys.ts";
import { stepsIn } from "./managed-fields.ts";
import { isNamed } from "./named.ts";

/**
 * What a manifest makes of an object that was healed first, before the server fills anything in: for where no dry run can tell, since
 * the server would not have the manifest onto the object as it is.
 *
 * @param healed what the server would make of applying the base
 * @param manager our own field manager
 */
export function mergedAfterHealing(
  healed: KubeObject,
  manifest: KubeObject,
  schema: SchemaPlace | undefined,
  manager: string,
): KubeObject {
  const ours = appliedEntry(healed.metadata, manager);
  const others = (healed.metadata.managedFields ?? []).filter((entry) => entry !== ours);
  const dropped: Segment[][] = [];
  const walk = (fields: JsonObject, path: Segment[]): void => {
    for (const { inner, at } of stepsIn(fields, path)) {
      // Where another has a part in it, only ours goes.
      const isShared = others.some(({ fieldsV1 }) => holds(fieldsV1, at));
      if (isShared || isNamed(manifest as Json, at)) walk(inner, at);
      else dropped.push(at);
    }
  };
  walk(ours?.fieldsV1 ?? {}, []);

  /** As server-side apply puts values into an object; what the server alone fills in is left. */
  const laidOver = (
    value: Json | undefined,
    said: Json,
    place: SchemaPlace | undefined,
    path: Segment[],
  ): Json | undefined => {
    if (isMapping(value) && isMapping(said) && !isAtomic(value, path)) {
      const entries = Object.entries(said).map(([name, inner]) => {
        const at: Segment[] = [...path, { type: "field", name }];
        return [name, inner === null ? undefined : laidOver(value[name], inner, place?.property(name), at)];
      });
      return { ...value, ...Object.fromEntries(entries) };
    }
    const list = place?.list();
    if (!Array.isArray(said) || list === undefined || list.type === "index") return said;
    if (said.length === 0) return value ?? said;
    if (!Array.isArray(value)) return said;
    const isSame = (one: Json, other: Json) =>
      list.type === "map" && isMapping(one) && isMapping(other)
        ? equalJson(itemKeys(one, list), itemKeys(other, list))
        : equalJson(one, other);
    const items = value.map((item, index) => {
      const next = said.find((one) => isSame(one, item));
      if (next === undefined || list.type === "set" || !isMapping(item)) return item;
      const at: Segment[] = [...path, { type: "key", keys: itemKeys(item, list), index }];
      return laidOver(item, next, place?.items(), at) ?? null;
    });
    return [...items, ...said.filter((one) => !value.some((item) => isSame(one, item)))];
  };
  /** What we hold as one, and nobody a part of. */
  const isAtomic = (value: JsonObject, path: Segment[]) =>
    path.length > 0 &&
    ours !== undefined &&
    holds(ours.fieldsV1, path) &&
    Object.keys(value).every((name) => {
      const at: Segment[] = [...path, { type: "field", name }];
      return [ours, ...others].every(({ fieldsV1 }) => !holdsItself(fieldsV1, at)) && holds(ours.fieldsV1, at);
    });
  return laidOver(withoutFields(healed, dropped) as Json, manifest as Json, schema, []) as unknown as KubeObject;
}
