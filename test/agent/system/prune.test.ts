import { expect, test } from "vitest";
import { planPruning } from "../../../src/agent/system/prune.ts";
import { identityKey } from "../../../src/core/manifest/kube-object.ts";
import type { DesiredObject } from "../../../src/core/plan/desired-object.ts";

const member = (kind: string, name: string, apiVersion = "v1") => {
  const ref = { apiVersion, kind, namespace: "shop", name };
  return { key: identityKey(ref), ref, uid: name, terminating: false };
};
const desired = (...members: ReturnType<typeof member>[]) =>
  new Map(members.map(({ key }) => [key, {} as DesiredObject]));
const policy = { prune: true, protect: { maxDeletions: { percent: 20 } } };
const many = Array.from({ length: 10 }, (_, at) => member("ConfigMap", `c${at}`));
const names = (objects: { ref: { name: string } }[]) => objects.map(({ ref }) => ref.name);

test("what Git no longer has goes, as far as the guard allows", () => {
  const { deletions, held } = planPruning(many, desired(...many.slice(2)), policy);
  expect(names(deletions)).toEqual(["c0", "c1"]);
  expect(held).toEqual([]);
});

test("one more than allowed holds all of them", () => {
  const { deletions, held } = planPruning(many, desired(...many.slice(3)), policy);
  expect(deletions).toEqual([]);
  expect(names(held.map(({ object }) => object))).toEqual(["c0", "c1", "c2"]);
  expect(held[0]?.reason).toContain("3 of 10 objects");
});

test("a render that makes nothing deletes nothing, whatever is allowed", () => {
  const all = { ...policy, protect: { maxDeletions: { percent: 100 } } };
  const { deletions, held } = planPruning(many, new Map(), all);
  expect(deletions).toEqual([]);
  expect(held).toHaveLength(10);
});

test("a kind whose deletion takes more with it is held, the others go", () => {
  const claim = member("PersistentVolumeClaim", "data");
  const kept = planPruning([...many, claim], desired(...many.slice(1)), policy);
  expect(names(kept.deletions)).toEqual(["c0"]);
  expect(kept.held).toMatchObject([{ object: { ref: { name: "data" } }, reason: expect.stringContaining("data") }]);
});

test("with prune: false nothing goes, and what is being deleted already is not deleted again", () => {
  expect(planPruning(many, desired(), { ...policy, prune: false })).toEqual({ deletions: [], held: [] });
  const [first, ...others] = many;
  const going = { ...first!, terminating: true };
  expect(planPruning([going, ...others], desired(...others), policy).deletions).toEqual([]);
});
