import { afterAll, beforeAll, test } from "vitest";
import { type Cluster, startCluster } from "../../src/sandbox/cluster/start-cluster.ts";
import { agentScenarios } from "./harness/agent-scenarios.ts";

let cluster: Cluster;
beforeAll(async () => {
  cluster = await startCluster({});
});
afterAll(async () => {
  await cluster?.stop();
});

for (const [title, play] of Object.entries(agentScenarios)) {
  test.concurrent(title, ({ expect }) => play(cluster.kubeconfigPath, expect), 120_000);
}
