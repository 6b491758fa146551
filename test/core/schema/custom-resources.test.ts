import { describe, expect, test } from "vitest";
import { textFormat } from "../../../src/core/schema/formats/text-formats.ts";
import { createValidator } from "../../../src/core/schema/validator.ts";
import { loadKubernetesSchemas } from "../../../src/render/kubernetes-schemas.ts";
import { customCases, formatCases } from "./custom-cases.ts";

const builtIn = createValidator(loadKubernetesSchemas());

function definition(spec: object, version: object = {}) {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "shapes.example.com" },
    spec: {
      group: "example.com",
      scope: "Namespaced",
      names: { kind: "Shape", plural: "shapes" },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: "object", properties: { spec } } },
          ...version,
        },
      ],
    },
  };
}

function findings(spec: object, value: unknown) {
  const shape = { apiVersion: "example.com/v1", kind: "Shape", metadata: { name: "star" }, spec: value };
  return builtIn.withCustomResources([definition(spec)]).validate(shape);
}

const object = (properties: object, more: object = {}) => ({ type: "object", properties, ...more });

describe("a custom resource whose definition lies beside it", () => {
  test("is known, with its scope, and only to that validator", () => {
    const knowing = builtIn.withCustomResources([definition({ type: "object" })]);
    expect(knowing.kindOf("example.com/v1", "Shape")).toEqual({ plural: "shapes", namespaced: true, applicable: true });
    expect(builtIn.kindOf("example.com/v1", "Shape")).toBeUndefined();
  });

  test.each([
    [
      "an unknown field",
      object({ colour: { type: "string" } }),
      { color: "red" },
      "Unknown field `color` in Shape `spec`; did you mean `colour`?",
    ],
    [
      "a wrong type",
      object({ size: { type: "integer" } }),
      { size: "5" },
      'Shape `spec.size` must be a whole number, but it is the text "5". Write it without quotes: `5`.',
    ],
    [
      "a missing field",
      object({ size: { type: "integer" } }, { required: ["size"] }),
      {},
      "Shape `spec` lacks `size`, which is required.",
    ],
    [
      "a value out of bounds",
      object({ size: { type: "integer", minimum: 1, exclusiveMinimum: true } }),
      { size: 1 },
      "Shape `spec.size` must be > 1, but it is the number 1.",
    ],
    [
      "a value outside the list",
      object({ form: { type: "string", enum: ["star", "circle"] } }),
      { form: "sta" },
      'Shape `spec.form` must be one of `star`, `circle`, but it is the text "sta". Did you mean `star`?',
    ],
    [
      "a text of another pattern",
      object({ form: { type: "string", pattern: "^(?i)[a-z]+$" } }),
      { form: "1" },
      'Shape `spec.form` must match `^(?i)[a-z]+$`, but it is the text "1".',
    ],
    [
      "null where it may not be",
      object({ form: { type: "string" } }),
      { form: null },
      "Shape `spec.form` must be text, but it is null.",
    ],
    [
      "neither of two alternatives",
      object({ a: { type: "string" }, b: { type: "string" } }, { oneOf: [{ required: ["a"] }, { required: ["b"] }] }),
      {},
      "Shape `spec` must satisfy exactly one of the alternatives that its schema offers.",
    ],
    [
      "a doubled key of a list",
      object({
        l: {
          type: "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["k"],
          items: object({ k: { type: "string" } }),
        },
      }),
      { l: [{ k: "a" }, { k: "a" }] },
      'Shape `spec.l` already has an item with k "a"; each may be there once.',
    ],
  ])("%s is found", (_, schema, value, message) => {
    expect(findings(schema, value).map((finding) => finding.message)).toEqual([message]);
  });

  test.each([
    ["unknown fields that are preserved", object({}, { "x-kubernetes-preserve-unknown-fields": true }), { any: [1] }],
    ["a number or a text", object({ at: { "x-kubernetes-int-or-string": true } }), { at: "50%" }],
    [
      "null where a default takes its place",
      object({ size: { type: "integer", default: 1 } }, { required: ["size"] }),
      { size: null },
    ],
    [
      "a required field that has a default",
      object({ size: { type: "integer", default: 1 } }, { required: ["size"] }),
      {},
    ],
    ["null where it is allowed", object({ size: { type: "integer", nullable: true, minimum: 1 } }), { size: null }],
    [
      "an embedded resource's own three fields",
      object({ template: object({}, { "x-kubernetes-embedded-resource": true }) }),
      { template: { apiVersion: "v1", kind: "X", metadata: {} } },
    ],
  ])("%s are fine", (_, schema, value) => {
    expect(findings(schema, value)).toEqual([]);
  });

  test("a version that is not served is said so", () => {
    const knowing = builtIn.withCustomResources([definition({ type: "object" }, { served: false })]);
    expect(knowing.validate({ apiVersion: "example.com/v1", kind: "Shape", metadata: { name: "x" } })).toMatchObject([
      { rule: "unknown-kind", message: expect.stringContaining("does not serve it") },
    ]);
  });
});

