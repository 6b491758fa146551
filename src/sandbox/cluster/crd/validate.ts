import { RE2JS } from "re2js";
import type { Json, JsonObject } from "../../../core/manifest/kube-object.ts";
import { textFormat } from "../../../core/schema/formats/text-formats.ts";
import { deepEqual } from "../apply/typed-value.ts";
import { canonicalJson } from "../canonical-json.ts";
import type { FieldViolation } from "../status-error.ts";
import { listViolations } from "./list-types.ts";
import { fieldSchema, isMap, type StructuralSchema } from "./structural.ts";

/**
 * What is wrong with a custom object after defaulting and pruning, in the API server's words.
 * Rules in CEL (`x-kubernetes-validations`) are not judged.
 * @param schema undefined for a version that takes anything
 */
export function validateCustomObject(schema: StructuralSchema | undefined, object: JsonObject): FieldViolation[] {
  if (schema === undefined) return [];
  return [
    ...schemaViolations(schema, object, ""),
    ...embeddedViolations(schema, object, ""),
    ...listViolations(schema, object, ""),
  ];
}

type Reason = FieldViolation["reason"];

/** What is wrong with a value by its schema alone. */
export function schemaViolations(schema: StructuralSchema, value: Json, path: string): FieldViolation[] {
  const found: FieldViolation[] = [];
  const add = (reason: Reason, message: string, field = path) => {
    found.push({ reason, field, message });
  };
  const invalid = (shown: Json, what: string) =>
    add("FieldValueInvalid", `Invalid value: ${JSON.stringify(shown)}: ${path} in body ${what}`);

  checkType(schema, value, path, add);
  if (schema.enum !== undefined && !schema.enum.some((allowed) => deepEqual(allowed, value))) {
    if (!(value === null && schema.nullable === true)) {
      const allowed = schema.enum.map((one) => JSON.stringify(typeof one === "string" ? one : JSON.stringify(one)));
      const shown = typeof value === "string" ? JSON.stringify(value) : JSON.stringify(value);
      add("FieldValueNotSupported", `Unsupported value: ${shown}: supported values: ${allowed.join(", ")}`);
    }
  }
  if (typeof value === "number") {
    if (schema.type === "integer" && !Number.isInteger(value)) {
      const what = `Checked value must be of type integer (default format) in ${path}`;
      add("FieldValueInvalid", `Invalid value: "": ${what}`, "<nil>");
    }
    const { minimum, maximum, multipleOf } = schema;
    if (multipleOf !== undefined && !isMultiple(value, multipleOf))
      invalid(value, `should be a multiple of ${multipleOf}`);
    if (maximum !== undefined && (schema.exclusiveMaximum ? value >= maximum : value > maximum))
      invalid(value, `should be less than ${schema.exclusiveMaximum ? "" : "or equal to "}${maximum}`);
    if (minimum !== undefined && (schema.exclusiveMinimum ? value <= minimum : value < minimum))
      invalid(value, `should be greater than ${schema.exclusiveMinimum ? "" : "or equal to "}${minimum}`);
  } else if (typeof value === "string") {
    const { maxLength, minLength = 0, pattern } = schema;
    const length = [...value].length;
    if (maxLength !== undefined && length > maxLength)
      add("FieldValueTooLong", `Too long: may not be more than ${maxLength} bytes`);
    else if (length < minLength) invalid(value, `should be at least ${minLength} chars long`);
    else if (pattern !== undefined && !matches(pattern, value)) invalid(value, `should match '${pattern}'`);
  } else if (Array.isArray(value)) {
    const { items, maxItems, minItems = 0 } = schema;
    if (items !== undefined) {
      for (const [index, item] of value.entries()) found.push(...schemaViolations(items, item, `${path}[${index}]`));
    }
    if (value.length < minItems) invalid(value.length, `should have at least ${minItems} items`);
    if (maxItems !== undefined && value.length > maxItems)
      add("FieldValueTooMany", `Too many: ${value.length}: must have at most ${maxItems} items`);
    if (schema.uniqueItems === true && hasDuplicates(value)) invalid("", "shouldn't contain duplicates");
  } else if (isMap(value)) {
    const { required = [], maxProperties, minProperties = 0 } = schema;
    const names = Object.keys(value);
    if (names.length < minProperties) invalid(names.length, `should have at least ${minProperties} properties`);
    if (maxProperties !== undefined && names.length > maxProperties)
      add("FieldValueTooMany", `Too many: ${names.length}: must have at most ${maxProperties} items`);
    for (const name of names) {
      const field = fieldSchema(schema, name);
      if (field !== undefined) found.push(...schemaViolations(field, value[name]!, child(path, name)));
    }
    for (const name of required) {
      if (!Object.hasOwn(value, name)) add("FieldValueRequired", "Required value", child(path, name));
    }
  }
  found.push(...junctors(schema, value, path));
  return found;
}

