import type { Json, JsonObject } from "../../../core/manifest/kube-object.ts";
import type { Definitions, OpenApiSchema } from "../../../core/schema/kubernetes-schemas.ts";
import type { GoTypes } from "../resources/go-types.ts";
import { admissionDefaults } from "./admission.ts";
import { podDefaults } from "./pods.ts";
import type { DefaultsTable } from "./rule.ts";
import { serviceDefaults } from "./services.ts";
import { storageDefaults } from "./storage.ts";
import { workloadDefaults } from "./workloads.ts";

const rules: DefaultsTable = {
  ...podDefaults,
  ...workloadDefaults,
  ...serviceDefaults,
  ...storageDefaults,
  ...admissionDefaults,
};
const prefix = "#/definitions/";

/**
 * Fills in what the API server would: the defaults of each struct, outer structs first, and what Go writes even when it
 * is empty. Changes the value it is given.
 */
export function completeBuiltIn(
  definitions: Definitions,
  goTypes: GoTypes,
  definition: string,
  value: JsonObject,
): void {
  const { properties = {} } = definitions[definition]!;
  const { unset = {} } = goTypes[definition] ?? {};
  for (const [field, zero] of Object.entries(unset)) if (isObject(zero)) value[field] ??= {};
  rules[definition]?.(value);
  for (const [field, zero] of Object.entries(unset)) if (value[field] === undefined) value[field] = zero;
  for (const [field, inner] of Object.entries(value)) {
    const schema = properties[field];
    if (schema !== undefined) descend(definitions, goTypes, schema, inner);
  }
}

function descend(definitions: Definitions, goTypes: GoTypes, schema: OpenApiSchema, value: Json): void {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.slice(prefix.length);
    if (definitions[name]?.properties !== undefined && isObject(value))
      completeBuiltIn(definitions, goTypes, name, value);
  } else if (schema.items !== undefined && Array.isArray(value)) {
    for (const item of value) descend(definitions, goTypes, schema.items, item);
  } else if (schema.additionalProperties !== undefined && isObject(value)) {
    for (const item of Object.values(value)) descend(definitions, goTypes, schema.additionalProperties, item);
  }
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
