import type { Json, JsonObject } from "../../../core/manifest/kube-object.ts";
import { fieldSchema, isMap, type StructuralSchema } from "./structural.ts";

/**
 * A custom object with its schema's defaults filled in where a field is left out, or null without being nullable. Such a
 * null without a default is dropped.
 */
export function defaultCustomObject(schema: StructuralSchema | undefined, object: JsonObject): JsonObject {
  return fill(object, schema) as JsonObject;
}

function fill(value: Json, schema: StructuralSchema | undefined): Json {
  if (Array.isArray(value)) {
    const { items } = schema ?? {};
    return value.map((item) => fill(isRefusedNull(item, items) ? (copy(items?.default) ?? null) : item, items));
  }
  if (!isMap(value)) return value;
  const result: JsonObject = {};
  for (const [name, inner] of Object.entries(value)) {
    const field = fieldSchema(schema, name);
    if (!isRefusedNull(inner, field)) result[name] = fill(inner, field);
    else if (field?.default !== undefined) result[name] = fill(copy(field.default)!, field);
  }
  for (const [name, field] of Object.entries(schema?.properties ?? {})) {
    if (!Object.hasOwn(result, name) && field.default !== undefined) result[name] = fill(copy(field.default)!, field);
  }
  return result;
}

function isRefusedNull(value: Json, schema: StructuralSchema | undefined): boolean {
  return value === null && schema !== undefined && schema.nullable !== true;
}

function copy(value: Json | undefined): Json | undefined {
  return structuredClone(value);
}
