import { RE2JS } from "re2js";
import type { JsonSchema } from "./built-in-schema.ts";
import { checks } from "./checks.ts";
import { pointerTo } from "./field-path.ts";
import { checkOf, type RuleViolation } from "./rules/registry.ts";

/** What is wrong with one value, by the keyword of its schema that says so; ./explain.ts puts it in words. */
export interface Failure {
  /** JSON pointer to the value. */
  at: string;
  data: unknown;
  /** Where the keyword stands. */
  schema: JsonSchema;
  keyword: string;
  params: FailureParams;
}

export interface FailureParams {
  /** Of `rules` and `check`. */
  violation?: RuleViolation;
  /** Of lists. */
  index?: number;
  keys?: Record<string, unknown>;
  /** Of mappings. */
  field?: string;
  empty?: boolean;
}

/**
 * Looks at a value. Without a list to put failures in it stops at the first one; with it, it goes on to the end.
 * @returns whether the value is valid
 */
export type Visit = (value: unknown, at: string, failures: Failure[] | undefined) => boolean;

type Keyword = (value: unknown, at: string, failures: Failure[] | undefined) => boolean;
type Resolve = (definition: string) => Visit;

/**
 * A schema as a function. Schemas come from anybody's CustomResourceDefinition: nothing of them is run as code, and patterns
 * match in linear time with Go's own syntax.
 * @param resolve what a `$ref` means
 * @throws for a pattern that is none
 */
export function compileSchema(schema: JsonSchema, resolve: Resolve): Visit {
  if (schema.$ref !== undefined) return resolve(schema.$ref);
  const fits = typeTest(schema.type);
  const keywords = [
    ...ofAnything(schema, resolve),
    ...ofMappings(schema, resolve),
    ...ofLists(schema, resolve),
    ...ofScalars(schema),
  ];
  return (value, at, failures) => {
    if (fits !== undefined && !fits(value)) return fail(failures, schema, "type", value, at);
    let valid = true;
    for (const keyword of keywords) {
      if (keyword(value, at, failures)) continue;
      if (failures === undefined) return false;
      valid = false;
    }
    return valid;
  };
}

function fail(
  failures: Failure[] | undefined,
  schema: JsonSchema,
  keyword: string,
  data: unknown,
  at: string,
  params: FailureParams = {},
): false {
  failures?.push({ at, data, schema, keyword, params });
  return false;
}

function typeTest(type: JsonSchema["type"]): ((value: unknown) => boolean) | undefined {
  if (type === undefined) return undefined;
  const tests = [type].flat().map((one) => typeTests[one]!);
  const [first, second, ...more] = tests;
  if (second === undefined) return first;
  return more.length === 0 ? (value) => first!(value) || second(value) : (value) => tests.some((test) => test(value));
}

const typeTests: { readonly [type: string]: (value: unknown) => boolean } = {
  object: isMapping,
  array: Array.isArray,
  string: (value) => typeof value === "string",
  integer: (value) => typeof value === "number" && Number.isInteger(value),
  number: (value) => typeof value === "number" && Number.isFinite(value),
  boolean: (value) => typeof value === "boolean",
  null: (value) => value === null,
};

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function ofAnything(schema: JsonSchema, resolve: Resolve): Keyword[] {
  const keywords: Keyword[] = [];
  const test = (keyword: string, isGood: (value: unknown) => boolean) =>
    keywords.push((value, at, failures) => isGood(value) || fail(failures, schema, keyword, value, at));
  const { enum: allowed, check, allOf, anyOf, oneOf, not, if: condition, else: otherwise } = schema;
  if (allowed !== undefined) {
    const scalars = new Set(allowed);
    const others = allowed.filter((one) => typeof one === "object" && one !== null).map((one) => JSON.stringify(one));
    test("enum", (value) => scalars.has(value) || (others.length > 0 && others.includes(JSON.stringify(value))));
  }
  if (check !== undefined) {
    const look = checks[check];
    keywords.push((value, at, failures) => {
      const violation = value === null ? undefined : look(value);
      return violation === undefined || fail(failures, schema, "check", value, at, { violation });
    });
  }
  if (condition !== undefined) {
    const isMeant = compileSchema(condition as JsonSchema, resolve);
    const rest = compileSchema((otherwise ?? {}) as JsonSchema, resolve);
    keywords.push((value, at, failures) => isMeant(value, at, undefined) || rest(value, at, failures));
  }
  const all = (list: unknown) => (list as JsonSchema[]).map((one) => compileSchema(one, resolve));
  if (allOf !== undefined) for (const part of all(allOf)) keywords.push(part);
  // What fails inside alternatives says less than that none of them fits.
  const fitting = (parts: readonly Visit[], value: unknown) =>
    parts.filter((part) => part(value, "", undefined)).length;
  if (anyOf !== undefined) {
    const parts = all(anyOf);
    test("anyOf", (value) => fitting(parts, value) > 0);
  }
  if (oneOf !== undefined) {
    const parts = all(oneOf);
    test("oneOf", (value) => fitting(parts, value) === 1);
  }
  if (not !== undefined) {
    const parts = all([not]);
    test("not", (value) => fitting(parts, value) === 0);
  }
  return keywords;
}

