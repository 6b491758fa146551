import { expect, test } from "vitest";
import type { JsonObject } from "../../../../src/core/manifest/kube-object.ts";
import { deployment, startWorld, template } from "./world.ts";

test("three replicas become ready, and the status says so as the real controller does", async () => {
  const world = startWorld();
  world.create(deployment());
  await world.clock.advance(500);
  expect(world.pods()).toHaveLength(3);
  expect(world.ready()).toBe(0);
  expect(world.pods()[0]?.status?.containerStatuses?.[0]?.state.waiting?.reason).toBe("ContainerCreating");
  await world.clock.advance(1_000);
  expect(world.ready()).toBe(3);
  expect(world.status("Deployment", "web")).toMatchObject({
    observedGeneration: 1,
    replicas: 3,
    updatedReplicas: 3,
    readyReplicas: 3,
    availableReplicas: 3,
    terminatingReplicas: 0,
    conditions: [
      { type: "Available", status: "True", reason: "MinimumReplicasAvailable" },
      { type: "Progressing", status: "True", reason: "NewReplicaSetAvailable" },
    ],
  });
  expect(world.get("Deployment", "web")?.metadata.annotations?.["deployment.kubernetes.io/revision"]).toBe("1");
  expect(world.faults).toEqual([]);
});

test("scaling adds and takes pods away, and touches no others", async () => {
  const world = startWorld();
  world.create(deployment());
  await world.settle();
  const first = new Set(world.pods().map(({ metadata }) => metadata.uid));
  world.change("Deployment", "web", (spec) => (spec.replicas = 5));
  await world.settle();
  expect(world.ready()).toBe(5);
  expect(world.pods().filter(({ metadata }) => first.has(metadata.uid))).toHaveLength(3);
  world.change("Deployment", "web", (spec) => (spec.replicas = 2));
  await world.settle();
  expect(world.pods()).toHaveLength(2);
  expect(world.pods().every(({ metadata }) => first.has(metadata.uid))).toBe(true);
  world.change("Deployment", "web", (spec) => (spec.replicas = 0));
  await world.settle();
  expect(world.pods()).toHaveLength(0);
});

test.each([
  { replicas: 3, maxSurge: 1, maxUnavailable: 0 },
  { replicas: 4, maxSurge: 0, maxUnavailable: 1 },
  { replicas: 10, maxSurge: "25%", maxUnavailable: "25%" },
  { replicas: 1, maxSurge: "25%", maxUnavailable: "25%" },
])("a new template rolls out within its limits: %o", async ({ replicas, maxSurge, maxUnavailable }) => {
  const world = startWorld();
  const strategy = { type: "RollingUpdate", rollingUpdate: { maxSurge, maxUnavailable } };
  world.create(deployment({ replicas, strategy }));
  await world.settle();
  const part = (value: number | string, round: (value: number) => number) =>
    typeof value === "number" ? value : round((Number.parseInt(value, 10) / 100) * replicas);
  const least = replicas - part(maxUnavailable, Math.floor);
  const most = replicas + part(maxSurge, Math.ceil);

  world.change("Deployment", "web", (spec) => (spec.template = template("web:2")));
  for (let step = 0; step < 600; step++) {
    await world.clock.advance(50);
    expect(world.ready()).toBeGreaterThanOrEqual(least);
    expect(world.pods().filter(({ metadata }) => metadata.deletionTimestamp === undefined).length).toBeLessThanOrEqual(
      most,
    );
  }
  expect(world.pods().map(({ spec }) => spec.containers[0]?.image)).toEqual(Array(replicas).fill("web:2"));
  expect(world.get("Deployment", "web")?.metadata.annotations?.["deployment.kubernetes.io/revision"]).toBe("2");
  expect(world.faults).toEqual([]);
});

test("Recreate starts nothing before the last old pod has ended", async () => {
  const world = startWorld();
  world.create(deployment({ strategy: { type: "Recreate" } }));
  await world.settle();
  world.change("Deployment", "web", (spec) => (spec.template = template("web:2")));
  for (let step = 0; step < 100; step++) {
    await world.clock.advance(50);
    const images = new Set(world.pods().map(({ spec }) => spec.containers[0]?.image));
    expect(images.size).toBeLessThanOrEqual(1);
  }
  expect(world.ready()).toBe(3);
  expect(world.pods()[0]?.spec.containers[0]?.image).toBe("web:2");
});

