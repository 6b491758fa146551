/** A schema of `spec`, what an API server takes by it, and what it refuses. */
export interface CustomCase {
  title: string;
  spec: object;
  taken: readonly unknown[];
  refused: readonly unknown[];
}

const object = (properties: object, more: object = {}) => ({ type: "object", properties, ...more });
const field = (a: object) => object({ a });
const text = { type: "string" };
const open = { "x-kubernetes-preserve-unknown-fields": true };
const numberOrText = { "x-kubernetes-int-or-string": true };
const embedded = { type: "object", "x-kubernetes-embedded-resource": true };
const list = (items: object, type: string, more: object = {}) => ({
  type: "array",
  items,
  "x-kubernetes-list-type": type,
  ...more,
});
const words = (count: number) => `^(${Array.from({ length: count }, (_, at) => `word${at}`).join("|")})$`;
const each = (...values: unknown[]) => values.map((a) => ({ a }));

const formats: CustomCase[] = [
  {
    title: "one of two formats",
    spec: field({ ...text, oneOf: [{ format: "ipv4" }, { format: "ipv6" }] }),
    taken: each("1.2.3.4", "::1"),
    refused: each("x", "::ffff:1.2.3.4"),
  },
  {
    title: "a time or a duration",
    spec: field({ ...text, oneOf: [{ format: "date-time" }, { format: "duration" }] }),
    taken: each("5m", "2026-01-01t00:00:00z", "about 3 days"),
    refused: each("5 parsecs", "2026-01-01T24:00:00Z"),
  },
  {
    title: "no address",
    spec: field({ ...text, not: { format: "ipv4" } }),
    taken: each("x.y"),
    refused: each("1.2.3.4"),
  },
  {
    title: "a format that nobody knows",
    spec: field({ ...text, format: "whatever" }),
    taken: each("", "x"),
    refused: [],
  },
  {
    title: "one of two formats of which ours knows one but roughly",
    spec: field({ ...text, oneOf: [{ format: "email" }, { format: "uri" }] }),
    taken: each("a@b", "http://x"),
    refused: [],
  },
  {
    title: "no mail address, which ours knows but roughly",
    spec: field({ ...text, not: { allOf: [{ format: "email" }, { minLength: 3 }] } }),
    taken: each("x", "a b@c"),
    refused: [],
  },
  {
    title: "a format of text beside a number",
    spec: field({ ...numberOrText, oneOf: [{ format: "ipv4" }, { minimum: 0 }] }),
    taken: each(5, "x"),
    refused: each(-5, "1.2.3.4"),
  },
  {
    title: "a list in a format of text",
    spec: field({ type: "array", items: text, oneOf: [{ items: { format: "ipv4" } }, { items: { format: "ipv6" } }] }),
    taken: each(["1.2.3.4"], ["::1", "::"]),
    refused: each(["1.2.3.4", "::1"], []),
  },
  {
    title: "numbers of 32 bits",
    spec: object({ a: { type: "integer", format: "int32" }, b: { type: "number", format: "float" } }),
    taken: [{ a: 2_147_483_647, b: 1e38 }],
    refused: [{ a: 2_147_483_648 }, { b: 4e38 }],
  },
];

