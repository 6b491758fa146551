import type { Json, JsonObject } from "../../../../src/core/manifest/kube-object.ts";

const spec: JsonObject = {
  type: "object",
  required: ["size"],
  properties: {
    size: { type: "integer", minimum: 1, maximum: 10, multipleOf: 2 },
    weight: { type: "number", minimum: 0, exclusiveMinimum: true },
    color: { type: "string", enum: ["red", "blue"], default: "red" },
    name: { type: "string", pattern: "^[a-z]+$", minLength: 2, maxLength: 5 },
    share: { "x-kubernetes-int-or-string": true },
    note: { type: "string", nullable: true },
    tags: { type: "array", "x-kubernetes-list-type": "set", minItems: 1, maxItems: 3, items: { type: "string" } },
    parts: {
      type: "array",
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["name", "zone"],
      items: {
        type: "object",
        required: ["name"],
        properties: { name: { type: "string" }, zone: { type: "integer", default: 1 }, on: { type: "boolean" } },
      },
    },
    labels: { type: "object", additionalProperties: { type: "string" }, maxProperties: 2, minProperties: 1 },
    kept: {
      type: "object",
      "x-kubernetes-preserve-unknown-fields": true,
      properties: { deep: { type: "object", properties: { a: { type: "integer" } } } },
    },
    address: { type: "string", format: "ipv4" },
    when: { type: "string", format: "date-time" },
    either: {
      type: "object",
      properties: { a: { type: "integer" }, b: { type: "integer" } },
      oneOf: [{ required: ["a"] }, { required: ["b"] }],
    },
    some: {
      type: "object",
      properties: { a: { type: "integer" }, b: { type: "integer" } },
      anyOf: [{ required: ["a"] }, { required: ["b"] }],
    },
    never: { type: "string", not: { enum: ["bad"] } },
    template: { type: "object", "x-kubernetes-embedded-resource": true, "x-kubernetes-preserve-unknown-fields": true },
    nested: { type: "object", default: {}, properties: { level: { type: "integer", default: 3 } } },
  },
};

const root = (properties: JsonObject = { spec }): JsonObject => ({ type: "object", properties });

export interface Definition {
  apiVersion: string;
  kind: string;
  metadata: JsonObject & { name: string };
  spec: JsonObject;
}

/** A good definition, with something changed. */
export function definition(
  change: {
    spec?: JsonObject;
    names?: JsonObject;
    version?: JsonObject;
    schema?: JsonObject;
    name?: string;
    annotations?: JsonObject;
  } = {},
): Definition {
  const version = {
    name: "v1",
    served: true,
    storage: true,
    schema: { openAPIV3Schema: change.schema ?? root() },
    ...change.version,
  };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {
      name: change.name ?? "gadgets.example.com",
      ...(change.annotations && { annotations: change.annotations }),
    },
    spec: {
      group: "example.com",
      scope: "Namespaced",
      names: { plural: "gadgets", kind: "Gadget", ...change.names },
      versions: [version],
      ...change.spec,
    },
  };
}

const field = (schema: JsonObject) =>
  definition({
    name: "others.example.com",
    names: { plural: "others", kind: "Other" },
    schema: root({ field: schema }),
  });
const other = (change: Parameters<typeof definition>[0]) =>
  definition({ name: "others.example.com", ...change, names: { plural: "others", kind: "Other", ...change?.names } });
const version = (name: string, more: JsonObject = {}): Json => ({
  name,
  served: true,
  storage: false,
  schema: { openAPIV3Schema: root() },
  ...more,
});

