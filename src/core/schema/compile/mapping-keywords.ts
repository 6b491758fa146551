import type { JsonSchema } from "../built-in-schema.ts";
import { completed } from "../defaults.ts";
import { pointerTo } from "../field-path.ts";
import { checkOf } from "../rules/registry.ts";
import { type Compile, type Failure, fail, isMapping, type Keyword, type Visit } from "./visit.ts";

export function ofMappings(schema: JsonSchema, compile: Compile): Keyword[] {
  const keywords: Keyword[] = [];
  const add = (keyword: (value: Record<string, unknown>, at: string, failures: Failure[] | undefined) => boolean) =>
    keywords.push((value, at, failures) => !isMapping(value) || keyword(value, at, failures));
  const { properties, additionalProperties, requiredFields, required, rules, defaults } = schema;
  if (requiredFields !== undefined)
    add((value, at, failures) => requiredProblems(schema, requiredFields, value, at, failures));
  if (Array.isArray(required)) {
    add((value, at, failures) => {
      const missing = required.filter((name) => !Object.hasOwn(value, name));
      for (const field of missing) fail(failures, schema, "required", value, at, { field });
      return missing.length === 0;
    });
  }
  if (properties !== undefined || additionalProperties !== undefined) add(fieldsVisit(schema, compile));
  if (rules !== undefined) {
    const look = checkOf(rules)!;
    add((value, at, failures) => {
      const violations = look(value);
      for (const violation of violations) fail(failures, schema, "rules", value, at, { violation });
      return violations.length === 0;
    });
  }
  const count = (keyword: string, isGood: (count: number) => boolean) =>
    add(
      (value, at, failures) =>
        isGood(Object.keys(completed(value, defaults) as object).length) || fail(failures, schema, keyword, value, at),
    );
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
function fieldsVisit(schema: JsonSchema, compile: Compile) {
  // Compiled when they first come up: most objects use few of the fields that they might.
  const compiled = new Map<string, Visit>();
  const { properties = {}, additionalProperties } = schema;
  const others = additionalProperties ? compile(additionalProperties) : undefined;
  const visitOf = (field: string): Visit | undefined => {
    const known = compiled.get(field);
    if (known !== undefined) return known;
    if (!Object.hasOwn(properties, field)) return others;
    const visit = compile(properties[field]!);
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