function checkType(
  schema: StructuralSchema,
  value: Json,
  path: string,
  add: (reason: Reason, message: string) => void,
): void {
  const types =
    schema["x-kubernetes-int-or-string"] === true ? ["integer", "string"] : schema.type ? [schema.type] : [];
  const mistaken = (wanted: string, shown: string) =>
    add(
      "FieldValueTypeInvalid",
      `Invalid value: ${JSON.stringify(shown)}: ${path} in body must be of type ${wanted}: ${JSON.stringify(shown)}`,
    );
  if (value === null) {
    if (types.length > 0 && schema.nullable !== true) mistaken(types.join(","), "null");
    return;
  }
  const actual = Array.isArray(value)
    ? "array"
    : typeof value === "number"
      ? Number.isInteger(value)
        ? "integer"
        : "number"
      : typeof value;
  const fits = types.includes(actual) || (actual === "integer" && types.includes("number"));
  // With a format, a text is judged by that alone.
  const byFormat =
    schema.format !== undefined && typeof value === "string" && !types.some((type) => /number|integer/.test(type));
  if (types.length > 0 && !fits && !byFormat) mistaken(types.join(","), actual);
  if (schema.format !== undefined && typeof value === "string" && textFormat(schema.format)?.(value) === false) {
    mistaken(schema.format, value);
  }
}

/** `allOf`, `anyOf`, `oneOf` and `not`. Their own messages name no field, as on a real server. */
function junctors(schema: StructuralSchema, value: Json, path: string): FieldViolation[] {
  const holds = (alternative: StructuralSchema) => schemaViolations(alternative, value, path).length === 0;
  const said = (what: string): FieldViolation => ({
    reason: "FieldValueInvalid",
    field: "<nil>",
    message: `Invalid value: "": "${path}" must ${what}`,
  });
  const { allOf = [], anyOf = [], oneOf = [], not } = schema;
  const found = allOf.flatMap((part) => schemaViolations(part, value, path));
  const kept = allOf.filter(holds).length;
  if (kept < allOf.length) found.push(said(`validate all the schemas (allOf)${kept === 0 ? ". None validated" : ""}`));
  /** Of the alternatives that all fail, what is wrong by the one that comes nearest. */
  const nearest = (alternatives: readonly StructuralSchema[]) =>
    alternatives
      .map((alternative) => schemaViolations(alternative, value, path))
      .sort((a, b) => a.length - b.length)[0] ?? [];
  if (anyOf.length > 0 && !anyOf.some(holds))
    found.push(said("validate at least one schema (anyOf)"), ...nearest(anyOf));
  const valid = oneOf.filter(holds).length;
  if (oneOf.length > 0 && valid !== 1) {
    const count = valid === 0 ? "Found none valid" : `Found ${valid} valid alternatives`;
    found.push(said(`validate one and only one schema (oneOf). ${count}`), ...(valid === 0 ? nearest(oneOf) : []));
  }
  if (not !== undefined && holds(not)) found.push(said("not validate the schema (not)"));
  return found;
}

/** An embedded object says what it is. */
function embeddedViolations(schema: StructuralSchema, value: Json, path: string): FieldViolation[] {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined
      ? []
      : value.flatMap((item, index) => embeddedViolations(items, item, `${path}[${index}]`));
  }
  if (!isMap(value)) return [];
  const embedded = path !== "" && schema["x-kubernetes-embedded-resource"] === true;
  const missing = (embedded ? ["apiVersion", "kind"] : []).filter((name) => !value[name]);
  return [
    ...missing.map(
      (name): FieldViolation => ({
        reason: "FieldValueRequired",
        field: child(path, name),
        message: "Required value",
      }),
    ),
    ...Object.entries(value).flatMap(([name, inner]) => {
      const field = fieldSchema(schema, name);
      return field === undefined ? [] : embeddedViolations(field, inner, child(path, name));
    }),
  ];
}

function child(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function hasDuplicates(items: readonly Json[]): boolean {
  return new Set(items.map(canonicalJson)).size < items.length;
}

function isMultiple(value: number, of: number): boolean {
  const quotient = value / of;
  return Math.abs(quotient - Math.round(quotient)) < 1e-9;
}

const compiled = new Map<string, RE2JS>();

/** In linear time and with Go's own syntax, for a pattern can be anybody's. */
function matches(pattern: string, text: string): boolean {
  let expression = compiled.get(pattern);
  if (expression === undefined) {
    if (compiled.size > 1_000) compiled.clear();
    expression = RE2JS.compile(pattern);
    compiled.set(pattern, expression);
  }
  return expression.matcher(text).find();
}
