import type { JsonSchema } from "../built-in-schema.ts";
import { fail, type Keyword } from "./visit.ts";

/**
 * Keywords of numbers in a custom resource, as the API server reckons: between whole numbers as Go's integers, so that the bound 0.5
 * is 0 to a whole number, and between others with a tolerance.
 */
export function ofNumbers(schema: JsonSchema): Keyword[] {
  const keywords: Keyword[] = [];
  const test = (keyword: string, isGood: (value: number, limit: number) => boolean) => {
    const limit = schema[keyword];
    if (typeof limit !== "number") return;
    if (!canHold(schema.range, limit)) {
      keywords.push((value, at, failures) => typeof value !== "number" || fail(failures, schema, "bound", value, at));
      return;
    }
    const whole = Math.trunc(limit);
    keywords.push(
      (value, at, failures) =>
        typeof value !== "number" ||
        isGood(value, Number.isInteger(value) ? whole : limit) ||
        fail(failures, schema, keyword, value, at),
    );
  };
  test("minimum", (value, limit) => value >= limit);
  test("maximum", (value, limit) => value <= limit);
  test("exclusiveMinimum", (value, limit) => value > limit);
  test("exclusiveMaximum", (value, limit) => value < limit);
  test("multipleOf", isMultiple);
  const { range } = schema;
  if (range !== undefined) {
    const isGood = ranges[range];
    keywords.push(
      (value, at, failures) => typeof value !== "number" || isGood(value) || fail(failures, schema, "range", value, at),
    );
  }
  return keywords;
}

const int32 = 2 ** 31;

const ranges = {
  int32: (value: number) => value >= -int32 && value < int32,
  // JavaScript has no more of it than this; the server judges the rest.
  int64: (value: number) => Math.abs(value) <= 2 ** 63,
  // The last number whose digits are still rounded down.
  float: (value: number) => Math.abs(value) <= 3.4028235677973366e38,
};

/** A bound is itself of the type that it bounds, or the server refuses every value. */
function canHold(range: JsonSchema["range"], limit: number): boolean {
  return range === undefined || (ranges[range](limit) && (range === "float" || Number.isInteger(limit)));
}

const tolerance = 1e-9;

function isMultiple(value: number, of: number): boolean {
  if (of <= 0) return false;
  if (Number.isInteger(value)) return value % of === 0;
  const times = of < 1 ? (1 / of) * value : value / of;
  const rounded = Math.round(times);
  if (Math.abs(times) > Number.MAX_SAFE_INTEGER) return false;
  return times === rounded || Math.abs(times - rounded) < tolerance * Math.abs(rounded);
}
