import { expect, test } from "vitest";
import type { Json, KubeObject } from "../../../src/core/manifest/kube-object.ts";
import { gainedDefaults, withGained } from "../../../src/core/plan/gained-defaults.ts";

const definition = (spec: Json): KubeObject => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "shops.shop.example" },
  spec: {
    group: "shop.example",
    scope: "Namespaced",
    names: { kind: "Shop", plural: "shops" },
    versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { properties: { spec } } } }],
  },
});
const gainedBy = (before: Json, after: Json) => [...gainedDefaults([definition(before)], [definition(after)]).keys()];
const color = (more: { [name: string]: Json }) => ({ properties: { color: { type: "string", ...more } } });

test.each<[string, Json, Json]>([
  ["a field", color({}), color({ default: "red" })],
  ["a field that had another", color({ default: "blue" }), color({ default: "red" })],
  ["a field of a list's items", { items: color({}) }, { items: color({ default: "red" }) }],
  ["a field of a mapping's values", {}, { additionalProperties: color({ default: "red" }) }],
])("a definition gains a default of %s", (_of, before, after) => {
  expect(gainedBy(before, after)).toEqual(["shop.example/v1/Shop"]);
});

test.each<[string, Json, Json]>([
  [
    "only describes it otherwise",
    color({ default: "red" }),
    color({ default: "red", description: "as it is painted" }),
  ],
  ["has one less", color({ default: "red" }), color({})],
  ["has one that is null", color({}), color({ default: null })],
])("no object is asked about where a definition %s", (_what, before, after) => {
  expect(gainedBy(before, after)).toEqual([]);
});

test("what an object says itself stays, whatever its definition defaults", () => {
  const shop = (spec: Json): KubeObject => ({
    apiVersion: "shop.example/v1",
    kind: "Shop",
    metadata: { name: "a" },
    spec,
  });
  const schema = { properties: { spec: { properties: { color: { default: "red" }, size: { default: 3 } } } } };
  expect(withGained(shop({ color: "blue" }), schema)).toEqual(shop({ color: "blue", size: 3 }));
});
