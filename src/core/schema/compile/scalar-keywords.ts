import { RE2JS } from "re2js";
import type { JsonSchema } from "../built-in-schema.ts";
import { textFormats } from "../text-formats.ts";
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

/** Decimals are only nearly what they are written as; of a whole number the server takes the factor for a whole one too. */
function isMultiple(value: number, factor: number): boolean {
  if (Number.isInteger(value) && !Number.isInteger(factor)) return true;
  const times = factor < 1 ? (1 / factor) * value : value / factor;
  return Math.abs(times - Math.round(times)) <= 1e-9 * Math.max(1, Math.abs(times));
}

const formats: { readonly [format: string]: (value: unknown) => boolean } = {
  int32: (value) => typeof value !== "number" || (value >= -int32 && value < int32),
  // JavaScript has no more of it than this; the server judges the rest.
  int64: (value) => typeof value !== "number" || Math.abs(value) <= 2 ** 63,
  ...Object.fromEntries(
    Object.entries(textFormats).map(([format, isGood]) => [
      format,
      (value: unknown) => typeof value !== "string" || isGood(value),
    ]),
  ),
};

export function ofScalars(schema: JsonSchema): Keyword[] {
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
  if (multipleOf !== undefined) ofNumber("multipleOf", (value) => isMultiple(value, multipleOf));
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
