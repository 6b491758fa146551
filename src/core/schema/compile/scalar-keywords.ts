import { RE2JS } from "re2js";
import type { JsonSchema } from "../built-in-schema.ts";
import { textFormat } from "../formats/text-formats.ts";
import { fail, isMapping, type Keyword } from "./visit.ts";

/** @returns undefined for a schema of any type */
export function typeTest(type: JsonSchema["type"]): ((value: unknown) => boolean) | undefined {
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

const int32 = 2 ** 31;

/** @param untyped the server asks for text where a schema has a format and no type; lists pass */
function ofFormat(fits: (text: string) => boolean, untyped: boolean): (value: unknown) => boolean {
  return (value) => (typeof value === "string" ? fits(value) : !untyped || value === null || Array.isArray(value));
}

const formats: { readonly [format: string]: (value: unknown) => boolean } = {
  int32: (value) => typeof value !== "number" || (value >= -int32 && value < int32),
  // JavaScript has no more of it than this; the server judges the rest.
  int64: (value) => typeof value !== "number" || Math.abs(value) <= 2 ** 63,
};

export function ofScalars(schema: JsonSchema): Keyword[] {
  const keywords: Keyword[] = [];
  const test = (keyword: string, isGood: (value: unknown) => boolean) =>
    keywords.push((value, at, failures) => isGood(value) || fail(failures, schema, keyword, value, at));
  const ofText = (keyword: string, isGood: (value: string) => boolean) =>
    test(keyword, (value) => typeof value !== "string" || isGood(value));
  const { minLength, maxLength } = schema as Record<string, number | undefined>;
  // Characters, not UTF-16 units, as the server counts them.
  if (minLength !== undefined) ofText("minLength", (value) => [...value].length >= minLength);
  if (maxLength !== undefined)
    ofText("maxLength", (value) => value.length <= maxLength || [...value].length <= maxLength);
  if (typeof schema.pattern === "string") {
    const pattern = RE2JS.compile(schema.pattern);
    ofText("pattern", (value) => pattern.matcher(value).find());
  }
  if (typeof schema.format === "string") {
    const text = textFormat(schema.format);
    const format = formats[schema.format];
    if (format !== undefined) test("format", format);
    else if (text !== undefined) test("format", ofFormat(text, schema.type === undefined));
  }
  return keywords;
}
