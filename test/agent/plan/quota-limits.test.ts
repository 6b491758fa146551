import { afterAll, beforeAll, expect, test } from "vitest";
import { limitsOf } from "../../../src/agent/plan/quota-limits.ts";
import type { Json, KubeObject } from "../../../src/core/manifest/kube-object.ts";
import { overQuota } from "../../../src/core/plan/quotas/over-quota.ts";
import { loadKubeAccess } from "../../../src/kube/kube-access.ts";
import { createKubeClient, type KubeClient } from "../../../src/kube/kube-client.ts";
import { openTransport } from "../../../src/kube/transport.ts";
import { type Cluster, startCluster } from "../../../src/sandbox/cluster/start-cluster.ts";

let cluster: Cluster;
let kube: KubeClient;
beforeAll(async () => {
  cluster = await startCluster({ workloads: false });
  kube = createKubeClient(openTransport(await loadKubeAccess({ kubeconfig: cluster.kubeconfigPath })));
});
afterAll(async () => {
  await kube?.close();
  await cluster?.stop();
});

const quota = (name: string, hard: Record<string, Json>, more: Record<string, Json> = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "ResourceQuota",
  metadata: { name, namespace: "default" },
  spec: { hard, ...more },
});
const deployment = (replicas: number): KubeObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "default" },
  spec: { replicas, template: { spec: { containers: [{ name: "web", image: "web:1" }] } } },
});
const grown = { key: "web", live: undefined, after: deployment(2), plural: "deployments" };

test("a quota that is for some pods only warns of no workload, be it in the cluster or in the same merge", async () => {
  const bestEffort = { scopes: ["BestEffort"] };
  const selects = {
    scopeSelector: { matchExpressions: [{ scopeName: "PriorityClass", operator: "In", values: ["high"] }] },
  };
  for (const live of [quota("effort", { pods: "0" }, bestEffort), quota("priority", { pods: "0" }, selects)]) {
    await kube.create(live);
  }
  const merged = { key: "own", live: undefined, after: quota("own", { pods: "1" }, bestEffort) };
  const scoped = await limitsOf(kube, "default", false, [merged, grown]);
  expect(scoped.quotas).toEqual([]);
  expect(overQuota([grown], scoped)).toEqual([]);

  await kube.create(quota("all", { pods: "1" }));
  const limits = await limitsOf(kube, "default", false, [merged, grown]);
  expect(limits.quotas.map(({ name }) => name)).toEqual(["all"]);
  expect(overQuota([grown], limits)).toMatchObject([
    { key: "web", what: "pods", needs: "2 pods, and the quota `all` leaves 1" },
  ]);
});
