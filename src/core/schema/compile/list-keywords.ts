import type { JsonSchema } from "../built-in-schema.ts";
import { pointerTo } from "../field-path.ts";
import { type Compile, type Failure, fail, isMapping, type Keyword } from "./visit.ts";

export function ofLists(schema: JsonSchema, compile: Compile): Keyword[] {
  const keywords: Keyword[] = [];
  const add = (keyword: (value: readonly unknown[], at: string, failures: Failure[] | undefined) => boolean) =>
    keywords.push((value, at, failures) => !Array.isArray(value) || keyword(value, at, failures));
  const { items, nullItems, uniqueBy, uniqueItemsOfSet } = schema;
  if (items !== undefined) {
    const visit = compile(items);
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