const defaults: CustomCase[] = [
  {
    title: "a default that satisfies one of two alternatives",
    spec: object({ a: { ...text, default: "x" }, b: text }, { anyOf: [{ required: ["a"] }, { required: ["b"] }] }),
    taken: [{}, { b: "y" }, { a: null }],
    refused: [],
  },
  {
    title: "a default that is one alternative too many",
    spec: object({ a: { ...text, default: "x" }, b: text }, { oneOf: [{ required: ["a"] }, { required: ["b"] }] }),
    taken: [{}],
    refused: [{ b: "y" }],
  },
  {
    title: "a discriminator with a default",
    spec: object(
      { mode: { ...text, default: "A" }, a: text },
      {
        oneOf: [
          { properties: { mode: { enum: ["A"] } }, required: ["mode"] },
          { properties: { mode: { enum: ["B"] } }, required: ["mode", "a"] },
        ],
      },
    ),
    taken: [{}, { mode: "B", a: "x" }, { mode: null }],
    refused: [{ mode: "B" }],
  },
  {
    title: "defaults inside defaults",
    spec: object(
      { a: object({ b: object({ c: { ...text, default: "x" } }, { default: {} }) }, { default: {} }) },
      { anyOf: [{ properties: { a: { properties: { b: { required: ["c"] } }, required: ["b"] } }, required: ["a"] }] },
    ),
    taken: [{}, { a: {} }, { a: null }, { a: { b: null } }, { a: { b: { c: null } } }],
    refused: [],
  },
  {
    title: "defaults that are counted",
    spec: object({ a: { type: "boolean", default: false }, b: { ...text, default: "" } }, { minProperties: 2 }),
    taken: [{}],
    refused: [],
  },
  {
    title: "defaults in lists and mappings",
    spec: object({
      l: { type: "array", items: object({ k: { type: "integer", default: 5 } }, { required: ["k"] }) },
      m: { type: "object", additionalProperties: object({ k: { ...text, default: "x" } }, { minProperties: 1 }) },
    }),
    taken: [{ l: [{}], m: { any: {} } }, { l: [{ k: null }] }],
    refused: [{ m: { any: null } }],
  },
  {
    title: "a default that is ruled out",
    spec: object({ a: { ...text, default: "x" }, b: text }, { not: { required: ["a", "b"] } }),
    taken: [{}],
    refused: [{ b: "y" }],
  },
  {
    title: "a default that makes an item the same as another",
    spec: field(
      list(object({ n: text, p: { type: "integer", default: 80 } }, { required: ["n"] }), "map", {
        "x-kubernetes-list-map-keys": ["n", "p"],
      }),
    ),
    taken: each([{ n: "a" }, { n: "a", p: 81 }]),
    refused: each([{ n: "a" }, { n: "a", p: 80 }], [{ n: "a", p: null }, { n: "a" }]),
  },
  {
    title: "an embedded object that says by default what it is",
    spec: field({
      ...embedded,
      ...open,
      properties: { apiVersion: { ...text, default: "v1" }, kind: { ...text, default: "Pod" } },
    }),
    taken: each({}, { kind: null }),
    refused: each({ kind: "" }),
  },
];

const unknownFields: CustomCase[] = [
  {
    title: "an object of which nothing is said",
    spec: object({ a: { type: "object" }, l: { type: "array", items: { type: "object", properties: {} } } }),
    taken: [{ a: { x: { y: [1] } }, l: [{ z: 1 }] }],
    refused: [{ a: [] }, { z: 1 }],
  },
  {
    title: "an object of which is said only what it must have",
    spec: field({ type: "object", anyOf: [{ required: ["x"] }, { required: ["y"] }] }),
    taken: each({ x: 1, z: 2 }),
    refused: each({ z: 2 }),
  },
  {
    title: "fields that are kept, and what lies inside those that are named",
    spec: field(
      object(
        {
          b: object({ c: { type: "integer" } }, { required: ["c"] }),
          l: { type: "array", items: object({ k: text }) },
        },
        open,
      ),
    ),
    taken: each({ z: 1, b: { c: 1, z: 1 }, l: [{ z: 1 }] }),
    refused: each({ b: {} }, { b: { c: "x" } }),
  },
  {
    title: "anything, of which some is said",
    spec: field({ ...open, properties: { k: { type: "integer" } }, required: ["k"] }),
    taken: each({ k: 1, z: 2 }, "x", [1]),
    refused: each({}, { k: "x" }),
  },
  {
    title: "the metadata of an embedded object, of which some is said",
    spec: field({ ...embedded, properties: { metadata: object({ name: { ...text, pattern: "^x" } }) } }),
    taken: each({ apiVersion: "v1", kind: "Pod", metadata: { name: "xy", annotations: { a: "b" } } }),
    refused: each({ apiVersion: "v1", kind: "Pod", metadata: { name: "y" } }, { apiVersion: "v1", kind: "Pod", z: 1 }),
  },
];

