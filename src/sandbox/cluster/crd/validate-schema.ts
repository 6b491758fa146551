import { RE2JS } from "re2js";
import type { JsonObject } from "../../../core/manifest/kube-object.ts";
import { fillDefaults } from "../../../core/schema/custom-defaults.ts";
import { structuralSchema, UnusableSchemaError } from "../../../core/schema/structural-schema.ts";
import type { FieldViolation } from "../status-error.ts";
import { pruneCustomObject } from "./prune.ts";
import { isMap, type StructuralSchema } from "./structural.ts";
import { schemaViolations } from "./validate.ts";
import { field } from "./violations.ts";

type Level = "root" | "item" | "field";

/** What keeps a schema from being structural, and what else a server refuses in one. */
export function validateSchema(schema: StructuralSchema, path: string): FieldViolation[] {
  try {
    // Its bounds on size and depth hold here too; what goes deeper would take our stack. Patterns are told where they stand.
    structuralSchema(schema, { usable: (pattern) => pattern });
  } catch (error) {
    if (!(error instanceof UnusableSchemaError)) throw error;
    return [field.invalid(path, "", `the schema ${error.message}`)];
  }
  const root =
    schema.nullable === true ? [field.forbidden(`${path}.nullable`, "nullable cannot be true at the root")] : [];
  const structural = structure(schema, "root", path).sort(byText);
  return [
    ...root,
    ...structural,
    ...(structural.length === 0 ? defaults(schema, path, true) : []),
    ...keywords(schema, path),
  ];
}

function structure(schema: StructuralSchema, level: Level, path: string): FieldViolation[] {
  const { type = "", items, properties = {}, additionalProperties } = schema;
  const embedded = schema["x-kubernetes-embedded-resource"] === true;
  const preserves = schema["x-kubernetes-preserve-unknown-fields"] === true;
  const intOrString = schema["x-kubernetes-int-or-string"] === true;
  const found: FieldViolation[] = [];
  if (type === "array" && items === undefined) found.push(field.required(`${path}.items`, "must be specified"));
  if (items !== undefined) found.push(...structure(items, "item", `${path}.items`));
  for (const [name, property] of Object.entries(properties)) {
    found.push(...structure(property, "field", `${path}.properties[${name}]`));
  }
  if (additionalProperties !== undefined) {
    if (level === "root") found.push(field.forbidden(`${path}.additionalProperties`, "must not be used at the root"));
    if (typeof additionalProperties === "object")
      found.push(...structure(additionalProperties, "field", `${path}.additionalProperties`));
    if (embedded)
      found.push(
        field.forbidden(`${path}.additionalProperties`, "must not be used if x-kubernetes-embedded-resource is set"),
      );
  }
  const both = "must be false if x-kubernetes-int-or-string is true";
  if (intOrString && preserves) found.push(field.invalid(`${path}.x-kubernetes-preserve-unknown-fields`, true, both));
  if (intOrString && embedded) found.push(field.invalid(`${path}.x-kubernetes-embedded-resource`, true, both));
  found.push(...junctorStructure(schema, path, isIntOrString(schema.anyOf), isIntOrString(schema.allOf?.[0]?.anyOf)));

  if (embedded && type !== "object") {
    const why = "must be object if x-kubernetes-embedded-resource is true";
    found.push(type === "" ? field.required(`${path}.type`, why) : field.invalid(`${path}.type`, type, why));
  } else if (type === "" && !intOrString && !preserves) {
    const where = { root: "at the root", item: "for specified array items", field: "for specified object fields" }[
      level
    ];
    found.push(field.required(`${path}.type`, `must not be empty ${where}`));
  }
  if (level === "root" && type !== "" && type !== "object") {
    found.push(field.invalid(`${path}.type`, type, "must be object at the root"));
  }
  if (level === "root" || embedded) {
    for (const name of ["kind", "apiVersion"]) {
      const property = properties[name];
      if (property !== undefined && property.type !== "string")
        found.push(field.invalid(`${path}.properties[${name}].type`, property.type ?? "", "must be string"));
    }
    const { metadata } = properties;
    if (metadata !== undefined && metadata.type !== "object")
      found.push(field.invalid(`${path}.properties[metadata].type`, metadata.type ?? "", "must be object"));
    if (metadata !== undefined && level === "root" && !restrictsNamesOnly(metadata)) {
      const why = "must not specify anything other than name and generateName, but metadata is implicitly specified";
      found.push(field.forbidden(`${path}.properties[metadata]`, why));
    }
  }
  if (embedded && !preserves && Object.keys(properties).length === 0) {
    const why =
      "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields";
    found.push(field.required(`${path}.properties`, why));
  }
  return found;
}

