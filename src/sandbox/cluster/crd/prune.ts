import type { Json, JsonObject } from "../../../core/manifest/kube-object.ts";
import { fieldSchema, isMap, objectFields, type StructuralSchema } from "./structural.ts";

/**
 * A custom object without the fields that its schema does not name. `apiVersion`, `kind` and `metadata` stay as they are,
 * of the object and of embedded ones.
 * @param schema undefined for a version without one: everything goes
 * @returns also the dropped fields' paths (`spec.parts[0].colour`), sorted, as strict field validation names them
 */
export function pruneCustomObject(
  schema: StructuralSchema | undefined,
  object: JsonObject,
): { object: JsonObject; unknown: string[] } {
  const unknown: string[] = [];
  /** @param kept below `x-kubernetes-preserve-unknown-fields`, where only what a schema speaks of is looked at */
  const prune = (value: Json, schema: StructuralSchema | undefined, path: string, kept: boolean): Json => {
    const keeps = kept || schema?.["x-kubernetes-preserve-unknown-fields"] === true;
    if (keeps && schema === undefined) return value;
    if (Array.isArray(value)) {
      return value.map((item, index) => prune(item, schema?.items, `${path}[${index}]`, keeps));
    }
    if (!isMap(value)) return value;
    const isObject = path === "" || schema?.["x-kubernetes-embedded-resource"] === true;
    const result: JsonObject = {};
    for (const [name, inner] of Object.entries(value)) {
      const at = path === "" ? name : `${path}.${name}`;
      const field = fieldSchema(schema, name);
      if (isObject && objectFields.has(name)) result[name] = inner;
      else if (field !== undefined) result[name] = prune(inner, field, at, false);
      else if (keeps) result[name] = inner;
      else if (schema?.additionalProperties === true) result[name] = prune(inner, undefined, at, false);
      else unknown.push(at);
    }
    return result;
  };
  return { object: prune(object, schema, "", false) as JsonObject, unknown: unknown.sort() };
}