export const refusedDefinitions: { [why: string]: Definition } = {
  "a name that is not plural and group": definition({ name: "widgets.example.com" }),
  "a group without a dot": other({ name: "others.example", spec: { group: "example" } }),
  "a group that is no domain": other({ name: "others.Example.com", spec: { group: "Example.com" } }),
  "a protected group": other({ name: "others.apps.k8s.io", spec: { group: "apps.k8s.io" } }),
  "an unknown scope": other({ spec: { scope: "World" } }),
  "no schema": other({ version: { schema: {} } }),
  "no storage version": other({ version: { storage: false } }),
  "a bad version name": other({ version: { name: "V1" } }),
  "a plural in capitals": definition({ name: "Others.example.com", names: { plural: "Others", kind: "Other" } }),
  "a bad kind": other({ names: { kind: "Other Kind" } }),
  "kind and list kind the same": other({ names: { listKind: "Other" } }),
  "a bad short name": other({ names: { shortNames: ["O"] } }),
  "preserved unknown fields for all": other({ spec: { preserveUnknownFields: true } }),
  "a warning about a version that is not deprecated": other({ version: { deprecationWarning: "old" } }),
  "a column of an unknown type": other({
    version: { additionalPrinterColumns: [{ name: "A", type: "text", jsonPath: ".a" }] },
  }),
  "a scale path outside the spec": other({
    version: { subresources: { scale: { specReplicasPath: ".replicas", statusReplicasPath: ".status.replicas" } } },
  }),
  "a root that is no object": other({ schema: { type: "array", items: { type: "string" } } }),
  "a root without a type": other({ schema: { properties: { spec: { type: "object" } } } }),
  "a nullable root": other({ schema: { type: "object", nullable: true } }),
  "more fields at the root": other({ schema: { type: "object", additionalProperties: { type: "string" } } }),
  "a field without a type": field({ description: "nothing" }),
  "an array without items": field({ type: "array" }),
  "items without a type": field({ type: "array", items: {} }),
  "a type within anyOf": field({ type: "string", anyOf: [{ type: "string" }] }),
  "a description within oneOf": field({ type: "string", oneOf: [{ description: "a" }, { pattern: "b" }] }),
  "metadata that is restricted": other({
    schema: root({ metadata: { type: "object", properties: { labels: { type: "object" } } } }),
  }),
  "metadata that is no object": other({ schema: root({ metadata: { type: "string" } }) }),
  "a bad pattern": field({ type: "string", pattern: "(" }),
  "unique items": field({ type: "array", uniqueItems: true, items: { type: "string" } }),
  "properties beside additional ones": field({
    type: "object",
    properties: { a: { type: "string" } },
    additionalProperties: { type: "string" },
  }),
  "an unknown list type": field({ type: "array", "x-kubernetes-list-type": "bag", items: { type: "string" } }),
  "a list type of an object": field({ type: "object", "x-kubernetes-list-type": "set" }),
  "a map type of an array": field({ type: "array", "x-kubernetes-map-type": "atomic", items: { type: "string" } }),
  "a map list without keys": field({ type: "array", "x-kubernetes-list-type": "map", items: { type: "object" } }),
  "a map list with a key that is no property": field({
    type: "array",
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["name"],
    items: { type: "object", properties: { other: { type: "string" } } },
  }),
  "a map list with a key that may be missing": field({
    type: "array",
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["name"],
    items: { type: "object", properties: { name: { type: "string" } } },
  }),
  "a set of granular objects": field({ type: "array", "x-kubernetes-list-type": "set", items: { type: "object" } }),
  "an embedded object without a type": field({
    "x-kubernetes-embedded-resource": true,
    "x-kubernetes-preserve-unknown-fields": true,
  }),
  "an embedded object that holds nothing": field({ type: "object", "x-kubernetes-embedded-resource": true }),
  "int-or-string that preserves unknown fields": field({
    "x-kubernetes-int-or-string": true,
    "x-kubernetes-preserve-unknown-fields": true,
  }),
  "a default of the wrong type": field({ type: "integer", default: "three" }),
  "a default outside its bounds": field({ type: "integer", minimum: 5, default: 3 }),
  "a default with unknown fields": field({
    type: "object",
    properties: { a: { type: "string" } },
    default: { b: "x" },
  }),
  "two versions of one name": other({ spec: { versions: [version("v1", { storage: true }), version("v1")] } }),
};

const gadget = (more: JsonObject): JsonObject => ({
  apiVersion: "example.com/v1",
  kind: "Gadget",
  metadata: { name: "one" },
  spec: { size: 4, ...more },
});

export const refusedObjects: { [why: string]: JsonObject } = {
  "a missing field": { ...gadget({}), spec: {} },
  "a wrong type": gadget({ size: "four" }),
  "a fraction for an integer": gadget({ size: 1.5 }),
  "an object for a string": gadget({ name: { a: 1 } }),
  "a list for an object": gadget({ labels: ["a"] }),
  "too large": gadget({ size: 12 }),
  "too small": gadget({ size: 0 }),
  "no multiple": gadget({ size: 3 }),
  "on an excluded bound": gadget({ weight: 0 }),
  "none of the values": gadget({ color: "green" }),
  "a pattern that does not match": gadget({ name: "ABC" }),
  "a text that is too short": gadget({ name: "a" }),
  "a text that is too long": gadget({ name: "abcdefg" }),
  "a boolean for int-or-string": gadget({ share: true }),
  "an empty list": gadget({ tags: [] }),
  "a list that is too long": gadget({ tags: ["a", "b", "c", "d"] }),
  "a duplicate in a set": gadget({ tags: ["a", "b", "a"] }),
  "a duplicate in a map list": gadget({ parts: [{ name: "a" }, { name: "a", zone: 1 }] }),
  "a null item": gadget({ tags: ["a", null] }),
  "too many labels": gadget({ labels: { a: "1", b: "2", c: "3" } }),
  "no label": gadget({ labels: {} }),
  "a label of the wrong type": gadget({ labels: { a: 1 } }),
  "a preserved field of the wrong type": gadget({ kept: { deep: { a: "x" } } }),
  "no address": gadget({ address: "1.2.3" }),
  "no time": gadget({ when: "yesterday" }),
  "none of two": gadget({ either: {} }),
  "both of two": gadget({ either: { a: 1, b: 2 } }),
  "not any of two": gadget({ some: {} }),
  "what must not be": gadget({ never: "bad" }),
  "an embedded object that does not say what it is": gadget({ template: { metadata: { name: "x" } } }),
  "several things at once": gadget({ size: 99, color: "green", name: "A" }),
};

export const objects: { [what: string]: JsonObject } = {
  "defaults filled in": gadget({}),
  "a null that may be one": gadget({ note: null }),
  "a null in place of a default": gadget({ color: null, nested: null }),
  "a null that is dropped": gadget({ name: null, parts: [{ name: "a", on: null }] }),
  "int or string": gadget({ share: "50%" }),
  "default keys": gadget({ parts: [{ name: "a" }, { name: "a", zone: 2 }] }),
  "unknown fields kept": gadget({ kept: { deep: { a: 1, b: 2 }, other: { c: [1] } } }),
  "a whole number for a fraction": gadget({ weight: 3 }),
  embedded: gadget({ template: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x" }, data: { a: "b" } } }),
};
