import type { JsonSchema } from "../built-in-schema.ts";
import { checks } from "../checks.ts";
import { looseEnum } from "./loose-enum.ts";
import { type Compile, fail, type Keyword, type Visit } from "./visit.ts";

/** Keywords for values of any type, and those that put schemas together. */
export function ofAnything(schema: JsonSchema, compile: Compile): Keyword[] {
  const keywords: Keyword[] = [];
  const test = (keyword: string, isGood: (value: unknown) => boolean) =>
    keywords.push((value, at, failures) => isGood(value) || fail(failures, schema, keyword, value, at));
  const { enum: allowed, check, allOf, anyOf, oneOf, not, if: condition, else: otherwise } = schema;
  if (allowed !== undefined && schema.looseEnum) test("enum", looseEnum(allowed));
  else if (allowed !== undefined) {
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
    const isMeant = compile(condition as JsonSchema);
    const rest = compile((otherwise ?? {}) as JsonSchema);
    keywords.push((value, at, failures) => isMeant(value, at, undefined) || rest(value, at, failures));
  }
  const all = (list: unknown) => (list as JsonSchema[]).map((one) => compile(one));
  // Of a null, which only a custom resource has, the server asks nothing more than its type and `enum`.
  if (allOf !== undefined) {
    for (const part of all(allOf)) keywords.push((value, at, failures) => value === null || part(value, at, failures));
  }
  // What fails inside alternatives says less than that none of them fits.
  const fitting = (parts: readonly Visit[], value: unknown) =>
    parts.filter((part) => part(value, "", undefined)).length;
  const junctor = (keyword: string, list: unknown, isGood: (count: number) => boolean) => {
    const parts = all(list);
    test(keyword, (value) => value === null || isGood(fitting(parts, value)));
  };
  if (anyOf !== undefined) junctor("anyOf", anyOf, (count) => count > 0);
  if (oneOf !== undefined) junctor("oneOf", oneOf, (count) => count === 1);
  if (not !== undefined) junctor("not", [not], (count) => count === 0);
  return keywords;
}
