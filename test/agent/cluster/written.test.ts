import { expect, test } from "vitest";
import { writtenOf } from "../../../src/agent/cluster/written.ts";
import type { ManagedFieldsEntry, ObjectMeta } from "../../../src/core/manifest/kube-object.ts";

const entry = (subresource?: string, time = "2026-01-01T00:00:00Z"): ManagedFieldsEntry => ({
  manager: "kubectl-patch",
  operation: "Update",
  apiVersion: "v1",
  time,
  fieldsType: "FieldsV1",
  fieldsV1: { "f:data": { "f:v": {} } },
  ...(subresource === undefined ? {} : { subresource }),
});
const meta = (more: Partial<ObjectMeta>): ObjectMeta => ({ name: "a", uid: "u", ...more });

test("a value that one manager changes there and back within a second is written twice", () => {
  const at = (resourceVersion: string) => writtenOf(meta({ resourceVersion, managedFields: [entry()] }));
  expect(at("2")).not.toBe(at("1"));
});

test("a status is no write, however often it is", () => {
  const at = (resourceVersion: string, time: string) =>
    writtenOf(meta({ resourceVersion, generation: 1, managedFields: [entry(), entry("status", time)] }));
  expect(at("2", "2026-01-01T00:00:09Z")).toBe(at("1", "2026-01-01T00:00:00Z"));
});

test("of what has a status, a change of its description or of an annotation is a write", () => {
  const of = (more: Partial<ObjectMeta>) =>
    writtenOf(meta({ resourceVersion: "1", generation: 1, managedFields: [entry(), entry("status")], ...more }));
  expect(of({ generation: 2 })).not.toBe(of({}));
  expect(of({ annotations: { note: "theirs" } })).not.toBe(of({}));
});