function ofMappings(schema: JsonSchema, resolve: Resolve): Keyword[] {
  const keywords: Keyword[] = [];
  const add = (keyword: (value: Record<string, unknown>, at: string, failures: Failure[] | undefined) => boolean) =>
    keywords.push((value, at, failures) => !isMapping(value) || keyword(value, at, failures));
  const { properties, additionalProperties, requiredFields, required, rules } = schema;
  if (requiredFields !== undefined)
    add((value, at, failures) => requiredProblems(schema, requiredFields, value, at, failures));
  if (Array.isArray(required)) {
    add((value, at, failures) => {
      const missing = required.filter((name) => !Object.hasOwn(value, name));
      for (const field of missing) fail(failures, schema, "required", value, at, { field });
      return missing.length === 0;
    });
  }
  if (properties !== undefined || additionalProperties !== undefined) add(fieldsVisit(schema, resolve));
  if (rules !== undefined) {
    const look = checkOf(rules)!;
    add((value, at, failures) => {
      const violations = look(value);
      for (const violation of violations) fail(failures, schema, "rules", value, at, { violation });
      return violations.length === 0;
    });
  }
  const count = (keyword: string, isGood: (count: number) => boolean) =>
    add((value, at, failures) => isGood(Object.keys(value).length) || fail(failures, schema, keyword, value, at));
  const { minProperties, maxProperties } = schema as Record<string, number | undefined>;
  if (minProperties !== undefined) count("minProperties", (length) => length >= minProperties);
  if (maxProperties !== undefined) count("maxProperties", (length) => length <= maxProperties);
  return keywords;
}

function requiredProblems(
  schema: JsonSchema,
  { present, filled }: NonNullable<JsonSchema["requiredFields"]>,
  value: Record<string, unknown>,
  at: string,
  failures: Failure[] | undefined,
): boolean {
  let valid = true;
  const tell = (field: string, empty: boolean) => {
    valid = fail(failures, schema, "requiredFields", value, at, { field, empty });
  };
  for (const field of present) if (isAbsent(value, field)) tell(field, false);
  for (const field of filled) {
    if (isAbsent(value, field)) tell(field, false);
    else if (isEmpty(value[field])) tell(field, true);
  }
  return valid;
}

function isAbsent(value: Record<string, unknown>, field: string): boolean {
  return !Object.hasOwn(value, field) || value[field] === null;
}

function isEmpty(value: unknown): boolean {
  return value === "" || (typeof value === "object" && value !== null && Object.keys(value).length === 0);
}

/** The fields that there may be, each by its own schema. */
function fieldsVisit(schema: JsonSchema, resolve: Resolve) {
  // Compiled when they first come up: most objects use few of the fields that they might.
  const compiled = new Map<string, Visit>();
  const { properties = {}, additionalProperties } = schema;
  const others = additionalProperties ? compileSchema(additionalProperties, resolve) : undefined;
  const visitOf = (field: string): Visit | undefined => {
    const known = compiled.get(field);
    if (known !== undefined) return known;
    if (!Object.hasOwn(properties, field)) return others;
    const visit = compileSchema(properties[field]!, resolve);
    compiled.set(field, visit);
    return visit;
  };
  return (value: Record<string, unknown>, at: string, failures: Failure[] | undefined): boolean => {
    let valid = true;
    for (const field of Object.keys(value)) {
      const visit = visitOf(field);
      const good =
        visit !== undefined
          ? visit(value[field], failures === undefined ? "" : pointerTo(at, field), failures)
          : additionalProperties !== false || fail(failures, schema, "additionalProperties", value, at, { field });
      if (good) continue;
      if (failures === undefined) return false;
      valid = false;
    }
    return valid;
  };
}

