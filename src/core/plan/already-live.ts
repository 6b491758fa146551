import type { Json, JsonObject, KubeObject } from "../manifest/kube-object.ts";
import { equalJson } from "./equal.ts";
import { writerOf } from "./field-ownership.ts";
import { type Segment, valueAt } from "./field-path.ts";
import { itemKeys, type SchemaPlace, type SchemaPlaces } from "./list-keys.ts";
import { placeOf } from "./owned-lists.ts";
import type { FieldChange } from "./plan.ts";
import { maskedPath, maskValue } from "./secret-mask.ts";
import { threeWayDifferences } from "./three-way.ts";

/**
 * What a pull request describes from now on and somebody else has made so: nothing changes, but it is Git's from then on. No dry run
 * shows it, since it is live in all of them.
 *
 * @param after what the server would make of the merge
 * @param manager our own field manager
 */
export function alreadyLive(
  { live, after }: { live: KubeObject; after: KubeObject },
  { base, merge }: { base: KubeObject; merge: KubeObject },
  manager: string,
  schemas: SchemaPlaces,
): FieldChange[] {
  const states = [
    { object: after, manifest: merge },
    { object: live, manifest: base },
  ];
  const schema = placeOf(merge, schemas, states, manager);
  return threeWayDifferences(base as Json, base as Json, merge as Json, schema).flatMap((one): FieldChange[] => {
    if (one.base !== undefined || one.merge === undefined) return [];
    return leavesOf(one.path, one.merge, placeAt(schema, one.path)).flatMap((path): FieldChange[] => {
      const writer = writerOf(live, path, manager);
      const value = valueAt(live as Json, path);
      // As the server writes it, whatever the manifest's way to say it.
      const isLive = value !== undefined && equalJson(value, valueAt(after as Json, path));
      if (writer.manager === "unknown" || !isLive) return [];
      const shown = maskValue(live, path, value);
      return [{ path: maskedPath(live, path), cause: "already-live", before: shown, after: shown, ...writer }];
    });
  });
}

/** A new mapping by its fields, and a list by its items, since others may have more in it. */
function leavesOf(path: Segment[], value: Json, place: SchemaPlace | undefined): Segment[][] {
  if (typeof value !== "object" || value === null || Object.keys(value).length === 0) return [path];
  if (!Array.isArray(value)) {
    const last = path.at(-1);
    // A key that is left to its default is described by the item.
    const keys = last?.type === "key" ? Object.keys(last.keys) : [];
    const byDefault = keys.filter((name) => value[name] === undefined);
    return [
      ...Object.entries(value).flatMap(([name, inner]) =>
        leavesOf([...path, { type: "field", name }], inner, place?.property(name)),
      ),
      ...byDefault.map((name): Segment[] => [...path, { type: "field", name }]),
    ];
  }
  const list = place?.list();
  if (list?.type !== "map") return [path];
  return value.flatMap((item, index) => {
    const keys = itemKeys(item as JsonObject, list);
    return leavesOf([...path, { type: "key", keys, index }], item, place?.items());
  });
}

function placeAt(schema: SchemaPlace | undefined, path: readonly Segment[]): SchemaPlace | undefined {
  return path.reduce<SchemaPlace | undefined>(
    (place, segment) => (segment.type === "field" ? place?.property(segment.name) : place?.items()),
    schema,
  );
}
