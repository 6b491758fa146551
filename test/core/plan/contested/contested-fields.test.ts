import { expect, test } from "vitest";
import type { Json, KubeObject, ManagedFieldsEntry } from "../../../../src/core/manifest/kube-object.ts";
import { contestedFields } from "../../../../src/core/plan/contested/contested-fields.ts";
import { meanwhile, type SwapStates, withSwapped } from "../../../../src/core/plan/contested/swap.ts";
import type { Segment } from "../../../../src/core/plan/field-path.ts";

const budget = (spec: { [name: string]: Json }, managedFields: ManagedFieldsEntry[] = []): KubeObject => ({
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  metadata: { name: "web", managedFields },
  spec,
});
const by = (manager: string, operation: "Apply" | "Update", ...names: string[]): ManagedFieldsEntry => ({
  manager,
  operation,
  apiVersion: "policy/v1",
  fieldsType: "FieldsV1",
  fieldsV1: { "f:spec": Object.fromEntries(names.map((name) => [`f:${name}`, {}])) },
});
const git = budget({ minAvailable: 1 });
const states = (live: KubeObject, more: Partial<SwapStates> = {}): SwapStates => ({
  live,
  before: git,
  manifest: git,
  manager: "trueup",
  named: ["spec"],
  ...more,
});
const nameOf = (path: Segment[]) => (path.at(-1) as Segment & { type: "field" }).name;
const found = (...of: Parameters<typeof states>) =>
  contestedFields(states(...of), undefined).flatMap(({ theirs }) => theirs.map(nameOf));
const edited = budget({ maxUnavailable: 1 }, [by("kubectl-edit", "Update", "maxUnavailable")]);

test("what somebody wrote in the place of ours may have to go, where the server names that place", () => {
  expect(found(edited)).toEqual(["maxUnavailable"]);
  expect(found(edited, { named: ["spec.minAvailable"] })).toEqual(["maxUnavailable"]);
  expect(found(edited, { named: ["spec.selector.matchLabels", "metadata.name", ""] })).toEqual([]);
});

test("what stands beside ours, was never ours to put away, or is applied by another, stays", () => {
  const beside = budget({ minAvailable: 1, maxUnavailable: 1 }, edited.metadata.managedFields);
  expect(found(beside)).toEqual([]);
  expect(found(edited, { before: undefined })).toEqual([]);
  expect(found(edited, { before: budget({}) })).toEqual([]);
  expect(found(budget({ maxUnavailable: 1 }, [by("helm", "Apply", "maxUnavailable")]))).toEqual([]);
});

test("what nobody wrote may have to go only where the server names it", () => {
  const live = budget({ type: "RollingUpdate", rollingUpdate: { maxSurge: 1 }, limit: 10 });
  const manifest = budget({ type: "Recreate" });
  const of = { before: undefined, manifest };
  expect(found(live, { ...of, named: ["spec.rollingUpdate"] })).toEqual(["rollingUpdate"]);
  expect(found(live, { ...of, named: ["spec"] })).toEqual([]);
});

test("what comes of it has ours for theirs, and everything else as it is applied", () => {
  const manifest = budget({ minAvailable: 1, limit: 5 });
  const live = budget({ maxUnavailable: 1, limit: 4 }, edited.metadata.managedFields);
  const swaps = contestedFields(states(live, { manifest }), undefined).map((one) => one.swap(one.theirs));
  expect(swaps.flatMap(({ steps }) => steps)).toEqual([
    { op: "remove", path: "/spec/maxUnavailable" },
    { op: "add", path: "/spec/minAvailable", value: 1 },
    { op: "add", path: "/spec/limit", value: 5 },
  ]);
  expect(meanwhile(manifest, swaps)).toEqual(budget({}));
  const applied = budget({ maxUnavailable: 1, limit: 4, added: true });
  const swapped = budget({ minAvailable: 1, limit: 5 });
  expect(withSwapped(applied, swapped, swaps)).toEqual(budget({ minAvailable: 1, limit: 5, added: true }));
});
