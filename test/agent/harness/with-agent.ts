import type { ExpectStatic } from "vitest";
import { loadKubeAccess } from "../../../src/kube/kube-access.ts";
import { createKubeClient, type KubeClient } from "../../../src/kube/kube-client.ts";
import { openTransport } from "../../../src/kube/transport.ts";
import { prepareAgent, type RunAgentOptions, type RunningAgent } from "./run-agent.ts";

/** What an agent has to do on any cluster, played on the real control plane and on the embedded one. Each scenario has repository and namespaces of its own. */
export type Scenarios = Record<string, (cluster: TestCluster, expect: ExpectStatic) => Promise<void>>;

/** A kubeconfig for test and agent both, or for each its own: the test is an administrator, the agent has what it is given. */
export type TestCluster = string | { kubeconfig: string; agent: Pick<RunAgentOptions, "kubeconfig" | "confine"> };

export interface World {
  agent: RunningAgent;
  kube: KubeClient;
}

export const long = { timeout: 60_000, interval: 50 };

export async function withAgent(
  cluster: TestCluster,
  repositoryId: number,
  play: (world: World) => Promise<void>,
  options: Partial<RunAgentOptions> = {},
): Promise<void> {
  const { kubeconfig, agent: as } =
    typeof cluster === "string" ? { kubeconfig: cluster, agent: { kubeconfig: cluster } } : cluster;
  const kube = createKubeClient(openTransport(await loadKubeAccess({ kubeconfig })));
  const agent = await prepareAgent({ ...as, repositoryId, ...options });
  try {
    await play({ agent, kube });
  } finally {
    await agent.close();
    await kube.close();
  }
}
