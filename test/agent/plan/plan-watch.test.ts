import pino from "pino";
import { beforeEach, expect, test } from "vitest";
import { type ClusterView, openClusterView } from "../../../src/agent/cluster/cluster-view.ts";
import { createPlanWatch, type PlanWatch } from "../../../src/agent/plan/plan-watch.ts";
import type { ManagedFieldsEntry } from "../../../src/core/manifest/kube-object.ts";
import { PART_OF } from "../../../src/core/plan/guards/foreign-owner.ts";
import type { Plan, PlannedObject } from "../../../src/core/plan/plan.ts";
import { totalsOf } from "../../../src/core/plan/totals.ts";
import type { KubeClient } from "../../../src/kube/kube-client.ts";
import { type StandingClock, standingClock } from "../standing-clock.ts";

/** Id of the system's ApplySet. */
const shop = "applyset-shop";
const settles = 300;

let clock: StandingClock;
let view: ClusterView;
let watch: PlanWatch;
let stale: string[];
/** Whether what is written from now on drifts, and nobody will tell: the system is paused. */
let isPaused: boolean;
beforeEach(() => {
  clock = standingClock();
  stale = [];
  isPaused = false;
  // Nothing is asked of the cluster: what these plans name is in the inventory.
  const kube = undefined as unknown as KubeClient;
  view = openClusterView(kube, undefined, () => undefined);
  const context = { kube, view, confine: undefined, log: pino({ level: "silent" }) };
  watch = createPlanWatch(
    context,
    (id) => stale.push(id),
    (applySet) => isPaused && applySet === shop,
    clock,
  );
  for (const name of ["web", "other"]) write(name);
  return () => watch.close();
});

const entry = (version: number, subresource?: "status"): ManagedFieldsEntry => ({
  manager: "somebody",
  operation: "Update",
  apiVersion: "apps/v1",
  time: new Date(version * 1_000).toISOString(),
  fieldsType: "FieldsV1",
  fieldsV1: {},
  ...(subresource === undefined ? {} : { subresource }),
});

let version = 1;
/** What each object was written in, other than its status. */
const writtenIn = new Map<string, number>();
/** Somebody writes an object of the system: what it says, or its status alone. */
function write(name: string, { status = false, partOf = shop } = {}): void {
  version++;
  const generation = status ? writtenIn.get(name)! : version;
  writtenIn.set(name, generation);
  view.note({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {
      ...{ name, namespace: "shop", uid: name, labels: { [PART_OF]: partOf } },
      resourceVersion: `${version}`,
      generation,
      managedFields: [entry(generation), entry(version, "status")],
    },
  });
}

const planned = (more: Partial<PlannedObject> = {}): PlannedObject => ({
  ...{ apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "web", drifted: false, fields: [] },
  action: "update",
  ...more,
});
const planOf = (...objects: PlannedObject[]): Plan => ({
  ...{ system: "shop", cluster: "prod", baseSha: "b", headSha: "h", mergeTree: "t", liveAsOf: "" },
  ...{ health: "Current", objects, totals: totalsOf(objects), drifted: 0, findings: [] },
});

/** Makes a plan of pull request 1; what happens while it is made comes between. */
function make(id: string, plan: Plan = planOf(planned()), meanwhile: () => void = () => undefined): void {
  const watched = watch.begin(id, "1/shop");
  meanwhile();
  watched.keep(plan, "inputs", shop);
}

/** Whether the plan that is there would do for a base that has moved elsewhere. */
function isReused(inputs = "inputs"): boolean {
  const watched = watch.begin("again", "1/shop");
  const plan = watched.reusable(inputs);
  watched.drop();
  return plan !== undefined;
}

test("what somebody writes makes the plans stale that name it, once, and no others", async () => {
  make("first");
  write("other");
  await clock.pass(settles);
  expect(stale).toEqual([]);
  write("web");
  write("web");
  await clock.pass(settles - 1);
  expect(stale).toEqual([]);
  await clock.pass(1);
  write("web");
  await clock.pass(60_000);
  expect(stale).toEqual(["first"]);
});

test("what somebody writes between a plan's dry run and its answer makes it stale, and what they write elsewhere does not", async () => {
  make("missed", planOf(planned()), () => write("web"));
  await clock.pass(settles);
  expect(stale).toEqual(["missed"]);
  make("undisturbed", planOf(planned()), () => write("other"));
  await clock.pass(60_000);
  expect(stale).toEqual(["missed"]);
});

