import type { JsonSchema } from "../built-in-schema.ts";
import { checks } from "../checks.ts";
import { completed } from "../defaults.ts";
import { type Compile, fail, isMapping, type Keyword, type Visit } from "./visit.ts";

/** Keywords for values of any type, and those that put schemas together. */
export function ofAnything(schema: JsonSchema, compile: Compile): Keyword[] {
  const keywords: Keyword[] = [];
  const { defaults } = schema;
  const test = (keyword: string, isGood: (value: unknown) => boolean) =>
    keywords.push(
      (value, at, failures) => isGood(completed(value, defaults)) || fail(failures, schema, keyword, value, at),
    );
  const { enum: allowed, check, allOf, anyOf, oneOf, not, if: condition, else: otherwise } = schema;
  if (allowed !== undefined) {
    const scalars = new Set(allowed);
    const others = allowed.filter((one) => typeof one === "object" && one !== null).map(inOrder);
    test("enum", (value) => scalars.has(value) || (others.length > 0 && others.includes(inOrder(value))));
  }
  if (check !== undefined) {
    const look = checks[check];
    keywords.push((value, at, failures) => {
      const violation = value === null ? undefined : look(value);
      return violation === undefined || fail(failures, schema, "check", value, at, { violation });
    });
  }
  if (condition !== undefined) {
    const isMeant = compile(condition as JsonSchema);
    const rest = compile((otherwise ?? {}) as JsonSchema);
    keywords.push((value, at, failures) => isMeant(value, at, undefined) || rest(value, at, failures));
  }
  const all = (list: unknown) => (list as JsonSchema[]).map((one) => compile(one));
  if (allOf !== undefined) {
    for (const part of all(allOf))
      keywords.push((value, at, failures) => part(completed(value, defaults), at, failures));
  }
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

/** As JSON, whatever the order of its fields. */
function inOrder(value: unknown): string {
  return JSON.stringify(value, (_, inside: unknown) =>
    isMapping(inside)
      ? Object.fromEntries(Object.entries(inside).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inside,
  );
}