describe("a custom resource is judged as an API server does it", () => {
  test.each(customCases)("$title", ({ spec, taken, refused }) => {
    for (const value of taken) expect(findings(spec, value), JSON.stringify(value)).toEqual([]);
    for (const value of refused) expect(findings(spec, value), JSON.stringify(value)).not.toEqual([]);
  });

  test.each(formatCases)("format %s", (format, fitting, others) => {
    const fits = textFormat(format)!;
    expect(fitting.filter((text) => !fits(text))).toEqual([]);
    expect(others.filter(fits)).toEqual([]);
  });

  test("of a status that only its controller writes, its fields have to be known, and nothing else", () => {
    const status = object({ phase: { type: "string", enum: ["Ready"] }, at: { type: "string" } }, { required: ["at"] });
    const schema = { openAPIV3Schema: object({ spec: object({}), status }, { required: ["spec"] }) };
    const said = (value: unknown, subresources: object) => {
      const shape = {
        apiVersion: "example.com/v1",
        kind: "Shape",
        metadata: { name: "star" },
        spec: {},
        status: value,
      };
      const knowing = builtIn.withCustomResources([definition({}, { schema, subresources })]);
      return knowing.validate(shape).map(({ pointer, rule }) => ({ pointer, rule }));
    };
    for (const value of [{}, null, { phase: "Lost" }]) expect(said(value, { status: {} })).toEqual([]);
    expect(said({ phases: 1, at: 1 }, { status: {} })).toEqual([
      { pointer: "/status/phases", rule: "unknown-field" },
      { pointer: "/status/at", rule: "wrong-type" },
    ]);
    expect(said({}, {})).toEqual([{ pointer: "/status", rule: "missing-field" }]);
  });

  test("a number of too many bits is an error, which a built-in kind only cuts off", () => {
    expect(findings(object({ a: { type: "integer", format: "int32" } }), { a: 2 ** 31 })).toMatchObject([
      { severity: "error", message: expect.stringContaining("32 bits (-2147483648 to 2147483647)") },
    ]);
  });
});

describe("a hostile definition", () => {
  test("whose defaults would fill in more than memory holds is refused", () => {
    const value = Array.from({ length: 1000 }, (_, at) => at);
    const schema = object({ l: { type: "array", items: object({ a: { type: "array", default: value } }) } });
    expect(findings(schema, { l: Array.from({ length: 1100 }, () => ({})) })).toMatchObject([
      { rule: "unusable-schema", message: expect.stringContaining("fills in more than 1000000 values") },
    ]);
  });

  test("with a pattern that keeps a backtracking engine busy for years is matched at once", () => {
    const schema = object({ a: { type: "string", pattern: "^(a+)+$" } });
    expect(findings(schema, { a: `${"a".repeat(5000)}!` })).toHaveLength(1);
  });

  test("with a pattern that is none makes its resources unusable, and throws nothing", () => {
    expect(findings(object({ a: { type: "string", pattern: "(" } }), { a: "x" })).toMatchObject([
      { rule: "unusable-schema" },
    ]);
  });

  test("nested without end is refused", () => {
    let schema: object = { type: "string" };
    for (let depth = 0; depth < 500; depth++) schema = object({ a: schema });
    expect(findings(schema, {})).toMatchObject([
      { rule: "unusable-schema", message: expect.stringContaining("nested") },
    ]);
  });

  test.each([
    [{ spec: null }],
    [
      definition({
        type: ["object"],
        properties: 3,
        required: "a",
        enum: {},
        items: 1,
        anyOf: {},
        $ref: "#/x",
        $data: 1,
      }),
    ],
    [definition({ type: "object", properties: { __proto__: { type: "string" }, constructor: { type: "string" } } })],
  ])("of senseless parts describes what it can (%#)", (hostile) => {
    const knowing = builtIn.withCustomResources([hostile]);
    expect(() =>
      knowing.validate({ apiVersion: "example.com/v1", kind: "Shape", metadata: { name: "x" }, spec: {} }),
    ).not.toThrow();
  });
});
