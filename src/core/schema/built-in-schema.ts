import type { CheckName } from "./checks.ts";
import type { Definitions, OpenApiSchema } from "./kubernetes-schemas.ts";
import { alsoRequired, notRequired, unruled } from "./required-fields.ts";
import { checkOf } from "./rules/registry.ts";

/** A JSON Schema with keywords of our own, for ./compile-schema.ts. */
export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | false;
  items?: JsonSchema;
  /** Own keyword: like `required`, and `null` counts as missing; of `filled` ones an empty text or list does too. */
  requiredFields?: { present: string[]; filled: string[] };
  /** Own keyword: a rule of ./checks.ts. */
  check?: CheckName;
  /** Own keyword: the definition whose ./rules/ apply. */
  rules?: string;
  /** Own keyword: `null` is no item of this list. */
  nullItems?: true;
  /** Own keyword: no two items agree in these fields; a missing one counts as its default. */
  uniqueBy?: { keys: string[]; defaults: Record<string, unknown> };
  /** Own keyword: no two items are the same. */
  uniqueItemsOfSet?: true;
  enum?: readonly unknown[];
  /** Own keyword: `enum` holds as for a custom resource, whose numbers the server converts before it compares them. */
  looseEnum?: true;
  /** Own keyword: the kind of number that the server can hold here. */
  range?: "int32" | "int64" | "float";
  [keyword: string]: unknown;
}

const jsonSchemaProps = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps";

const openObject: JsonSchema = { type: ["object", "null"] };
const anything: JsonSchema = {};

/**
 * The schema of a list's items or of a mapping's values in a CustomResourceDefinition. The server decodes it apart from
 * the rest and says nothing about unknown fields in it.
 */
const nestedSchemaProps = `${jsonSchemaProps}.nested`;

/** Definitions whose published schema is looser or narrower than what the server decodes. */
const special: { readonly [name: string]: JsonSchema } = {
  "io.k8s.apimachinery.pkg.api.resource.Quantity": { type: ["string", "number", "null"], check: "quantity" },
  "io.k8s.apimachinery.pkg.util.intstr.IntOrString": { type: ["integer", "string", "null"], format: "int32" },
  "io.k8s.apimachinery.pkg.apis.meta.v1.Time": { type: ["string", "null"], check: "time" },
  "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": { type: ["string", "null"], check: "microTime" },
  // Only structural schemas are accepted, and they have one schema for all items.
  [`${jsonSchemaProps}OrArray`]: { $ref: nestedSchemaProps },
  [`${jsonSchemaProps}OrBool`]: { if: { type: "boolean" }, else: { $ref: nestedSchemaProps } },
};

/**
 * The schema of one definition, as strict as the server's own decoding: unknown fields are refused, and `null` stands for an
 * absent field wherever one may be absent. It refers to others by their names.
 */
export function builtInSchema(name: string, definitions: Definitions): JsonSchema {
  if (name === nestedSchemaProps) return nestedSchema(definitions);
  const definition = definitions[name];
  if (definition === undefined) throw new Error(`no definition ${name}`);
  const schema = special[name] ?? object(definition, definitions, name);
  return (unruled[name] ?? []).reduce((all, path) => withoutRules(all, path.split("."), definitions), schema);
}

/** The schema with what it refers to on the way to a field put in, so that the field can lose its rules there alone. */
function withoutRules(schema: JsonSchema, path: readonly string[], definitions: Definitions): JsonSchema {
  if (schema.items !== undefined) return { ...schema, items: withoutRules(schema.items, path, definitions) };
  const [field, ...rest] = path;
  if (schema.$ref !== undefined) {
    const target = schema.$ref;
    if (field === undefined) return object(definitions[target]!, definitions, "");
    return withoutRules(builtInSchema(target, definitions), path, definitions);
  }
  const inside = withoutRules(schema.properties![field!]!, rest, definitions);
  return { ...schema, properties: { ...schema.properties, [field!]: inside } };
}

function nestedSchema(definitions: Definitions): JsonSchema {
  const { additionalProperties: _, ...open } = builtInSchema(jsonSchemaProps, definitions);
  const reference = (name: string) => JSON.stringify({ $ref: name }).slice(1, -1);
  return JSON.parse(JSON.stringify(open).replaceAll(reference(jsonSchemaProps), reference(nestedSchemaProps)));
}

