import { expect, test } from "vitest";
import { deletionId } from "../../../src/agent/system/deletion-id.ts";
import { approvedReason, planPruning } from "../../../src/agent/system/plan-pruning.ts";
import { prune } from "../../../src/agent/system/prune.ts";
import { identityKey } from "../../../src/core/manifest/kube-object.ts";
import type { DesiredObject } from "../../../src/core/plan/desired-object.ts";
import { PART_OF } from "../../../src/core/plan/guards/foreign-owner.ts";
import { loadKubeAccess } from "../../../src/kube/kube-access.ts";
import { createKubeClient } from "../../../src/kube/kube-client.ts";
import { openTransport } from "../../../src/kube/transport.ts";
import { startCluster } from "../../../src/sandbox/cluster/start-cluster.ts";

const member = (kind: string, name: string, apiVersion = "v1") => {
  const ref = { apiVersion, kind, namespace: "shop", name };
  return { key: identityKey(ref), ref, uid: name, terminating: false, isProtected: false };
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

test("deletions stand in one order, so that the same plan made again does not read as another one", () => {
  const told = planPruning(many.toReversed(), desired(...many.slice(2)), policy);
  expect(names(told.deletions)).toEqual(["c0", "c1"]);
});

test("one more than allowed holds all of them", () => {
  const { deletions, held } = planPruning(many, desired(...many.slice(3)), policy);
  expect(deletions).toEqual([]);
  expect(names(held.map(({ object }) => object))).toEqual(["c0", "c1", "c2"]);
  expect(held[0]?.reason).toContain("3 of 10 objects");
});

const all = { maxDeletions: { percent: 100 } };
const described = (...members: ReturnType<typeof member>[]) => new Set(members.map(({ key }) => key));
/** Git had c0 to c2 until an earlier commit, whose guard held their deletion. */
const earlier = { described: described(...many.slice(3)), protect: all };

test("a commit that raises the guard has the deletions carried out that the guard held before it", () => {
  const { deletions, held } = planPruning(many, desired(...many.slice(3)), policy, new Map(), earlier);
  expect(names(deletions)).toEqual(["c0", "c1", "c2"]);
  expect(held).toEqual([]);
});

test("a commit that raises the guard cannot use it for what it takes out of Git itself", () => {
  const { deletions, held } = planPruning(many, desired(...many.slice(6)), policy, new Map(), earlier);
  expect(deletions).toEqual([]);
  expect(held).toHaveLength(6);
  expect(held[0]?.reason).toContain("6 of 10 objects would be deleted, and protect.maxDeletions allows 20%");
});

test("what an earlier commit's guard holds does not stand in the way of a later one's few deletions", () => {
  const notRaised = { ...earlier, protect: policy.protect };
  const { deletions, held } = planPruning(many, desired(...many.slice(4)), policy, new Map(), notRaised);
  expect(names(deletions)).toEqual(["c3"]);
  expect(names(held.map(({ object }) => object))).toEqual(["c0", "c1", "c2"]);
  expect(held.map(({ leftOver }) => leftOver)).toEqual([true, true, true]);
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

const approve = (...objects: ReturnType<typeof member>[]) => ({
  tree: "the tree",
  approvals: [{ tree: "the tree", deletes: objects.map(deletionId), by: "grace" }],
});
const noneBefore = { described: described(...many), protect: policy.protect };

test("what somebody has approved goes, and it is told who let it", () => {
  const claim = member("PersistentVolumeClaim", "data");
  const of = [[...many, claim], desired(...many), policy, new Map(), undefined] as const;
  const { deletions, held, approved } = planPruning(...of, approve(claim));
  expect(names(deletions)).toEqual(["data"]);
  expect(held).toEqual([]);
  expect(approved.get(claim.key)).toEqual({ by: "grace", reason: expect.stringContaining("may take its data") });
  expect(planPruning(...of, { ...approve(claim), tree: "another tree" }).deletions).toEqual([]);
  const made = { ...claim, uid: "made again with other data" };
  expect(
    planPruning([...many, made], desired(...many), policy, new Map(), undefined, approve(claim)).deletions,
  ).toEqual([]);
});

test("one object more than somebody has looked at is approved by nobody, and neither are the others", () => {
  const rest = desired(...many.slice(4));
  const { deletions, held } = planPruning(many, rest, policy, new Map(), noneBefore, approve(...many.slice(0, 3)));
  expect(deletions).toEqual([]);
  expect(held).toHaveLength(4);
});

test("an approved deletion that was cut short goes on", () => {
  const left = many.slice(2);
  const strict = { ...policy, protect: { maxDeletions: { count: 0 } } };
  const { deletions } = planPruning(
    left,
    desired(...many.slice(4)),
    strict,
    new Map(),
    noneBefore,
    approve(...many.slice(0, 4)),
  );
  expect(names(deletions)).toEqual(["c2", "c3"]);
});

test("no approval lets go what an empty render would take, or what another system may describe", () => {
  expect(planPruning(many, new Map(), policy, new Map(), undefined, approve(...many)).deletions).toEqual([]);
  const keepers = new Map([[many[0]!.key, { reason: "mend them first" }]]);
  const of = [many, desired(...many.slice(1)), policy, keepers, undefined] as const;
  expect(planPruning(...of, approve(many[0]!)).held).toMatchObject([{ reason: "mend them first", approvable: false }]);
});

test("with prune: false nothing goes, and what is being deleted already is not deleted again", () => {
  expect(planPruning(many, desired(), { ...policy, prune: false })).toEqual({
    deletions: [],
    approved: new Map(),
    held: [],
    moved: [],
    unpruned: many,
  });
  const [first, ...others] = many;
  const going = { ...first!, terminating: true };
  expect(planPruning([going, ...others], desired(...others), policy).deletions).toEqual([]);
});

test("what another system describes now is left for it, and counts as no deletion", () => {
  const keepers = new Map([...many.slice(0, 5).map(({ key }) => [key, { to: "app" }] as const)]);
  const { deletions, held, moved } = planPruning(many, desired(...many.slice(6)), policy, keepers);
  expect(names(moved.map(({ object }) => object))).toEqual(["c0", "c1", "c2", "c3", "c4"]);
  expect(names(deletions)).toEqual(["c5"]);
  expect(held).toEqual([]);
});

test("what may have moved to a system whose manifests have errors is held, never deleted", () => {
  const keepers = new Map([[many[0]!.key, { reason: "mend them first" }]]);
  const { deletions, held } = planPruning(many, desired(...many.slice(1)), policy, keepers);
  expect(deletions).toEqual([]);
  expect(held).toMatchObject([{ reason: "mend them first" }]);
});

test("what somebody else took over, or made anew, after it was looked at stays", async () => {
  const cluster = await startCluster({});
  const kube = createKubeClient(openTransport(await loadKubeAccess({ kubeconfig: cluster.kubeconfigPath })));
  try {
    const made = async (name: string, partOf: string) => {
      const metadata = { name, namespace: "default", labels: { [PART_OF]: partOf } };
      const { metadata: live } = await kube.create({ apiVersion: "v1", kind: "ConfigMap", metadata });
      const ref = { apiVersion: "v1", kind: "ConfigMap", namespace: "default", name };
      return { key: identityKey(ref), ref, uid: live.uid as string, terminating: false, isProtected: false };
    };
    const ours = await made("ours", "applyset-ours");
    const taken = await made("taken", "applyset-theirs");
    const anew = { ...(await made("anew", "applyset-ours")), uid: "of the one before" };
    const done = await prune(
      { kube },
      "applyset-ours",
      { deletions: [ours, taken, anew], held: [], approved: new Map() },
      new AbortController().signal,
    );
    expect(done).toMatchObject([{ name: "ours", action: "delete" }]);
    const left = await Promise.all([ours, taken, anew].map(({ ref }) => kube.get(ref)));
    expect(left.map((live) => live?.metadata.name)).toEqual([undefined, "taken", "anew"]);
  } finally {
    await kube.close();
    await cluster.stop();
  }
});

test("an object that says that it is protected stays, however many deletions are allowed, and the others go", () => {
  const [kept, ...others] = many;
  const { deletions, held } = planPruning(
    [{ ...kept!, isProtected: true }, ...others],
    desired(...many.slice(2)),
    policy,
  );
  expect(names(deletions)).toEqual(["c1"]);
  expect(held).toMatchObject([
    { object: { ref: { name: "c0" } }, reason: expect.stringContaining("trueup.dev/protect") },
  ]);
  // Of one that somebody lets go, it is not said that it is kept.
  expect(approvedReason({ reason: held[0]!.reason, by: "grace" })).toBe(
    "its annotation trueup.dev/protect asks to keep it; approved by `grace`",
  );
});