function ofLists(schema: JsonSchema, resolve: Resolve): Keyword[] {
  const keywords: Keyword[] = [];
  const add = (keyword: (value: readonly unknown[], at: string, failures: Failure[] | undefined) => boolean) =>
    keywords.push((value, at, failures) => !Array.isArray(value) || keyword(value, at, failures));
  const { items, nullItems, uniqueBy, uniqueItemsOfSet } = schema;
  if (items !== undefined) {
    const visit = compileSchema(items, resolve);
    add((value, at, failures) => {
      let valid = true;
      for (const [index, item] of value.entries()) {
        if (visit(item, failures === undefined ? "" : pointerTo(at, index), failures)) continue;
        if (failures === undefined) return false;
        valid = false;
      }
      return valid;
    });
  }
  if (nullItems) {
    add((value, at, failures) => {
      const nulls = value.flatMap((item, index) => (item === null ? [index] : []));
      for (const index of nulls) fail(failures, schema, "nullItems", value, at, { index });
      return nulls.length === 0;
    });
  }
  if (uniqueBy !== undefined) add((value, at, failures) => duplicates(schema, uniqueBy, value, at, failures));
  if (uniqueItemsOfSet) {
    add((value, at, failures) => {
      const seen = new Set<string>();
      let valid = true;
      for (const [index, item] of value.entries()) {
        const identity = JSON.stringify(item);
        if (seen.has(identity) || item === null)
          valid = fail(failures, schema, "uniqueItemsOfSet", value, at, { index });
        seen.add(identity);
      }
      return valid;
    });
  }
  const count = (keyword: string, isGood: (count: number) => boolean) =>
    add((value, at, failures) => isGood(value.length) || fail(failures, schema, keyword, value, at));
  const { minItems, maxItems } = schema as Record<string, number | undefined>;
  if (minItems !== undefined) count("minItems", (length) => length >= minItems);
  if (maxItems !== undefined) count("maxItems", (length) => length <= maxItems);
  return keywords;
}

function duplicates(
  schema: JsonSchema,
  { keys, defaults }: NonNullable<JsonSchema["uniqueBy"]>,
  items: readonly unknown[],
  at: string,
  failures: Failure[] | undefined,
): boolean {
  const seen = new Set<string>();
  let valid = true;
  for (const [index, item] of items.entries()) {
    if (item === null) valid = fail(failures, schema, "nullItems", items, at, { index });
    if (!isMapping(item)) continue;
    // A null key is a value of its own to server-side apply, which merges before anything is defaulted.
    const values = keys.map((key) => (Object.hasOwn(item, key) ? item[key] : defaults[key]));
    // A missing key is said by requiredFields already, and two of them are no duplicates.
    if (values.includes(undefined)) continue;
    const identity = values.length === 1 && typeof values[0] === "string" ? values[0] : JSON.stringify(values);
    if (seen.has(identity)) {
      const named = Object.fromEntries(keys.map((key, position) => [key, values[position]]));
      valid = fail(failures, schema, "uniqueBy", items, at, { index, keys: named });
    }
    seen.add(identity);
  }
  return valid;
}

const int32 = 2 ** 31;

const formats: { readonly [format: string]: (value: unknown) => boolean } = {
  int32: (value) => typeof value !== "number" || (value >= -int32 && value < int32),
  // JavaScript has no more of it than this; the server judges the rest.
  int64: (value) => typeof value !== "number" || Math.abs(value) <= 2 ** 63,
};

function ofScalars(schema: JsonSchema): Keyword[] {
  const keywords: Keyword[] = [];
  const test = (keyword: string, isGood: (value: unknown) => boolean) =>
    keywords.push((value, at, failures) => isGood(value) || fail(failures, schema, keyword, value, at));
  const ofNumber = (keyword: string, isGood: (value: number) => boolean) =>
    test(keyword, (value) => typeof value !== "number" || isGood(value));
  const ofText = (keyword: string, isGood: (value: string) => boolean) =>
    test(keyword, (value) => typeof value !== "string" || isGood(value));
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, minLength, maxLength } = schema as Record<
    string,
    number | undefined
  >;
  if (minimum !== undefined) ofNumber("minimum", (value) => value >= minimum);
  if (maximum !== undefined) ofNumber("maximum", (value) => value <= maximum);
  if (exclusiveMinimum !== undefined) ofNumber("exclusiveMinimum", (value) => value > exclusiveMinimum);
  if (exclusiveMaximum !== undefined) ofNumber("exclusiveMaximum", (value) => value < exclusiveMaximum);
  if (multipleOf !== undefined) ofNumber("multipleOf", (value) => Number.isInteger(value / multipleOf));
  // Characters, not UTF-16 units, as the server counts them.
  if (minLength !== undefined) ofText("minLength", (value) => [...value].length >= minLength);
  if (maxLength !== undefined)
    ofText("maxLength", (value) => value.length <= maxLength || [...value].length <= maxLength);
  if (typeof schema.pattern === "string") {
    const pattern = RE2JS.compile(schema.pattern);
    ofText("pattern", (value) => pattern.matcher(value).find());
  }
  const format = typeof schema.format === "string" ? formats[schema.format] : undefined;
  if (format !== undefined) test("format", format);
  return keywords;
}