function object(schema: OpenApiSchema, definitions: Definitions, name: string): JsonSchema {
  if (schema.properties === undefined) return convert(schema, definitions);
  const properties = Object.entries(schema.properties).map(([field, value]): [string, JsonSchema] => [
    field,
    convert(value, definitions),
  ]);
  const { present, filled } = requiredOf(schema, name);
  return {
    type: ["object", "null"],
    properties: Object.fromEntries(properties),
    additionalProperties: false,
    ...(checkOf(name) && { rules: name }),
    ...(present.length + filled.length > 0 && { requiredFields: { present, filled } }),
  };
}

function requiredOf(schema: OpenApiSchema, name: string): { present: string[]; filled: string[] } {
  const added = alsoRequired[name] ?? [];
  const published = schema.required?.filter((field) => !notRequired[name]?.includes(field)) ?? [];
  const required = [...new Set([...published, ...added])];
  // What an empty object lacks is told by its own definition.
  const filled = required.filter(
    (field) =>
      emptyIsMissing(schema.properties?.[field]) ||
      (added.includes(field) && schema.properties?.[field]?.$ref === undefined),
  );
  return { present: required.filter((field) => !filled.includes(field)), filled };
}

/** Whether an object without any field lacks something, so that a null cannot stand for it. */
function emptyLacks(name: string, definitions: Definitions): boolean {
  const definition = definitions[name];
  if (definition?.properties === undefined || special[name] !== undefined) return false;
  const { present, filled } = requiredOf(definition, name);
  return present.length + filled.length > 0 || (checkOf(name)?.({}).length ?? 0) > 0;
}

/** A Go struct cannot tell a text or list that is left out from an empty one, unless it holds a pointer to it. */
function emptyIsMissing(schema: OpenApiSchema | undefined): boolean {
  return schema?.type === "array" || (schema?.type === "string" && schema.default === "");
}

function convert(schema: OpenApiSchema, definitions: Definitions): JsonSchema {
  if (schema.$ref !== undefined) return { $ref: schema.$ref.replace("#/definitions/", "") };
  switch (schema.type) {
    case undefined:
      return anything;
    case "object":
      if (schema.additionalProperties === undefined) return openObject;
      return { type: ["object", "null"], additionalProperties: convert(schema.additionalProperties, definitions) };
    case "array":
      return list(schema, definitions);
    case "string":
      if (schema.format === "byte") return { type: ["string", "null"], check: "base64" };
      if (schema.format === "int-or-string") return special["io.k8s.apimachinery.pkg.util.intstr.IntOrString"]!;
      // An empty string is how Go writes a field that is not set, so the server fills in its default.
      if (schema.enum !== undefined) return { type: ["string", "null"], enum: [...schema.enum, "", null] };
      return { type: ["string", "null"] };
    case "integer":
      return { type: ["integer", "null"], format: schema.format === "int32" ? "int32" : "int64" };
    case "number":
    case "boolean":
      return { type: [schema.type, "null"] };
    default:
      throw new Error(`an unforeseen type in the Kubernetes definitions: ${schema.type}`);
  }
}

function list(schema: OpenApiSchema, definitions: Definitions): JsonSchema {
  const converted = convert(schema.items ?? {}, definitions);
  // Only of a field does the empty text mean that it is not set.
  const items = schema.items?.enum === undefined ? converted : { ...converted, enum: schema.items.enum };
  const nullItems = items.$ref !== undefined && emptyLacks(items.$ref, definitions) && { nullItems: true as const };
  const listType = schema["x-kubernetes-list-type"];
  const keys = schema["x-kubernetes-list-map-keys"];
  if (listType === "set") return { type: ["array", "null"], items, uniqueItemsOfSet: true };
  if (listType !== "map" || keys === undefined) return { type: ["array", "null"], items, ...nullItems };
  return {
    type: ["array", "null"],
    items,
    uniqueBy: { keys: [...keys], defaults: defaultsOf(schema, keys, definitions) },
  };
}

function defaultsOf(schema: OpenApiSchema, keys: readonly string[], definitions: Definitions) {
  const item =
    schema.items?.$ref === undefined ? schema.items : definitions[schema.items.$ref.replace("#/definitions/", "")];
  const defaults = keys.flatMap((key): [string, unknown][] => {
    const value = item?.properties?.[key]?.default;
    return value === undefined ? [] : [[key, value]];
  });
  return Object.fromEntries(defaults);
}
