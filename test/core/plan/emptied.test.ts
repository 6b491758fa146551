import { expect, test } from "vitest";
import type { Json, JsonObject, KubeObject } from "../../../src/core/manifest/kube-object.ts";
import { emptiedPlaces } from "../../../src/core/plan/emptied.ts";
import { showPath } from "../../../src/core/plan/field-path.ts";
import { ownedPlace } from "../../../src/core/plan/owned-lists.ts";

const nobodyKnows = { ofKind: () => undefined };
const issuer = (spec: Json, ...shares: JsonObject[]) =>
  ({
    apiVersion: "cert.example/v1",
    kind: "Issuer",
    metadata: {
      name: "a",
      managedFields: shares.map((fieldsV1, at) => ({
        ...(at === 0 ? { manager: "trueup", operation: "Apply" } : { manager: "kubectl-edit", operation: "Update" }),
        ...{ apiVersion: "cert.example/v1", fieldsType: "FieldsV1", fieldsV1 },
      })),
    },
    spec,
  }) as unknown as KubeObject;
const crl: JsonObject = { "f:spec": { "f:selfSigned": { "f:crl": {} } } };
const filled = { selfSigned: { crl: ["a"] } };
const placesIn = (live: KubeObject, said: Json, schemas: Parameters<typeof emptiedPlaces>[2] = nobodyKnows) =>
  emptiedPlaces(issuer(said), { live, before: undefined }, schemas, "trueup")?.places.map(showPath);

test("a mapping that Git comes to leave empty is one that only ours fills", () => {
  expect(placesIn(issuer(filled, crl), { selfSigned: {} })).toEqual(["spec.selfSigned"]);
  expect(placesIn(issuer(filled, crl), { selfSigned: { crl: ["b"] } })).toBeUndefined();
  const theirs = { "f:spec": { "f:selfSigned": { "f:by": {} } } };
  expect(placesIn(issuer({ selfSigned: { crl: ["a"], by: "b" } }, crl, theirs), { selfSigned: {} })).toBeUndefined();
});

test("whoever holds the mapping alone, as who made it once, keeps nothing in it", () => {
  for (const itself of [{}, { ".": {} }]) {
    const live = issuer(filled, crl, { "f:spec": { "f:selfSigned": itself } });
    expect(placesIn(live, { selfSigned: {} })).toEqual(["spec.selfSigned"]);
  }
});

test("what nobody holds in a mapping stays in it, as the server has it", () => {
  expect(placesIn(issuer({ selfSigned: { crl: ["a"], injected: true } }, crl), { selfSigned: {} })).toBeUndefined();
});

test("a list counts where the server keeps an empty one", () => {
  const live = issuer({ set: ["a", "b"] }, { "f:spec": { "f:set": { 'v:"a"': {}, 'v:"b"': {} } } });
  expect(placesIn(live, { set: [] })).toEqual(["spec.set"]);
  const known = { ofKind: () => ownedPlace([{ object: live, manifest: undefined }], "trueup") };
  expect(placesIn(live, { set: [] }, known)).toBeUndefined();
});