const values: CustomCase[] = [
  {
    title: "multiples of a tenth and of a hundredth",
    spec: object({ a: { type: "number", multipleOf: 0.1 }, b: { type: "number", multipleOf: 0.01 } }),
    taken: [{ a: 0.3, b: 0.29 }, { a: 0.7, b: 19.99 }, { a: -0.3 }],
    refused: [{ a: 0.35 }, { a: 1 }],
  },
  {
    title: "multiples of a whole number and a half, which is whole to a whole number",
    spec: field({ type: "number", multipleOf: 2.5 }),
    taken: each(4, 7.5),
    refused: each(5),
  },
  {
    title: "bounds between whole numbers, which are whole to a whole number",
    spec: object({
      a: { type: "number", minimum: 0.5 },
      b: { type: "number", maximum: 1.5, exclusiveMaximum: true },
      c: { type: "number", maximum: -0.5 },
    }),
    taken: [{ a: 0 }, { b: 1.2 }, { c: 0 }],
    refused: [{ a: 0.4 }, { b: 1 }, { c: 1 }],
  },
  {
    title: "whole numbers bounded by a fraction, so that none is taken",
    spec: object({ a: { type: "integer", minimum: 0.5 }, b: { type: "integer", multipleOf: 0.5 } }),
    taken: [{}],
    refused: [{ a: 1 }, { b: 1 }],
  },
  {
    title: "numbers beyond those that there are",
    spec: field({ type: "integer" }),
    taken: each(1e15),
    refused: each(1e20, 1.5),
  },
  {
    title: "an object out of a list of them, in any order of its fields",
    spec: field({ ...object({ x: { type: "integer" }, y: { type: "integer" } }), enum: [{ x: 1, y: 2 }] }),
    taken: each({ x: 1, y: 2 }, { y: 2, x: 1 }),
    refused: each({ x: 1 }),
  },
  {
    title: "a number out of a list, by its whole part, and a text by its character",
    spec: object({ a: { type: "number", enum: [1, 2.5] }, b: { ...numberOrText, enum: [1, "x"] } }),
    taken: [{ a: 1.99 }, { a: 2.5 }, { b: 120 }],
    refused: [{ a: 2 }, { b: 2 }],
  },
  {
    title: "null, which is in no list",
    spec: object({ a: { ...text, nullable: true, enum: ["x", null] }, b: { ...text, nullable: true } }),
    taken: [{ b: null }],
    refused: [{ a: null }],
  },
  {
    title: "null, of which nothing more is asked",
    spec: object({
      a: { ...text, nullable: true, oneOf: [{ pattern: "^a" }, { pattern: "^b" }] },
      b: { ...text, nullable: true, not: { enum: ["x"] } },
      c: { ...text, nullable: true, anyOf: [{ enum: ["x"] }] },
    }),
    taken: [{ a: null }, { b: null }, { c: null }],
    refused: [{ a: "c" }, { b: "x" }, { c: "y" }],
  },
  {
    title: "a list of 400 words",
    spec: field({ ...text, pattern: words(400) }),
    taken: each("word5"),
    refused: each("word400"),
  },
  {
    title: "a pattern too long for us",
    spec: object({ a: { ...text, pattern: words(6000) }, b: { ...text, not: { pattern: words(6000) } } }),
    taken: [{ a: "word5", b: "x" }],
    refused: [],
  },
  {
    title: "a pattern that our engine does not know",
    spec: object({ a: { ...text, pattern: "^\\p{Letter}+$" }, b: { ...text, oneOf: [{ pattern: "\\p{Letter}" }] } }),
    taken: [{ a: "x", b: "y" }],
    refused: [{ b: 1 }],
  },
  {
    title: "patterns as Go reads them",
    spec: object({
      a: { ...text, pattern: "^[[:alpha:]]+$" },
      b: { ...text, pattern: "(?m)^b$" },
      c: { ...text, pattern: "^.$" },
      d: { ...text, pattern: "^\\w$" },
    }),
    taken: [{ a: "x", b: "a\nb\nc", c: "😀", d: "x" }],
    refused: [{ a: "é" }, { c: "\n" }, { d: "é" }],
  },
  {
    title: "bounds that no whole number reaches",
    spec: field({ type: "number", minimum: 1e30 }),
    taken: each(5),
    refused: [],
  },
  {
    title: "base64",
    spec: field({ ...text, format: "byte" }),
    taken: each("YQ=="),
    refused: each("", "YWJj\nYWJj", "YQ"),
  },
];