test("guards that move while a plan is made, or later, make it stale; another system's do not", async () => {
  make("meanwhile", planOf(planned()), () => watch.guardsMoved(shop));
  await clock.pass(settles);
  expect(stale).toEqual(["meanwhile"]);
  make("later", planOf(planned()), () => watch.guardsMoved("applyset-other"));
  await clock.pass(settles);
  watch.guardsMoved("applyset-other");
  await clock.pass(settles);
  expect(stale).toEqual(["meanwhile"]);
  watch.guardsMoved(shop);
  await clock.pass(settles);
  expect(stale).toEqual(["meanwhile", "later"]);
});

test("what somebody changes in a system that is paused makes every plan of it stale, also while it is made", async () => {
  make("first");
  isPaused = true;
  write("theirs", { partOf: "applyset-other" });
  await clock.pass(settles);
  expect(stale).toEqual([]);
  write("other");
  await clock.pass(settles);
  make("meanwhile", planOf(planned()), () => write("other"));
  await clock.pass(settles);
  expect(stale).toEqual(["first", "meanwhile"]);
});

test("a status makes no plan stale, neither while it is made nor later", async () => {
  write("web", { status: true });
  make("made", planOf(planned()), () => write("web", { status: true }));
  for (let round = 0; round < 5; round++) {
    write("web", { status: true });
    await clock.pass(60_000);
  }
  expect(stale).toEqual([]);
});

test("a plan serves again while nothing of its system is written and it is made from the same, for ten minutes", async () => {
  make("first");
  expect([isReused(), isReused("other inputs")]).toEqual([true, false]);
  write("theirs", { partOf: "applyset-other" });
  await clock.pass(10 * 60_000 - 1);
  expect(isReused()).toBe(true);
  await clock.pass(1);
  expect(isReused()).toBe(false);
  make("next");
  write("other");
  expect(isReused()).toBe(false);
  make("written meanwhile", planOf(planned()), () => write("other"));
  expect(isReused()).toBe(false);
});

test.each<[string, boolean, Partial<PlannedObject>]>([
  ["changes an object", true, { action: "update" }],
  ["tells of one that has drifted", true, { action: "unchanged", drifted: true }],
  ["changes one and says why", true, { action: "update", reason: "moves from the system side" }],
  ["deletes one", false, { action: "delete" }],
  ["holds a deletion", false, { action: "held", reason: "its kind is protected" }],
  ["leaves one to another system", false, { action: "unchanged", reason: "moves to the system side" }],
])("a plan that %s serves again when the base has moved elsewhere: %s", (_, isServed, object) => {
  make("first", planOf(planned(), planned({ name: "other", ...object })));
  // Another pull request's is its own.
  expect(watch.begin("second", "2/shop").reusable("inputs")).toBeUndefined();
  expect(isReused()).toBe(isServed);
});

test("a plan that serves again is told of by its newest name, and at once when it became stale in between", async () => {
  make("first");
  const again = watch.begin("again", "1/shop");
  const plan = again.reusable("inputs")!;
  again.keepOn(plan);
  write("web");
  await clock.pass(settles);
  expect(stale).toEqual(["again"]);
  make("third");
  const crossed = watch.begin("crossed", "1/shop");
  write("web");
  crossed.keepOn(plan);
  await clock.pass(settles);
  expect(stale).toEqual(["again", "third", "crossed"]);
});

test("what is written without end has its plan made again ever less often, and as often as ever after a minute of rest", async () => {
  /** @returns how long after a write the plan is told to be stale, in milliseconds */
  const toldAfter = async (): Promise<number> => {
    make("restless");
    write("web");
    const told = stale.length;
    const since = clock.now();
    while (stale.length === told) await clock.pass(100);
    return clock.now() - since;
  };
  const waits: number[] = [];
  for (let round = 0; round < 16; round++) waits.push(await toldAfter());
  expect(waits.slice(0, 11)).toEqual(Array.from({ length: 11 }, () => settles));
  expect(waits.slice(11)).toEqual([600, 1_200, 2_400, 4_800, 9_600]);
  await clock.pass(60_000);
  expect(await toldAfter()).toBe(settles);
});

test("once the agent ends, nobody is told any more", async () => {
  make("first");
  write("web");
  await watch.close();
  await clock.pass(60_000);
  expect(stale).toEqual([]);
});
