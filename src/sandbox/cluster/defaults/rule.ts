import type { JsonObject } from "../../../core/manifest/kube-object.ts";

/** Fills in one struct's defaults, in place; what is in it fills itself in afterwards. */
export type Defaults = (value: JsonObject) => void;

/** By the name of the struct's definition. */
export interface DefaultsTable {
  readonly [definition: string]: Defaults;
}

/** Sets the fields that are not there. */
export function fill(value: JsonObject, defaults: JsonObject): void {
  for (const [field, standard] of Object.entries(defaults)) value[field] ??= structuredClone(standard);
}

/** The value as an object, made empty when there is none. */
export function inside(value: JsonObject, field: string): JsonObject {
  value[field] ??= {};
  return value[field] as JsonObject;
}
