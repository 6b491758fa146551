import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Cluster, startCluster } from "../../src/sandbox/cluster/start-cluster.ts";
import { kubeconfigWith } from "../harness/control-plane/service-account.ts";
import { type FaultyProxy, startFaultyProxy } from "../harness/faulty-proxy.ts";
import { planned } from "./harness/asked.ts";
import { config, configMap } from "./harness/manifests.ts";
import { long, withAgent } from "./harness/with-agent.ts";

const folder = mkdtempSync(join(tmpdir(), "trueup-come-good-"));
let cluster: Cluster;
let proxy: FaultyProxy;
let through: { kubeconfig: string; agent: { kubeconfig: string } };
beforeAll(async () => {
  cluster = await startCluster({ workloads: false });
  proxy = await startFaultyProxy({ url: cluster.url, ca: cluster.ca, token: cluster.adminToken });
  const kubeconfig = kubeconfigWith({ url: proxy.url, ca: cluster.ca }, cluster.adminToken, folder);
  through = { kubeconfig: cluster.kubeconfigPath, agent: { kubeconfig } };
});
beforeEach(() => {
  proxy.fault = () => undefined;
});
afterAll(async () => {
  await proxy?.close();
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("a rollout that was told to have failed is told to have come good, although trying again found nothing left to do", () =>
  withAgent(
    through,
    1,
    async ({ agent }) => {
      const files = { "state/a.json": configMap("a", { v: "1" }) };
      agent.repository.commit({ ".trueup.yaml": config("good"), ...files });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      // No more than the record of the commit is left to be written.
      proxy.fault = (method) => (method === "GET" ? undefined : { status: 401 });
      const sha = agent.repository.commit({ "readme.txt": "nothing of the system's" });
      agent.command({ type: "sync", id: "asked", repositoryId: 1, system: "good", sha });
      await expect
        .poll(() => agent.of("sync-result").at(-1), long)
        .toMatchObject({ id: "asked", sha, outcome: "failed" });
      proxy.fault = () => undefined;
      await expect
        .poll(() => agent.of("sync-result").at(-1), long)
        .toMatchObject({ sha, outcome: "healthy", objects: [{ name: "a", action: "unchanged" }] });
    },
    { pollMs: 3_600_000 },
  ));

test("an object that the server goes on failing on is told with its words by plan and sync, and keeps nothing else of the system", () =>
  withAgent(
    through,
    2,
    async ({ agent, kube }) => {
      const of = { repositoryId: 2, system: "odd" };
      const files = (v: string) => ({
        "state/odd.json": configMap("odd", { v }),
        "state/plain.json": configMap("plain", { v }),
      });
      const baseSha = agent.repository.commit({ ".trueup.yaml": config("odd"), ...files("1") });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const message = 'no kind "Odd" is registered; password: hunter2';
      const body = JSON.stringify({ kind: "Status", code: 500, reason: "InternalError", message });
      proxy.fault = (method, path) =>
        method === "PATCH" && path.includes("/configmaps/odd?") ? { status: 500, body } : undefined;
      const words = 'no kind "Odd" is registered; password: ********';
      const plan = await planned(agent, expect, { ...of, baseSha }, files("2"));
      expect(plan.objects).toMatchObject([
        { name: "odd", action: "invalid", reason: words },
        { name: "plain", action: "update" },
      ]);
      const others = await planned(agent, expect, { ...of, baseSha }, { "state/plain.json": configMap("plain", {}) });
      expect(others.totals).toMatchObject({ update: 1, invalid: 0 });

      const sha = agent.repository.commit(files("2"));
      agent.command({ type: "sync", id: "merged", ...of, sha });
      const answer = () => agent.of("sync-result").findLast((one) => one.id === "merged");
      await expect
        .poll(answer, long)
        .toMatchObject({ outcome: "failed", message: `the cluster refuses ConfigMap odd: ${words}` });
      const plain = { apiVersion: "v1", kind: "ConfigMap", namespace: "odd", name: "plain" };
      expect((await kube.get(plain))?.data).toEqual({ v: "2" });
      expect(JSON.stringify(agent.messages)).not.toContain("hunter2");
      proxy.fault = () => undefined;
      await expect.poll(answer, long).toMatchObject({ outcome: "healthy" });
    },
    { pollMs: 3_600_000 },
  ));

test.each([
  ["whose store is away", "etcdserver: no leader", (method: string) => method === "PATCH"],
  ["that answers nothing else of it either", "something is odd", () => true],
])("a server %s blames no object", (_, message, isHit) =>
  withAgent(
    through,
    message.length,
    async ({ agent }) => {
      const system = `unwell-${message.length}`;
      agent.repository.commit({ ".trueup.yaml": config(system), "state/a.json": configMap("a", { v: "1" }) });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const body = JSON.stringify({ kind: "Status", code: 500, message });
      proxy.fault = (method, path) =>
        path.includes("/configmaps/a") && isHit(method) ? { status: 500, body } : undefined;
      const sha = agent.repository.commit({ "state/a.json": configMap("a", { v: "2" }) });
      agent.command({ type: "sync", id: "merged", repositoryId: message.length, system, sha });
      await expect
        .poll(() => agent.of("sync-result").find((one) => one.id === "merged"), long)
        .toMatchObject({ outcome: "failed", objects: [], error: { kind: "fault" } });
    },
    { pollMs: 3_600_000 },
  ),
);
