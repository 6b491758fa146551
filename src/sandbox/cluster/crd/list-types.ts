import type { Json, JsonObject } from "../../../core/manifest/kube-object.ts";
import { canonicalJson } from "../canonical-json.ts";
import type { FieldViolation } from "../status-error.ts";
import { fieldSchema, isMap, type StructuralSchema } from "./structural.ts";

/** Items that stand twice in a list of type `set`, or whose keys do in one of type `map`. */
export function listViolations(schema: StructuralSchema, value: Json, path: string): FieldViolation[] {
  if (isMap(value)) {
    return Object.entries(value).flatMap(([name, inner]) => {
      const field = fieldSchema(schema, name);
      return field === undefined ? [] : listViolations(field, inner, path === "" ? name : `${path}.${name}`);
    });
  }
  if (!Array.isArray(value)) return [];
  const { items } = schema;
  const inner =
    items === undefined ? [] : value.flatMap((item, index) => listViolations(items, item, `${path}[${index}]`));
  const seen = new Map<string, number>();
  const duplicates = value.flatMap((item, index): FieldViolation[] => {
    const own = identity(schema, item);
    if (own === undefined) return [];
    const text = canonicalJson(own);
    const times = (seen.get(text) ?? 0) + 1;
    seen.set(text, times);
    // Said once, at the second place.
    if (times !== 2) return [];
    const message = `Duplicate value: ${JSON.stringify(own)}`;
    return [{ reason: "FieldValueDuplicate", field: `${path}[${index}]`, message }];
  });
  return [...inner, ...duplicates];
}

function identity(schema: StructuralSchema, item: Json): Json | undefined {
  switch (schema["x-kubernetes-list-type"]) {
    case "set":
      return item;
    case "map": {
      if (!isMap(item)) return undefined;
      const keys = [...(schema["x-kubernetes-list-map-keys"] ?? [])].sort();
      const values = keys.flatMap((key): [string, Json][] => (item[key] === undefined ? [] : [[key, item[key]]]));
      return Object.fromEntries(values) as JsonObject;
    }
    default:
      return undefined;
  }
}
