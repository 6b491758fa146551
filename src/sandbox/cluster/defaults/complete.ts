import type { Json, JsonObject } from "../../../core/manifest/kube-object.ts";
import type { Definitions, OpenApiSchema } from "../../../core/schema/kubernetes-schemas.ts";
import { plainStructs } from "./plain-structs.ts";
import { podDefaults } from "./pods.ts";
import type { DefaultsTable } from "./rule.ts";
import { serviceDefaults } from "./services.ts";
import { storageDefaults } from "./storage.ts";
import { workloadDefaults } from "./workloads.ts";

const rules: DefaultsTable = { ...podDefaults, ...workloadDefaults, ...serviceDefaults, ...storageDefaults };
const prefix = "#/definitions/";

/**
 * Fills in what the API server would: the defaults of each struct, outer structs first, and what Go writes even when it
 * is empty. Changes the value it is given.
 */
export function completeBuiltIn(definitions: Definitions, definition: string, value: JsonObject): void {
  const { properties = {}, required = [] } = definitions[definition]!;
  for (const field of plainStructs(definition, properties)) value[field] ??= {};
  for (const field of required) {
    const zero = properties[field]?.default;
    if (zero === "" || zero === 0 || zero === false) value[field] ??= zero;
  }
  rules[definition]?.(value);
  for (const [field, inner] of Object.entries(value)) {
    const schema = properties[field];
    if (schema !== undefined) descend(definitions, schema, inner);
  }
}

function descend(definitions: Definitions, schema: OpenApiSchema, value: Json): void {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.slice(prefix.length);
    if (definitions[name]?.properties !== undefined && isObject(value)) completeBuiltIn(definitions, name, value);
  } else if (schema.items !== undefined && Array.isArray(value)) {
    for (const item of value) descend(definitions, schema.items, item);
  } else if (schema.additionalProperties !== undefined && isObject(value)) {
    for (const item of Object.values(value)) descend(definitions, schema.additionalProperties, item);
  }
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
