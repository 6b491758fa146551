import fc, { type Arbitrary } from "fast-check";
import type { Json, JsonObject } from "../../../src/core/manifest/kube-object.ts";

type Schema = JsonObject;

const one = <T extends Json>(...values: T[]): Arbitrary<T> => fc.constantFrom(...values);
const keyword = (name: string, values: Arbitrary<Json>): Arbitrary<Schema> =>
  values.map((value) => ({ [name]: value }));
const names = ["a", "b", "c"];
const texts = one("", "a", "abc", "1.2.3.4", "::1", "5m", "2026-01-01", "http://x", "A", "a.b");
const numbers = one(0, 1, -1, 2, 3, 1.5, 0.3, 65, 5);

/** What may stand in `anyOf`, `not` and the like, or beside the shape of a value. */
function restriction(depth: number): Arbitrary<Schema> {
  const inner = depth > 0 ? restriction(depth - 1) : fc.constant({});
  const two = fc.array(inner, { minLength: 2, maxLength: 2 });
  const keywords = fc.oneof(
    keyword("enum", fc.tuple(texts, numbers, one<Json>("x", true, { a: 1 }, ["a"]))),
    fc.tuple(one("minimum", "maximum"), numbers).map(([name, limit]): Schema => ({ [name]: limit })),
    keyword("minimum", numbers).map((it): Schema => ({ ...it, exclusiveMinimum: true })),
    keyword("multipleOf", one(2, 0.1, 1.5, 3)),
    keyword("pattern", one("^a", "^$", "\\.", "^[0-9]")),
    keyword("format", one("ipv4", "ipv6", "date", "duration", "uri", "hostname", "byte", "int32")),
    keyword("minLength", one(1, 2)),
    keyword("required", fc.subarray(names, { minLength: 1 })),
    keyword("minProperties", one(1, 2)),
    keyword("maxProperties", one(0, 1, 2)),
    keyword("minItems", one(1)),
    ...(depth > 0
      ? [
          fc.tuple(one(...names), inner).map(([name, schema]): Schema => ({ properties: { [name]: schema } })),
          keyword("items", inner),
          keyword("not", inner),
          ...["anyOf", "oneOf", "allOf"].map((name) => keyword(name, two)),
        ]
      : []),
  );
  return fc.array(keywords, { minLength: 1, maxLength: 2 }).map((parts) => Object.assign({}, ...parts));
}

/** A structural schema. */
function shape(depth: number): Arbitrary<Schema> {
  const flat = fc.oneof(
    one<Schema>(
      { type: "string" },
      { type: "integer" },
      { type: "number" },
      { type: "boolean" },
      { type: "object" },
      { "x-kubernetes-int-or-string": true },
      { "x-kubernetes-preserve-unknown-fields": true },
    ),
  );
  if (depth === 0) return flat.chain(restricted);
  const inner = shape(depth - 1);
  const fields = fc.record({ a: inner, b: inner, c: inner });
  const nested = fc.oneof(
    fields.map((properties): Schema => ({ type: "object", properties })),
    fields.map((properties): Schema => ({ type: "object", properties, "x-kubernetes-preserve-unknown-fields": true })),
    inner.map((additionalProperties): Schema => ({ type: "object", additionalProperties })),
    inner.map((items): Schema => ({ type: "array", items })),
  );
  return fc.oneof(flat, nested).chain(restricted);
}

/** With restrictions, null and a default, of which each may be there. */
function restricted(schema: Schema): Arbitrary<Schema> {
  const rest = fc
    .oneof(restriction(2), fc.constant<Schema>({}))
    .map(({ properties: _, items: __, ...keywords }) => keywords);
  const standing = fc
    .tuple(rest, fc.boolean())
    .map(([keywords, nullable]): Schema => ({ ...schema, ...keywords, ...(nullable && { nullable }) }));
  return standing.chain((made) =>
    fc.oneof(
      { weight: 2, arbitrary: fc.constant(made) },
      { weight: 1, arbitrary: valueFor(made).map((value): Schema => ({ ...made, default: value })) },
    ),
  );
}

/** What is nearly always of the right shape, and rarely heeds the rest. */
function valueFor(schema: Schema): Arbitrary<Json> {
  const { type, properties, additionalProperties, items } = schema as { [keyword: string]: Schema | undefined };
  const fieldsOf = (from: Schema) =>
    fc.record(Object.fromEntries(Object.entries(from).map(([name, field]) => [name, valueFor(field as Schema)])), {
      requiredKeys: [],
    }) as Arbitrary<JsonObject>;
  const byType: { [type: string]: () => Arbitrary<Json> } = {
    string: () => texts,
    integer: () => one(0, 1, 2, 3, -1, 65),
    number: () => numbers,
    boolean: () => fc.boolean(),
    array: () => fc.array(valueFor(items!), { maxLength: 2 }),
    object: () => {
      if (properties !== undefined) return fieldsOf(properties);
      if (additionalProperties !== undefined) return fieldsOf({ a: additionalProperties, q: additionalProperties });
      return one<Json>({}, { a: 1 }, { a: "x", b: { c: [1] } });
    },
  };
  const right = byType[String(type)]?.() ?? fc.oneof(texts, one<Json>(0, 5, 65, { a: 1, z: "x" }, [1, "a"], 1.5));
  const any = one<Json>(null, "a", 1, 1.5, true, [], {}, ["a"], { a: 1 });
  return fc.oneof({ weight: 9, arbitrary: right }, { weight: 1, arbitrary: any });
}

/** A schema of `spec`, and values to try on it. */
export const schemaWithValues: Arbitrary<{ schema: Schema; values: Json[] }> = fc
  .record({ a: shape(2), b: shape(2), c: shape(1) })
  .map((properties): Schema => ({ type: "object", properties }))
  .chain((schema) =>
    fc.record({ schema: fc.constant(schema), values: fc.array(valueFor(schema), { minLength: 12, maxLength: 12 }) }),
  );
