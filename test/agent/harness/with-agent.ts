import type { ExpectStatic } from "vitest";
import { loadKubeAccess } from "../../../src/kube/kube-access.ts";
import { createKubeClient, type KubeClient } from "../../../src/kube/kube-client.ts";
import { openTransport } from "../../../src/kube/transport.ts";
import { prepareAgent, type RunAgentOptions, type RunningAgent } from "./run-agent.ts";

/** What an agent has to do on any cluster, played on the real control plane and on the embedded one. Each scenario has repository and namespaces of its own. */
export type Scenarios = Record<string, (kubeconfig: string, expect: ExpectStatic) => Promise<void>>;

export interface World {
  agent: RunningAgent;
  kube: KubeClient;
}

export const long = { timeout: 60_000, interval: 50 };

export async function withAgent(
  kubeconfig: string,
  repositoryId: number,
  play: (world: World) => Promise<void>,
  options: Partial<RunAgentOptions> = {},
): Promise<void> {
  const kube = createKubeClient(openTransport(await loadKubeAccess({ kubeconfig })));
  const agent = await prepareAgent({ kubeconfig, repositoryId, ...options });
  try {
    await play({ agent, kube });
  } finally {
    await agent.close();
    await kube.close();
  }
}
