import { expect, test } from "vitest";
import type { JsonObject } from "../../../../src/core/manifest/kube-object.ts";
import { startWorld, template, type World } from "./world.ts";

function statefulSet(spec: JsonObject = {}): object {
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "db", namespace: "shop" },
    spec: {
      replicas: 3,
      serviceName: "db",
      selector: { matchLabels: { app: "web" } },
      template: template("db:1"),
      ...spec,
    },
  };
}

/** The pods' names with `+` for each ready one, whenever that changes. */
async function story(world: World, milliseconds: number): Promise<string[]> {
  const told: string[] = [];
  for (let passed = 0; passed < milliseconds; passed += 50) {
    await world.clock.advance(50);
    const now = world
      .pods()
      .map(({ metadata, status, spec }) => {
        const ready = status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True");
        const sign = metadata.deletionTimestamp !== undefined ? "-" : ready ? "+" : "";
        return `${metadata.name}${spec.containers[0]?.image === "db:2" ? "'" : ""}${sign}`;
      })
      .sort()
      .join(" ");
    if (told.at(-1) !== now) told.push(now);
  }
  return told;
}

test("a StatefulSet starts its pods one after the other, and takes the last away first", async () => {
  const world = startWorld();
  world.create(statefulSet());
  expect(await story(world, 5_000)).toEqual(["db-0", "db-0+ db-1", "db-0+ db-1+ db-2", "db-0+ db-1+ db-2+"]);
  expect(world.status("StatefulSet", "db")).toMatchObject({
    replicas: 3,
    readyReplicas: 3,
    availableReplicas: 3,
    currentReplicas: 3,
    updatedReplicas: 3,
  });
  world.change("StatefulSet", "db", (spec) => (spec.replicas = 1));
  expect(await story(world, 5_000)).toEqual(["db-0+ db-1+ db-2-", "db-0+ db-1-", "db-0+"]);
  expect(world.faults).toEqual([]);
});

test("a StatefulSet's new template replaces pods from the highest on, one at a time", async () => {
  const world = startWorld();
  world.create(statefulSet({ replicas: 2 }));
  await world.settle();
  world.change("StatefulSet", "db", (spec) => (spec.template = template("db:2")));
  expect(await story(world, 6_000)).toEqual([
    "db-0+ db-1-",
    "db-0+ db-1'",
    "db-0+ db-1'+".replace("db-0+", "db-0-"),
    "db-0' db-1'+",
    "db-0'+ db-1'+",
  ]);
  const { currentRevision, updateRevision } = world.status("StatefulSet", "db");
  expect(currentRevision).toBe(updateRevision);
});

test.each(["OrderedReady", "Parallel"])(
  "a StatefulSet (%s) whose new image cannot be pulled recovers as in a real cluster",
  async (podManagementPolicy) => {
    const world = startWorld();
    world.create(statefulSet({ replicas: 2, podManagementPolicy }));
    await world.settle();
    world.change("StatefulSet", "db", (spec) => (spec.template = template("registry.invalid/db:2")));
    await world.settle();
    expect(world.ready()).toBe(1);
    world.change("StatefulSet", "db", (spec) => (spec.template = template("db:1")));
    await world.settle();
    if (podManagementPolicy === "OrderedReady") {
      expect(world.ready()).toBe(1);
      world.delete("Pod", "db-1");
      await world.settle();
    }
    expect(world.ready()).toBe(2);
  },
);

test("each pod of a StatefulSet keeps its own bound claim, which waits for its pod before it goes", async () => {
  const world = startWorld();
  const claim = {
    metadata: { name: "data" },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
  };
  world.create(statefulSet({ replicas: 2, volumeClaimTemplates: [claim] }));
  await world.settle();
  expect(
    world.list("PersistentVolumeClaim").map(({ metadata, status }) => [metadata.name, (status as JsonObject).phase]),
  ).toEqual([
    ["data-db-0", "Bound"],
    ["data-db-1", "Bound"],
  ]);
  expect(world.pods()[1]?.spec.volumes).toContainEqual({
    name: "data",
    persistentVolumeClaim: { claimName: "data-db-1" },
  });
  world.delete("PersistentVolumeClaim", "data-db-1");
  await world.clock.advance(1_000);
  expect(world.list("PersistentVolumeClaim")).toHaveLength(2);
  world.change("StatefulSet", "db", (spec) => (spec.replicas = 1));
  await world.settle();
  expect(world.list("PersistentVolumeClaim").map(({ metadata }) => metadata.name)).toEqual(["data-db-0"]);
});

test("a DaemonSet has one pod on the one node, replaced by a new template, none where no node fits", async () => {
  const world = startWorld();
  const daemon = {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: "logs", namespace: "shop" },
    spec: { selector: { matchLabels: { app: "web" } }, template: template("logs:1") },
  };
  world.create(daemon);
  await world.settle();
  expect(world.status("DaemonSet", "logs")).toMatchObject({
    desiredNumberScheduled: 1,
    currentNumberScheduled: 1,
    numberReady: 1,
    numberAvailable: 1,
    updatedNumberScheduled: 1,
  });
  world.change("DaemonSet", "logs", (spec) => (spec.template = template("logs:2")));
  await world.settle();
  expect(world.pods().map(({ spec }) => spec.containers[0]?.image)).toEqual(["logs:2"]);
  world.change("DaemonSet", "logs", (spec) => (spec.template = template("logs:2", { nodeSelector: { disk: "ssd" } })));
  await world.settle();
  expect(world.pods()).toEqual([]);
  expect(world.status("DaemonSet", "logs")).toMatchObject({ desiredNumberScheduled: 0, numberReady: 0 });
  expect(world.faults).toEqual([]);
});

