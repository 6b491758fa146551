import type { Json, JsonObject } from "../../../core/manifest/kube-object.ts";
import { fieldSchema, isMap, type StructuralSchema } from "./structural.ts";

/** A copy of a custom object without its nulls that are neither allowed nor replaced by a default. */
export function withoutNulls(schema: StructuralSchema | undefined, object: JsonObject): JsonObject {
  const drop = (value: Json, schema: StructuralSchema | undefined): Json => {
    if (Array.isArray(value)) return value.map((item) => drop(item, schema?.items));
    if (!isMap(value)) return value;
    const kept = Object.entries(value).flatMap(([name, inner]): [string, Json][] => {
      const field = fieldSchema(schema, name);
      return isRefusedNull(inner, field) && field?.default === undefined ? [] : [[name, drop(inner, field)]];
    });
    return Object.fromEntries(kept);
  };
  return drop(object, schema) as JsonObject;
}

function isRefusedNull(value: Json, schema: StructuralSchema | undefined): boolean {
  return value === null && schema !== undefined && schema.nullable !== true;
}
