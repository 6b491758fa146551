import { expect, test } from "vitest";
import type { JsonObject, KubeObject } from "../../../../src/core/manifest/kube-object.ts";
import { fillDefaults } from "../../../../src/core/schema/custom-defaults.ts";
import { withoutNulls } from "../../../../src/sandbox/cluster/crd/nulls.ts";
import { pruneCustomObject } from "../../../../src/sandbox/cluster/crd/prune.ts";
import type { StructuralSchema } from "../../../../src/sandbox/cluster/crd/structural.ts";
import { validateCustomObject } from "../../../../src/sandbox/cluster/crd/validate.ts";
import { validateDefinition } from "../../../../src/sandbox/cluster/crd/validate-definition.ts";
import { definition, objects, refusedDefinitions, refusedObjects } from "./cases.ts";

const { spec } = definition();
const schema = (spec.versions as unknown as { schema: { openAPIV3Schema: StructuralSchema } }[])[0]!.schema
  .openAPIV3Schema;

const read = (object: JsonObject) =>
  fillDefaults(schema, pruneCustomObject(schema, withoutNulls(schema, object)).object) as JsonObject;

const complete = (object: object): KubeObject => {
  const copy = structuredClone(object) as KubeObject;
  const names = (copy.spec as { names: { [name: string]: string } }).names;
  Object.assign(names, { singular: names.kind?.toLowerCase(), listKind: `${names.kind}List`, ...names });
  return copy;
};

test("the good definition and good objects are taken", () => {
  expect(validateDefinition(complete(definition()), undefined)).toEqual([]);
  for (const object of Object.values(objects)) expect(validateCustomObject(schema, read(object))).toEqual([]);
});

test.each(Object.entries(refusedDefinitions))("a definition is refused: %s", (_, refused) => {
  expect(validateDefinition(complete(refused), undefined)).not.toEqual([]);
});

test.each(Object.entries(refusedObjects))("a custom object is refused: %s", (_, refused) => {
  expect(validateCustomObject(schema, read(refused))).not.toEqual([]);
});

test("unknown fields are dropped and named, but for those that are preserved", () => {
  const object = {
    ...objects.embedded!,
    extra: 1,
    spec: { size: 2, sice: 3, parts: [{ name: "a", colour: "red" }], kept: { any: { thing: 1 }, deep: { b: 2 } } },
  };
  const pruned = pruneCustomObject(schema, object);
  expect(pruned.unknown).toEqual(["extra", "spec.kept.deep.b", "spec.parts[0].colour", "spec.sice"]);
  expect(pruned.object.spec).toEqual({ size: 2, parts: [{ name: "a" }], kept: { any: { thing: 1 }, deep: {} } });
});

test("defaults fill in what is missing, also within defaults", () => {
  expect(read(objects["defaults filled in"]!).spec).toEqual({ size: 4, color: "red", nested: { level: 3 } });
});

test("a definition keeps its names, and the versions that objects may be stored in", () => {
  const before = { ...complete(definition()), status: { storedVersions: ["v1"] } } as KubeObject;
  const renamed = {
    ...complete(definition({ names: { kind: "Thing" } })),
    status: { storedVersions: ["v1"] },
  } as KubeObject;
  expect(validateDefinition(renamed, before)).toEqual([
    { reason: "FieldValueInvalid", field: "spec.names.kind", message: 'Invalid value: "Thing": field is immutable' },
  ]);
  const moved = {
    ...complete(definition({ version: { name: "v2" } })),
    status: { storedVersions: ["v1"] },
  } as KubeObject;
  expect(validateDefinition(moved, before)).toEqual([expect.objectContaining({ field: "status.storedVersions[0]" })]);
});

test("a pattern from anybody takes no time, and a schema without a bottom is refused", () => {
  const slow: StructuralSchema = { type: "object", properties: { a: { type: "string", pattern: "^(a+)+$" } } };
  expect(validateCustomObject(slow, { a: `${"a".repeat(5_000)}!` })).toHaveLength(1);
  let deep: JsonObject = { type: "string" };
  for (let level = 0; level < 200; level++) deep = { type: "object", properties: { a: deep } };
  expect(validateDefinition(complete(definition({ schema: deep })), undefined)).toEqual([
    expect.objectContaining({ message: expect.stringContaining("nested more than 100 deep") }),
  ]);
});
