import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Cluster, startCluster } from "../../src/sandbox/cluster/start-cluster.ts";
import { kubeconfigWith } from "../harness/control-plane/service-account.ts";
import { type FaultyProxy, startFaultyProxy } from "../harness/faulty-proxy.ts";
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
