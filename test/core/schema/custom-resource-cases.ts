import type { JsonObject } from "../../../src/core/manifest/kube-object.ts";

/** A custom resource's schema for `spec`, with specs that the server accepts and specs that it rejects for it. */
export interface SchemaCase {
  title: string;
  schema: JsonObject;
  accepted: readonly unknown[];
  rejected: readonly unknown[];
}

const text = { type: "string" };
const mapping = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: "object",
  properties,
  ...more,
});
const withDefault = mapping({ a: { ...text, default: "x" }, b: text });
const words = Array.from({ length: 400 }, (_, index) => `word${index}`).join("|");

export const schemaCases: readonly SchemaCase[] = [
  {
    title: "one of two formats",
    schema: mapping({ a: { ...text, oneOf: [{ format: "ipv4" }, { format: "ipv6" }] } }),
    accepted: [{ a: "1.2.3.4" }, { a: "010.2.3.4" }, { a: "::1" }],
    rejected: [{ a: "x" }],
  },
  {
    title: "one of two formats that only the server knows",
    schema: mapping({ a: { ...text, oneOf: [{ format: "uri" }, { format: "email" }] } }),
    accepted: [{ a: "http://x/y" }, { a: "a@b" }],
    rejected: [],
  },
  {
    title: "not a format",
    schema: mapping({ a: { ...text, not: { format: "ipv4" } }, b: { ...text, not: { format: "duration" } } }),
    accepted: [{ a: "x" }, { b: "x" }],
    rejected: [{ a: "1.2.3.4" }],
  },
  {
    title: "formats of texts",
    schema: mapping({
      date: { ...text, format: "date" },
      time: { ...text, format: "date-time" },
      uuid: { ...text, format: "uuid" },
      other: { ...text, format: "of-my-own" },
      flag: { type: "boolean", format: "ipv4" },
      count: { type: "integer", format: "date" },
    }),
    accepted: [
      { date: "2024-02-29", time: "2026-01-01t00:00:00z" },
      { time: "2026-01-01T00:00:00.5+01:00", uuid: "123E4567-e89b12d3a456426614174000" },
      { other: "x", flag: true, count: 5 },
    ],
    rejected: [{ date: "2023-02-29" }, { time: "2026-01-01T24:00:00Z" }, { time: "2026-01-01" }, { uuid: "x" }],
  },
  {
    title: "alternatives of which a default fits one",
    schema: { ...withDefault, anyOf: [{ required: ["a"] }, { required: ["b"] }] },
    accepted: [{}, { a: "y" }, { b: "y" }],
    rejected: [],
  },
  {
    title: "one of two fields, of which one has a default",
    schema: { ...withDefault, oneOf: [{ required: ["a"] }, { required: ["b"] }] },
    accepted: [{}],
    rejected: [{ b: "y" }],
  },
  {
    title: "all that a default fulfils",
    schema: { ...withDefault, allOf: [{ required: ["a"] }] },
    accepted: [{}],
    rejected: [],
  },
  {
    title: "not what a default says",
    schema: { ...withDefault, not: { required: ["a"] } },
    accepted: [],
    rejected: [{}, { b: "y" }],
  },
  {
    title: "at least one field, which a default is",
    schema: { ...withDefault, minProperties: 1, maxProperties: 1 },
    accepted: [{}, { a: "y" }],
    rejected: [{ b: "y" }],
  },
  {
    title: "a way that is taken by default, in a list",
    schema: mapping({
      l: {
        type: "array",
        items: mapping(
          { mode: { ...text, default: "A" }, b: text },
          {
            oneOf: [
              { properties: { mode: { enum: ["A"] } } },
              { properties: { mode: { enum: ["B"] } }, required: ["b"] },
            ],
          },
        ),
      },
    }),
    accepted: [{ l: [{}] }, { l: [{ mode: "B", b: "x" }] }],
    rejected: [{ l: [{ mode: "B" }] }],
  },
  {
    title: "mappings of which there are few",
    schema: mapping({
      a: mapping({ x: { type: "integer", default: 1 }, y: { type: "integer" } }, { enum: [{ x: 1, y: 2 }] }),
    }),
    accepted: [{ a: { y: 2, x: 1 } }, { a: { y: 2 } }],
    rejected: [{ a: { y: 3 } }],
  },
  {
    title: "multiples of decimals",
    schema: mapping({ a: { type: "number", multipleOf: 0.1 }, b: { type: "number", multipleOf: 0.01 } }),
    accepted: [{ a: 0.3 }, { a: 0.7 }, { b: 0.29 }, { b: 19.99 }],
    rejected: [{ a: 0.35 }, { b: 1.005 }],
  },
  {
    title: "multiples of whole numbers",
    schema: mapping({ a: { type: "integer", multipleOf: 5 }, b: { type: "number", multipleOf: 2.5 } }),
    accepted: [{ a: 10 }, { a: 0 }, { b: 7.5 }, { b: 4 }],
    rejected: [{ a: 11 }, { b: 3.3 }],
  },
  {
    title: "fields below where unknown ones are preserved",
    schema: mapping(
      { a: mapping({ k: text }), l: { type: "array", items: mapping({ k: text }) } },
      { "x-kubernetes-preserve-unknown-fields": true },
    ),
    accepted: [{ z: 1 }, { a: { z: 1 } }, { l: [{ z: 1 }] }],
    rejected: [{ a: { k: 1 } }],
  },
  {
    title: "a pattern too long to be looked at",
    schema: mapping({
      a: { ...text, pattern: `^(${words})$` },
      b: { ...text, oneOf: [{ pattern: `^(${words})$` }, { pattern: "^word" }] },
    }),
    accepted: [{ a: "word5" }, { b: "words" }],
    rejected: [{ a: 5 }],
  },
];
