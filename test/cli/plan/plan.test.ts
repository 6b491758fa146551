import { afterAll, beforeAll, test } from "vitest";
import { type Cluster, startCluster } from "../../../src/sandbox/cluster/start-cluster.ts";
import { planScenarios } from "./plan-scenarios.ts";

let cluster: Cluster;
beforeAll(async () => {
  cluster = await startCluster({});
});
afterAll(async () => {
  await cluster?.stop();
});

for (const [title, play] of Object.entries(planScenarios)) {
  test(title, ({ expect }) => play(cluster.kubeconfigPath, expect), 120_000);
}
