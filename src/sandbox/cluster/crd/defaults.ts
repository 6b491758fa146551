import type { Json, JsonObject } from "../../../core/manifest/kube-object.ts";
import { fieldSchema, isMap, type StructuralSchema } from "./structural.ts";

/**
 * A custom object with its schema's defaults filled in where a field is left out, or null without being nullable.
 */
export function defaultCustomObject(schema: StructuralSchema | undefined, object: JsonObject): JsonObject {
  return fill(object, schema) as JsonObject;
}

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

function fill(value: Json, schema: StructuralSchema | undefined): Json {
  if (Array.isArray(value)) return value.map((item) => fill(replaced(item, schema?.items), schema?.items));
  if (!isMap(value)) return value;
  const result: JsonObject = {};
  for (const [name, inner] of Object.entries(value)) {
    const field = fieldSchema(schema, name);
    result[name] = fill(replaced(inner, field), field);
  }
  for (const [name, field] of Object.entries(schema?.properties ?? {})) {
    if (!Object.hasOwn(result, name) && field.default !== undefined) result[name] = fill(copy(field.default), field);
  }
  return result;
}

function replaced(value: Json, schema: StructuralSchema | undefined): Json {
  return isRefusedNull(value, schema) && schema?.default !== undefined ? copy(schema.default) : value;
}

function isRefusedNull(value: Json, schema: StructuralSchema | undefined): boolean {
  return value === null && schema !== undefined && schema.nullable !== true;
}

function copy(value: Json): Json {
  return structuredClone(value);
}
