import { pino } from "pino";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createOutsideWatch, type OutsideWatch } from "../../../src/agent/plan/outside-watch.ts";
import type { KubeObject } from "../../../src/core/manifest/kube-object.ts";
import { readManifests } from "../../../src/core/manifest/read-manifests.ts";
import type { Action, PlannedObject } from "../../../src/core/plan/plan.ts";
import { loadKubeAccess } from "../../../src/kube/kube-access.ts";
import { createKubeClient, type KubeClient } from "../../../src/kube/kube-client.ts";
import { openTransport } from "../../../src/kube/transport.ts";
import { type Cluster, startCluster } from "../../../src/sandbox/cluster/start-cluster.ts";
import { shapeDefinition } from "../harness/manifests.ts";

const long = { timeout: 10_000, interval: 20 };
let cluster: Cluster;
let kube: KubeClient;
let watch: OutsideWatch;
/** How many watches have been opened. */
let open = 0;
beforeAll(async () => {
  cluster = await startCluster({});
  const transport = openTransport(await loadKubeAccess({ kubeconfig: cluster.kubeconfigPath }));
  kube = createKubeClient({
    ...transport,
    async stream(request) {
      const body = await transport.stream(request);
      open++;
      return body;
    },
  });
  watch = createOutsideWatch({ kube, log: pino({ level: "silent" }), confine: undefined });
});
afterAll(async () => {
  await watch.close();
  await kube.close();
  await cluster.stop();
});

const settings = (name: string, more: object = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "default" },
  ...more,
});
const planned = (action: Action, name: string, more: Partial<PlannedObject> = {}): PlannedObject => ({
  ...{ apiVersion: "v1", kind: "ConfigMap", namespace: "default", name, action, fields: [], drifted: false },
  ...more,
});

/** Follows these, and waits until nothing of them is missed. @returns how often it was told, and how to stop */
async function followed(...objects: PlannedObject[]): Promise<{ told(): number; stop(): void }> {
  const before = open;
  let count = 0;
  const stop = watch.follow(objects, () => count++);
  await vi.waitFor(() => expect(open + count).toBeGreaterThan(before), long);
  return { told: () => count, stop };
}

test("what somebody made between a plan's dry run and the watch makes the plan stale that would make it", async () => {
  await kube.create(settings("raced"));
  const { told } = await followed(planned("create", "raced"), planned("create", "not-there"));
  await expect.poll(told, long).toBe(1);
});

test("what a plan would make, and somebody makes first, is told, once", async () => {
  const { told } = await followed(planned("create", "first"), planned("create", "second"));
  expect(told()).toBe(0);
  await kube.create(settings("neighbour"));
  await kube.create(settings("first"));
  await expect.poll(told, long).toBe(1);
  // By the time that another watch has told of a later one, this one would have told again.
  const { told: barrier } = await followed(planned("create", "barrier"));
  await kube.create(settings("second"));
  await kube.create(settings("barrier"));
  await expect.poll(barrier, long).toBe(1);
  expect(told()).toBe(1);
});

test("what is another's and there already is told when somebody writes or deletes it, and not to whom has stopped", async () => {
  await kube.create(settings("theirs"));
  const ref = { apiVersion: "v1", kind: "ConfigMap", namespace: "default", name: "theirs" };
  const written = await followed(planned("held", "theirs"));
  const stopped = await followed(planned("held", "theirs"));
  expect(written.told()).toBe(0);
  stopped.stop();
  await kube.patch(ref, { data: { v: "2" } }, "merge");
  await expect.poll(written.told, long).toBe(1);
  const gone = await followed(planned("adopt", "theirs"));
  await kube.delete(ref, {});
  await expect.poll(gone.told, long).toBe(1);
  expect(stopped.told()).toBe(0);
});

test("what a plan takes over in a version that only its merge brings is watched in the one that is there", async () => {
  const [definition] = readManifests([{ path: "crd.yaml", content: shapeDefinition("outside.example") }]).objects;
  await kube.create(definition!.object);
  const apiVersion = "outside.example/v1";
  await vi.waitFor(async () => expect(await kube.discovery.find(apiVersion, "Shape")).toBeDefined(), long);
  await kube.create({ apiVersion, kind: "Shape", metadata: { name: "moon", namespace: "default" } });
  const { told } = await followed(planned("adopt", "moon", { apiVersion: "outside.example/v2", kind: "Shape" }));
  expect(told()).toBe(0);
  const moon = { apiVersion, kind: "Shape", namespace: "default", name: "moon" };
  await kube.patch(moon, { spec: { color: "red" } }, "merge");
  await expect.poll(told, long).toBe(1);
});
