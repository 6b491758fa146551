import { expect, test } from "vitest";
import type { ClusterView } from "../../../src/agent/cluster/cluster-view.ts";
import { stateOf, unhealthyOf } from "../../../src/agent/system/system-health.ts";
import type { KubeClient } from "../../../src/kube/kube-client.ts";

/** What is told of a workload that has failed, by its status. */
async function told(kind: string, status: object) {
  const ref = { apiVersion: "apps/v1", kind, namespace: "shop", name: "web" };
  const object = { ...ref, metadata: { name: "web", namespace: "shop" }, spec: { replicas: 3 }, status };
  const seen = { object, health: { status: "Failed", reason: "x", message: "no" } };
  const view = { get: () => seen } as unknown as ClusterView;
  const desired = { key: "web", ref, object } as never;
  const [one] = await unhealthyOf({} as KubeClient, view, [desired], new Date());
  return { progress: one?.progress, serving: one?.serving };
}

test("pods of the old revision are not told as if they were the new ones, of which none is there", async () => {
  // A zero is left out by the API server.
  expect(await told("Deployment", { replicas: 3, readyReplicas: 3 })).toEqual({
    progress: "web 0 of 3 new pods ready",
    serving: "3 old pods still serve",
  });
  expect(await told("StatefulSet", { replicas: 3, updatedReplicas: 1, readyReplicas: 2 })).toEqual({
    progress: "web 0 of 3 new pods ready",
    serving: "2 old pods still serve",
  });
});

test("whoever reads of a failure learns whether anything still answers", async () => {
  expect((await told("Deployment", { replicas: 3, updatedReplicas: 3, readyReplicas: 1 })).serving).toBe(
    "1 pod still serves",
  );
  expect((await told("Deployment", { replicas: 1, updatedReplicas: 1 })).serving).toBe("None of its pods serves");
  expect((await told("DaemonSet", { numberReady: 2 })).serving).toBe("2 pods still serve");
  expect((await told("ReplicaSet", { replicas: 3, readyReplicas: 3 })).progress).toBe("web 3 of 3 pods ready");
  expect((await told("ConfigMap", {})).serving).toBeUndefined();
});

/** How a system fares by what is there of it. */
function fares(objects: Record<string, string | undefined>, more: Partial<Parameters<typeof stateOf>[1]> = {}) {
  const view = {
    get: (key: string) => (objects[key] === undefined ? undefined : { health: { status: objects[key] } }),
  } as unknown as ClusterView;
  const desired = new Map(Object.keys(objects).map((key) => [key, {} as never]));
  const idle = { revision: undefined, failure: undefined, hasBroken: false, isRunning: false };
  return stateOf(view, { desired, ...idle, ...more }).health;
}

test("a system whose rollout has failed is not told as healthy, though what is live of it may be", () => {
  const failure = "the cluster refuses ConfigMap two";
  expect(fares({ one: "Current", two: "Current" }, { failure, hasBroken: true })).toBe("Failed");
  // Nothing came of what somebody asked for.
  expect(fares({ one: "Current" }, { failure })).toBe("Current");
});

test("a system that a sync adds to is on its way, and not said to be nowhere", () => {
  expect(fares({ one: "Current", added: undefined }, { isRunning: true })).toBe("InProgress");
  expect(fares({ one: undefined, added: undefined }, { isRunning: true })).toBe("NotFound");
  expect(fares({ one: "Current", deleted: undefined })).toBe("NotFound");
});