function restrictsNamesOnly({ type: _, properties = {}, description: _d, ...rest }: StructuralSchema): boolean {
  const names = Object.keys(properties);
  return names.every((name) => name === "name" || name === "generateName") && Object.keys(rest).length === 0;
}

function isIntOrString(anyOf: readonly StructuralSchema[] | undefined): boolean {
  return JSON.stringify(anyOf) === '[{"type":"integer"},{"type":"string"}]';
}

/** What may stand in `allOf`, `anyOf`, `oneOf` and `not`: restrictions of values, never of what fields there are. */
function junctorStructure(
  schema: StructuralSchema,
  path: string,
  skipAnyOf: boolean,
  skipFirstAllOf: boolean,
): FieldViolation[] {
  const { anyOf = [], allOf = [], oneOf = [], not, pattern } = schema;
  const found = [
    ...(skipAnyOf ? [] : anyOf.flatMap((part, index) => nested(part, `${path}.anyOf[${index}]`))),
    ...allOf.flatMap((part, index) => nested(part, `${path}.allOf[${index}]`, skipFirstAllOf && index === 0)),
    ...oneOf.flatMap((part, index) => nested(part, `${path}.oneOf[${index}]`)),
    ...(not === undefined ? [] : nested(not, `${path}.not`)),
  ];
  const problem = pattern === undefined ? undefined : patternProblem(pattern);
  return problem === undefined
    ? found
    : [
        ...found,
        field.invalid(`${path}.pattern`, pattern, `must be a valid regular expression, but isn't: ${problem}`),
      ];
}

const mustBeUnset: readonly [keyof StructuralSchema, string][] = [
  ["type", "empty"],
  ["default", "undefined"],
  ["title", "empty"],
  ["description", "empty"],
  ["nullable", "false"],
  ["additionalProperties", "undefined"],
  ["x-kubernetes-preserve-unknown-fields", "false"],
  ["x-kubernetes-embedded-resource", "false"],
  ["x-kubernetes-int-or-string", "false"],
  ["x-kubernetes-list-map-keys", "empty"],
  ["x-kubernetes-list-type", "undefined"],
  ["x-kubernetes-map-type", "undefined"],
  ["x-kubernetes-validations", "empty"],
];

function nested(schema: StructuralSchema, path: string, skipAnyOf = false): FieldViolation[] {
  const { items, properties = {} } = schema;
  const set = mustBeUnset.filter(
    ([keyword]) => ![undefined, "", false].includes(schema[keyword] as string | undefined),
  );
  const found = [
    ...junctorStructure(schema, path, skipAnyOf, false),
    ...(items === undefined ? [] : nested(items, `${path}.items`)),
    ...Object.entries(properties).flatMap(([name, property]) => nested(property, `${path}.properties[${name}]`)),
    ...set.map(([keyword, state]) => field.forbidden(`${path}.${keyword}`, `must be ${state} to be structural`)),
  ];
  return properties.metadata === undefined
    ? found
    : [...found, field.forbidden(`${path}.properties[metadata]`, "must not be specified in a nested context")];
}