test("an image that cannot be pulled leaves the old pods serving, says why, and is rolled back by the old template", async () => {
  const world = startWorld();
  world.create(deployment({ strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } }));
  await world.settle();
  world.change("Deployment", "web", (spec) => (spec.template = template("registry.invalid/web:2")));
  await world.clock.advance(1_200);
  const failing = () => world.pods().find(({ spec }) => spec.containers[0]?.image?.includes(".invalid"));
  expect(failing()?.status?.containerStatuses?.[0]?.state.waiting?.reason).toBe("ErrImagePull");
  await world.clock.advance(60_000);
  expect(failing()?.status).toMatchObject({ phase: "Pending" });
  expect(failing()?.status?.containerStatuses?.[0]?.state.waiting).toMatchObject({
    reason: "ImagePullBackOff",
    message: expect.stringContaining('Back-off pulling image "registry.invalid/web:2"'),
  });
  expect(world.ready()).toBe(3);
  expect(world.pods()).toHaveLength(4);
  await world.clock.advance(600_000);
  expect(world.status("Deployment", "web").conditions).toContainEqual(
    expect.objectContaining({ type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" }),
  );

  world.change("Deployment", "web", (spec) => (spec.template = template("web:1")));
  await world.settle();
  expect(world.pods()).toHaveLength(3);
  expect(world.get("Deployment", "web")?.metadata.annotations?.["deployment.kubernetes.io/revision"]).toBe("3");
  expect(world.status("Deployment", "web").conditions).toContainEqual(
    expect.objectContaining({ type: "Progressing", status: "True", reason: "NewReplicaSetAvailable" }),
  );
});

test("old revisions are kept up to the limit", async () => {
  const world = startWorld();
  world.create(deployment({ revisionHistoryLimit: 2 }));
  for (const version of [2, 3, 4, 5]) {
    await world.settle();
    world.change("Deployment", "web", (spec) => (spec.template = template(`web:${version}`)));
  }
  await world.settle();
  const revisions = world
    .list("ReplicaSet")
    .map(({ metadata }) => metadata.annotations?.["deployment.kubernetes.io/revision"]);
  expect(revisions.sort()).toEqual(["3", "4", "5"]);
});

test("a paused Deployment scales, and rolls out when it goes on", async () => {
  const world = startWorld();
  world.create(deployment());
  await world.settle();
  world.change("Deployment", "web", (spec) =>
    Object.assign(spec, { paused: true, template: template("web:2"), replicas: 4 }),
  );
  await world.settle();
  expect(world.pods().map(({ spec }) => spec.containers[0]?.image)).toEqual(Array(4).fill("web:1"));
  world.change("Deployment", "web", (spec) => delete spec.paused);
  await world.settle();
  expect(world.pods().map(({ spec }) => spec.containers[0]?.image)).toEqual(Array(4).fill("web:2"));
});

test("a pod that somebody deletes comes back", async () => {
  const world = startWorld();
  world.create(deployment());
  await world.settle();
  const { name, uid } = world.pods()[0]!.metadata;
  world.delete("Pod", name);
  await world.clock.advance(400);
  expect(world.pods()).toHaveLength(4);
  await world.settle();
  expect(world.ready()).toBe(3);
  expect(world.pods().some(({ metadata }) => metadata.uid === uid)).toBe(false);
});

test("deleting the Deployment takes everything with it", async () => {
  const world = startWorld();
  world.create(deployment());
  await world.settle();
  world.delete("Deployment", "web");
  await world.settle();
  expect(world.list("ReplicaSet")).toEqual([]);
  expect(world.pods()).toEqual([]);
});

test("after a restart in the middle of a rollout it goes on", async () => {
  const world = startWorld();
  world.create(deployment());
  await world.settle();
  world.change("Deployment", "web", (spec) => (spec.template = template("web:2")));
  await world.clock.advance(700);
  world.simulator.stop();
  await world.clock.advance(60_000);
  const halfway = world.pods().map(({ spec }) => spec.containers[0]?.image);
  expect(new Set(halfway).size).toBe(2);
  world.simulate();
  await world.settle();
  expect(world.pods().map(({ spec }) => spec.containers[0]?.image)).toEqual(Array(3).fill("web:2"));
  expect(world.ready()).toBe(3);
});

test("when nothing changes, nothing is written", async () => {
  const world = startWorld();
  world.create(deployment({ minReadySeconds: 5 }));
  await world.settle();
  const versions = () => JSON.stringify([...world.pods(), ...world.list("ReplicaSet"), ...world.list("Deployment")]);
  const before = versions();
  await world.settle();
  expect(versions()).toBe(before);
});

test("fields belong to those who write them in a real cluster", async () => {
  const world = startWorld();
  world.create(deployment());
  await world.settle();
  const writers = (kind: string, name: string) =>
    world.get(kind, name)?.metadata.managedFields?.map(({ manager, subresource }) => [manager, subresource]);
  expect(writers("Deployment", "web")).toEqual([
    ["test", undefined],
    ["kube-controller-manager", "status"],
  ]);
  const pod = world.pods()[0]!.metadata.name;
  expect(writers("Pod", pod)).toEqual(
    expect.arrayContaining([
      ["kube-controller-manager", undefined],
      ["kubelet", "status"],
    ]),
  );
  const fields = world.get("Deployment", "web")?.metadata.managedFields?.[1]?.fieldsV1 as JsonObject;
  expect(Object.keys(fields).sort()).toEqual(["f:metadata", "f:status"]);
});