export const customCases: readonly CustomCase[] = [...formats, ...defaults, ...unknownFields, ...values];

/** Texts of each format, and texts that are not. */
export const formatCases: readonly [format: string, fitting: readonly string[], others: readonly string[]][] = [
  [
    "uri",
    ["http://x", "/a b", "mailto:a@b", "http://[::1]/", "http://x?q=a b", "*", "http://ü.de", "x:", "http://x/{y}"],
    ["", "x", "1a:b", "http://a b", "http://[::1", "http://x/%zz", "http://x:port/", "http://{x}/", "#a", "./a"],
  ],
  ["email", ["a@b", "Joe <a@b.c>", '"a b"@c', "ü@b"], ["", "a", "a@", "@b"]],
  [
    "hostname",
    ["a", "a.co", "a-b", "A.COM", "a--b.com", "☺.com", "x.svc.cluster.local", "a".repeat(63)],
    ["", "a.b", "a_b", "-a", "a.b.", "1.2.3.4", "my-long-name", "a".repeat(64), "*.a.com", "a..com"],
  ],
  [
    "ipv4",
    ["1.2.3.4", "01.2.3.0004", "::ffff:1.2.3.4"],
    ["", "1.2.3", "256.1.1.1", "::1", "1.2.3.4/8", " 1.2.3.4", "1.2.3.1e1"],
  ],
  [
    "ipv6",
    ["::", "1:2:3:4:5:6:7:8", "::ffff:1.2.3.4", "1:2:3:4:5:6:7::", "ABCD::"],
    ["", "1.2.3.4", "fe80::1%eth0", "1::2::3", ":::", "::00001", "::ffff:1.2.3.04", "1:2:3:4::5:6:7:8"],
  ],
  [
    "cidr",
    ["10.0.0.1/8", "::/0", "010.0.0.0/08", "::ffff:1.2.3.4/120"],
    ["", "10.0.0.0", "10.0.0.0/33", "10.0.0.0/+8"],
  ],
  ["mac", ["01:23:45:67:89:ab", "0123.4567.89ab", "0123456789AB"], ["", "01:23-45:67:89:ab", "1:2:3:4:5:6"]],
  [
    "uuid",
    ["00000000-0000-0000-0000-000000000000", "A".repeat(32)],
    ["", "x", "{00000000-0000-0000-0000-000000000000}"],
  ],
  ["uuid4", ["00000000-0000-4000-8000-000000000000"], ["00000000-0000-4000-c000-000000000000"]],
  ["date", ["2024-02-29", "0000-01-01"], ["", "2026-02-29", "2026-1-1", "1900-02-29", "2026-13-01"]],
  [
    "date-time",
    ["2026-01-01T00:00:00Z", "2026-01-01t00:00:00,5+99:99", "2026-01-01T00:00:00Zt"],
    ["", "2026-01-01T23:59:60Z", "2026-01-01 00:00:00Z", "2026-01-01T00:00:00", "2026-01-01T0:00:00Z"],
  ],
  [
    "duration",
    ["5m", "0", "-1.5h", "1.m", "5 minutes", "1w", "2 weeks and 5", "x 5m y", "5 HOURS", "1μs", "2562048h"],
    ["", "5", "5x", ".m", "1 month", "PT5", "99999999999999999999s", "9223372036854775808ns"],
  ],
  ["isbn", ["0321751043", "978-0321751041"], ["", "1", "0321751044"]],
  ["creditcard", ["4220 8554 2622 2389"], ["", "4220855426213389"]],
  ["ssn", ["123-45-6789"], ["123456789"]],
  ["hexcolor", ["#FFF", "ffffff"], ["#ffff"]],
  ["rgbcolor", ["rgb( 1 , 2,255)"], ["rgb(256,1,1)", "rgb(01,1,1)"]],
  ["bsonobjectid", ["507f1f77bcf86cd799439011"], ["507f1f77bcf86cd79943901"]],
  ["k8s-short-name", ["a-1"], ["A", "a.b", "a-", "a".repeat(64)]],
  ["k8s-long-name", ["a.b"], ["A", "a..b"]],
  ["password", [""], []],
];