function patternProblem(pattern: string): string | undefined {
  try {
    RE2JS.compile(pattern);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Defaults have to be valid by the schema that they stand in, and may set nothing that it would drop. */
function defaults(schema: StructuralSchema, path: string, root: boolean): FieldViolation[] {
  const { default: value, items, properties = {}, additionalProperties } = schema;
  const found: FieldViolation[] = [];
  if (value !== undefined) {
    if (root) found.push(field.forbidden(`${path}.default`, "must not be set at the root"));
    const holder = { type: "object", properties: { default: schema } };
    const filled = fillDefaults(holder, { default: value }) as JsonObject;
    const wrapped = { type: "object", properties: { apiVersion: {}, kind: {}, default: schema } };
    const { unknown } = pruneCustomObject(wrapped, filled);
    if (unknown.length > 0) found.push(field.invalid(`${path}.default`, value, "must not have unknown fields"));
    for (const violation of schemaViolations(schema, filled.default ?? null, "")) {
      const inside = violation.field === "" || violation.field === "<nil>" ? "" : `.${violation.field}`;
      found.push({ ...violation, field: `${path}.default${inside}` });
    }
  }
  for (const [name, property] of Object.entries(properties)) {
    found.push(...defaults(property, `${path}.properties[${name}]`, false));
  }
  if (items !== undefined) found.push(...defaults(items, `${path}.items`, false));
  if (isMap(additionalProperties as never)) {
    found.push(...defaults(additionalProperties as StructuralSchema, `${path}.additionalProperties`, false));
  }
  return found;
}

/** Rules about single keywords, at every level. */
function keywords(schema: StructuralSchema, path: string): FieldViolation[] {
  const { type = "", items, properties = {}, additionalProperties } = schema;
  const listType = schema["x-kubernetes-list-type"];
  const mapType = schema["x-kubernetes-map-type"];
  const mapKeys = schema["x-kubernetes-list-map-keys"] ?? [];
  const found: FieldViolation[] = [];
  if (schema.uniqueItems === true) {
    const why = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic";
    found.push(field.forbidden(`${path}.uniqueItems`, why));
  }
  if (additionalProperties !== undefined && additionalProperties !== true && Object.keys(properties).length > 0) {
    const why = "additionalProperties and properties are mutual exclusive";
    found.push(field.forbidden(`${path}.additionalProperties`, why));
  }
  if (schema["x-kubernetes-preserve-unknown-fields"] === false) {
    found.push(field.invalid(`${path}.x-kubernetes-preserve-unknown-fields`, false, "must be true or undefined"));
  }
  const typed = (keyword: string, wanted: string) => {
    const why = `must be ${wanted} if ${keyword} is specified`;
    found.push(type === "" ? field.required(`${path}.type`, why) : field.invalid(`${path}.type`, type, why));
  };
  if (mapType !== undefined) {
    if (type !== "object") typed("x-kubernetes-map-type", "object");
    const known = ["atomic", "granular"];
    if (!known.includes(mapType)) found.push(field.notSupported(`${path}.x-kubernetes-map-type`, mapType, known));
  }
  if (listType !== undefined) {
    if (type !== "array") typed("x-kubernetes-list-type", "array");
    const known = ["atomic", "set", "map"];
    if (!known.includes(listType)) found.push(field.notSupported(`${path}.x-kubernetes-list-type`, listType, known));
  }
  if (listType === "set" && items !== undefined) {
    const why = "must be atomic as item of a list with x-kubernetes-list-type=set";
    const inner = items["x-kubernetes-list-type"];
    if (items.type === "array" && inner !== undefined && inner !== "atomic")
      found.push(field.invalid(`${path}.items.x-kubernetes-list-type`, inner, why));
    if (items.type === "object" && items["x-kubernetes-map-type"] !== "atomic")
      found.push(field.invalid(`${path}.items.x-kubernetes-map-type`, items["x-kubernetes-map-type"] ?? null, why));
  }
  if (mapKeys.length > 0 && listType !== "map") {
    const why = "must be map if x-kubernetes-list-map-keys is non-empty";
    const at = `${path}.x-kubernetes-list-type`;
    found.push(listType === undefined ? field.required(at, why) : field.invalid(at, listType, why));
  }
  if (listType === "map") found.push(...mapList(items, mapKeys, path));
  const inner: [string, StructuralSchema][] = [
    ...Object.entries(properties).map(([name, one]): [string, StructuralSchema] => [`properties[${name}]`, one]),
    ...(items === undefined ? [] : [["items", items] as [string, StructuralSchema]]),
    ...(typeof additionalProperties === "object"
      ? [["additionalProperties", additionalProperties] as [string, StructuralSchema]]
      : []),
  ];
  return [...found, ...inner.flatMap(([step, one]) => keywords(one, `${path}.${step}`))];
}

function mapList(items: StructuralSchema | undefined, keys: readonly string[], path: string): FieldViolation[] {
  const at = `${path}.x-kubernetes-list-map-keys`;
  const found: FieldViolation[] = [];
  if (keys.length === 0) found.push(field.required(at, "must not be empty if x-kubernetes-list-type is map"));
  if (items === undefined) {
    return [...found, field.required(`${path}.items`, "must have a schema if x-kubernetes-list-type is map")];
  }
  if (items.type !== "object") {
    const why = "must be object if parent array's x-kubernetes-list-type is map";
    return [...found, field.invalid(`${path}.items.type`, items.type ?? "", why)];
  }
  if (items.nullable === true) {
    const why = "cannot be nullable when x-kubernetes-list-type is map";
    found.push(field.forbidden(`${path}.items.nullable`, why));
  }
  for (const [index, key] of keys.entries()) {
    const property = items.properties?.[key];
    const where = `${path}.items.properties[${key}]`;
    if (property === undefined) found.push(field.invalid(at, keys, "entries must all be names of item properties"));
    else if (property.type === "array" || property.type === "object") {
      const why = "must be a scalar type if parent array's x-kubernetes-list-type is map";
      found.push(field.invalid(`${where}.type`, items.type, why));
    } else if (property.default === undefined && !items.required?.includes(key)) {
      const why = "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property";
      found.push(field.required(`${where}.default`, why));
    }
    if (keys.indexOf(key) !== index) found.push(field.invalid(at, keys, "must not contain duplicate entries"));
  }
  return found;
}

function byText(a: FieldViolation, b: FieldViolation): number {
  const [x, y] = [`${a.field}: ${a.message}`, `${b.field}: ${b.message}`];
  return x < y ? -1 : x > y ? 1 : 0;
}