function job(spec: JsonObject, container: JsonObject = {}, restartPolicy = "Never"): object {
  const containers = [{ name: "work", image: "work:1", ...container }];
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "work", namespace: "shop" },
    spec: { template: { spec: { restartPolicy, containers } }, ...spec },
  };
}

test("a Job runs as many pods as it may at a time until enough have succeeded", async () => {
  const world = startWorld();
  world.create(job({ completions: 5, parallelism: 2 }));
  let most = 0;
  for (let step = 0; step < 300; step++) {
    await world.clock.advance(50);
    most = Math.max(most, Number(world.status("Job", "work").active ?? 0));
  }
  expect(most).toBe(2);
  const status = world.status("Job", "work");
  expect(status).toMatchObject({ succeeded: 5, completionTime: expect.any(String) });
  expect(status.active).toBeUndefined();
  expect(status.conditions).toEqual([
    expect.objectContaining({ type: "SuccessCriteriaMet", status: "True" }),
    expect.objectContaining({ type: "Complete", status: "True", reason: "CompletionsReached" }),
  ]);
  expect(world.faults).toEqual([]);
});

test.each(["Never", "OnFailure"])("a Job that fails too often is failed (restartPolicy %s)", async (restartPolicy) => {
  const world = startWorld();
  world.create(job({ backoffLimit: 2 }, { command: ["sh", "-c", "exit 3"] }, restartPolicy));
  await world.settle();
  expect(world.status("Job", "work").conditions).toContainEqual(
    expect.objectContaining({ type: "Failed", status: "True", reason: "BackoffLimitExceeded" }),
  );
  expect(world.pods().filter(({ status }) => status?.phase === "Running")).toEqual([]);
});

test("a Job has a deadline, can wait, and goes when its time to live is over", async () => {
  const world = startWorld();
  world.create(job({ suspend: true, activeDeadlineSeconds: 1, ttlSecondsAfterFinished: 60 }));
  await world.clock.advance(5_000);
  expect(world.pods()).toEqual([]);
  world.change("Job", "work", (spec) => (spec.suspend = false));
  await world.clock.advance(5_000);
  expect(world.status("Job", "work").conditions).toContainEqual(
    expect.objectContaining({ type: "Failed", reason: "DeadlineExceeded" }),
  );
  await world.clock.advance(60_000);
  expect(world.get("Job", "work")).toBeUndefined();
});

test("a container that crashes is started again and again", async () => {
  const world = startWorld();
  world.create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "crash", namespace: "shop" },
    spec: { containers: [{ name: "work", image: "work:1", command: ["false"] }] },
  });
  await world.clock.advance(3_100);
  expect(world.pods()[0]?.status?.containerStatuses?.[0]).toMatchObject({
    ready: false,
    restartCount: 1,
    state: { waiting: { reason: "CrashLoopBackOff" } },
    lastState: { terminated: { exitCode: 1, reason: "Error" } },
  });
  await world.clock.advance(4_100);
  expect(world.pods()[0]?.status?.containerStatuses?.[0]?.state.running).toBeDefined();
});

test("a bad init container keeps the pod from starting; mended in place it starts", async () => {
  const world = startWorld();
  world.create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "shop" },
    spec: {
      initContainers: [{ name: "prepare", image: "registry.invalid:5000/prepare" }],
      containers: [{ name: "web", image: "web:1" }],
    },
  });
  await world.settle();
  const pod = () => world.pods()[0]?.status;
  expect(pod()?.initContainerStatuses?.[0]?.state.waiting?.reason).toBe("ImagePullBackOff");
  expect(pod()?.containerStatuses?.[0]?.state.waiting?.reason).toBe("PodInitializing");
  world.change("Pod", "web", (spec) => ((spec.initContainers as JsonObject[])[0]!.image = "prepare:1"));
  await world.settle();
  expect(pod()?.initContainerStatuses?.[0]?.state.terminated?.reason).toBe("Completed");
  expect(world.ready()).toBe(1);
});

test("a namespace has its ServiceAccount, and again when somebody deletes it; a load balancer gets an address", async () => {
  const world = startWorld();
  await world.settle();
  expect(world.get("ServiceAccount", "default")).toBeDefined();
  world.delete("ServiceAccount", "default");
  await world.settle();
  expect(world.get("ServiceAccount", "default")).toBeDefined();
  const ports = [{ port: 80 }];
  world.create({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", namespace: "shop" },
    spec: { type: "LoadBalancer", ports },
  });
  await world.settle();
  const ingress = () => (world.status("Service", "web").loadBalancer as JsonObject).ingress;
  expect(ingress()).toEqual([{ ip: expect.stringMatching(/^203\.0\.113\.\d+$/), ipMode: "VIP" }]);
  world.change("Service", "web", (spec) => (spec.type = "ClusterIP"));
  await world.settle();
  expect(ingress()).toBeUndefined();
});
