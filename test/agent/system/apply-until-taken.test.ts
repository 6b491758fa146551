import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { AgentContext } from "../../../src/agent/agent-context.ts";
import { type ClusterView, openClusterView } from "../../../src/agent/cluster/cluster-view.ts";
import type { Inventory } from "../../../src/agent/cluster/inventory.ts";
import { applyUntilTaken } from "../../../src/agent/system/apply-until-taken.ts";
import type { Applied } from "../../../src/agent/system/enacted.ts";
import type { SyncRun } from "../../../src/agent/system/sync-run.ts";
import type { SystemConfig } from "../../../src/core/config/system.ts";
import type { JsonObject } from "../../../src/core/manifest/kube-object.ts";
import { type DesiredObject, desiredObject } from "../../../src/core/plan/desired-object.ts";
import { loadKubeAccess } from "../../../src/kube/kube-access.ts";
import { createKubeClient, type KubeClient } from "../../../src/kube/kube-client.ts";
import { openTransport } from "../../../src/kube/transport.ts";
import { type Cluster, startCluster } from "../../../src/sandbox/cluster/start-cluster.ts";
import { kubeconfigWith } from "../../harness/control-plane/service-account.ts";
import { type FaultyProxy, startFaultyProxy } from "../../harness/faulty-proxy.ts";

const folder = mkdtempSync(join(tmpdir(), "trueup-taken-"));
let cluster: Cluster;
let proxy: FaultyProxy;
let kube: KubeClient;
let view: ClusterView;
beforeAll(async () => {
  cluster = await startCluster({ workloads: false });
});
afterAll(async () => {
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  proxy = await startFaultyProxy({ url: cluster.url, ca: cluster.ca, token: cluster.adminToken });
  const kubeconfig = kubeconfigWith({ url: proxy.url, ca: cluster.ca }, cluster.adminToken, folder);
  kube = createKubeClient(openTransport(await loadKubeAccess({ kubeconfig })));
  view = openClusterView(kube, undefined, () => undefined);
});
afterEach(async () => {
  await view.close();
  await kube.close();
  await proxy.close();
});

const described = (kind: string, name: string, more: JsonObject) => {
  const object = { apiVersion: "v1", kind, metadata: { name, namespace: "default" }, ...more };
  const place = { file: "all.yaml", line: 1, locate: () => ({ line: 1, column: 1 }), written: () => undefined };
  return desiredObject({ object, ...place }, "applyset-shop");
};

/**
 * Applies a quota and what it has room for, on a server that refuses that for so long.
 * @returns what was told meanwhile, after how many seconds, and what was done in the end
 */
async function applied(name: string, refusedForMs: number, words: string) {
  const at = { now: 0 };
  const message = `configmaps "${name}" is forbidden: ${words}`;
  proxy.fault = (method, path) => {
    if (method !== "PATCH" || !path.includes(`/configmaps/${name}`) || at.now >= refusedForMs) return undefined;
    const body = JSON.stringify({ kind: "Status", apiVersion: "v1", reason: "Forbidden", code: 403, message });
    return { status: 403, headers: { "content-type": "application/json" }, body };
  };
  const objects = [
    described("ResourceQuota", `quota-${name}`, { spec: { hard: { pods: "2" } } }),
    described("ConfigMap", name, { data: { v: "1" } }),
  ];
  const { told, taken } = await takenOf(objects, at);
  const actions = taken.objects.map(({ kind, action }) => `${action} ${kind}`);
  return { told, actions, seconds: at.now / 1_000 };
}

interface At {
  now: number;
  /** When so much time has gone by. */
  passed?(): Promise<void>;
}

async function takenOf(objects: DesiredObject[], at: At, applied = new Map<string, Applied>()) {
  const told: [seconds: number, message: string | undefined][] = [];
  const run = {
    context: { kube, view, confine: undefined, schemas: { ofKind: () => undefined } } as unknown as AgentContext,
    inventory: { id: "applyset-shop" } as Inventory,
    system: { name: "shop" } as SystemConfig,
    applied,
    previous: undefined,
    signal: new AbortController().signal,
    progress: () => undefined,
    outcome: ({ message }) => void told.push([at.now / 1_000, message]),
  } satisfies Partial<SyncRun>;
  const state = { objects, findings: [], unavailable: [] };
  const steps = { enact: async () => () => undefined, render: async () => state };
  const clock = {
    now: () => at.now,
    sleep: async (ms: number) => {
      at.now += ms;
      await at.passed?.();
    },
  };
  return { told, taken: await applyUntilTaken(run, state, { ignore: [], exact: false }, steps, clock) };
}

const exceeded = (name: string) =>
  `exceeded quota: quota-${name}, requested: configmaps=1, used: configmaps=1, limited: configmaps=1`;

test.each([1, 2, 5, 9])(
  "a quota that the cluster has counted for %s seconds after it was written fails no rollout, and keeps it no longer",
  async (seconds) => {
    const name = `counted-${seconds}`;
    expect(await applied(name, seconds * 1_000, exceeded(name))).toEqual({
      told: [],
      actions: ["create ResourceQuota", "create ConfigMap"],
      seconds,
    });
  },
);

test("a quota that goes on refusing for ten seconds fails the rollout, which comes good once it has room", async () => {
  const { told, actions } = await applied("never", 60_000, exceeded("never"));
  const message = expect.stringMatching(/^the cluster refuses ConfigMap never: .*exceeded quota: quota-never/);
  expect(told).toEqual([[10, message]]);
  expect(actions).toEqual(["create ResourceQuota", "create ConfigMap"]);
});

test("what is refused for a quota that nobody has written is told at once, and tried ever less often", async () => {
  const { told, seconds } = await applied("theirs", 20_000, exceeded("somebody-elses"));
  expect(told.map(([after]) => after)).toEqual([0]);
  expect(seconds).toBe(1 + 2 + 4 + 8 + 16);
});

test("what does not go for a finalizer is told by its name after a minute, keeps nothing else, and is made anew once it goes", async () => {
  const [stuck, other] = ["stuck", "other"].map((name) => described("ConfigMap", name, { data: { v: "1" } }));
  const applied = new Map<string, Applied>();
  await takenOf([stuck!], { now: 0 }, applied);
  await kube.patch(stuck!.ref, { metadata: { finalizers: ["keeper.example/stay"] } }, "merge", { manager: "keeper" });
  await kube.delete(stuck!.ref, {});
  await expect.poll(() => view.get(stuck!.key)?.terminating).toBe(true);
  let isLetGo = false;
  const at: At = {
    now: 0,
    async passed() {
      if (at.now < 90_000 || isLetGo) return;
      isLetGo = true;
      await kube.patch(stuck!.ref, { metadata: { finalizers: null } }, "merge");
    },
  };
  const { told, taken } = await takenOf([stuck!, other!], at, applied);
  expect(told.map(([, message]) => message)).toEqual([
    "the cluster refuses ConfigMap stuck: it is being deleted, and its finalizers have to end first",
  ]);
  expect(told[0]![0]).toBeGreaterThan(59);
  expect(taken.objects.map(({ name, action }) => `${action} ${name}`).sort()).toEqual(["create other", "create stuck"]);
});
