import type { JsonObject, KubeObject } from "../../../core/manifest/kube-object.ts";
import { below, type FieldSet, has } from "./field-set.ts";
import { type Managers, writeManagers } from "./managers.ts";
import { fieldElement } from "./path-element.ts";
import { asMap, deepEqual } from "./typed-value.ts";

/** An object without its `managedFields`. */
export function bare(object: KubeObject): JsonObject {
  const { metadata, ...rest } = object;
  if (metadata === undefined || metadata === null) return rest as JsonObject;
  const { managedFields: _, ...kept } = metadata;
  return { ...rest, metadata: kept } as unknown as JsonObject;
}

/** A merged object with the fields that a request cannot set as they were. */
export function restored(object: KubeObject, live: KubeObject | undefined, reset: FieldSet): KubeObject {
  const restore = (now: JsonObject, before: JsonObject | undefined, set: FieldSet): JsonObject => {
    const result = { ...now };
    for (const { element, member } of set.nodes.values()) {
      if (element.type !== "field") continue;
      const { name } = element;
      const was = before?.[name];
      if (member) {
        if (was === undefined) delete result[name];
        else result[name] = was;
      } else if (asMap(result[name]) !== undefined) {
        result[name] = restore(asMap(result[name])!, asMap(was), below(set, element));
      }
    }
    return result;
  };
  const names = ["name", "namespace"] as const;
  const result = restore(object as unknown as JsonObject, live as unknown as JsonObject | undefined, reset);
  // A created object has no metadata to go back to, and needs its name.
  if (has(reset, [fieldElement("metadata")]) && live === undefined) result.metadata = object.metadata as JsonObject;
  for (const name of names) {
    const metadata = asMap(result.metadata);
    if (metadata !== undefined && live?.metadata[name] !== undefined) metadata[name] = live.metadata[name];
  }
  return result as unknown as KubeObject;
}

/**
 * An object with its managers written on it, and whether that is another object than the live one. When nothing but the
 * times of entries would change, they stay as they were.
 */
export function finish(
  object: JsonObject,
  managers: Managers,
  live: KubeObject | undefined,
): { object: KubeObject; changed: boolean } {
  const entries = writeManagers(managers);
  const written = {
    ...object,
    metadata: { ...asMap(object.metadata), ...(entries !== undefined && { managedFields: entries }) },
  } as unknown as KubeObject;
  if (live === undefined) return { object: written, changed: true };
  const same =
    deepEqual(object, bare(live)) &&
    deepEqual(
      timeless(entries) as unknown as JsonObject[],
      timeless(live.metadata.managedFields) as unknown as JsonObject[],
    );
  return same ? { object: live, changed: false } : { object: written, changed: true };
}

function timeless(entries: KubeObject["metadata"]["managedFields"]) {
  return (entries ?? []).map(({ time: _, ...entry }) => entry);
}
