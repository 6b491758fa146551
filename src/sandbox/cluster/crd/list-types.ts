import type { Json, JsonObject } from "../../../core/manifest/kube-object.ts";
import { deepEqual } from "../apply/typed-value.ts";
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
  const identities = value.map((item) => identity(schema, item));
  const duplicates = identities.flatMap((own, index): FieldViolation[] => {
    const first = own === undefined ? index : identities.findIndex((other) => deepEqual(own, other));
    // Said once, at the second place.
    const seconds = identities.slice(0, index).filter((other) => deepEqual(own, other)).length;
    if (first === index || seconds !== 1) return [];
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
