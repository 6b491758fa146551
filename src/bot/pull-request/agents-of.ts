import { findAgent } from "../../store/agents.ts";
import type { BotContext } from "../reconciler.ts";

/** What is known of the agents that somebody waits for. */
export interface Agents {
  /** Clusters that an agent token is configured for. */
  configured: readonly string[];
  /** When each cluster's agent was last heard, milliseconds since the epoch. */
  lastHeard: ReadonlyMap<string, number>;
}

export async function agentsOf(
  { db, clusters }: Pick<BotContext, "db" | "clusters">,
  of: readonly { cluster: string }[],
): Promise<Agents> {
  const lastHeard = new Map<string, number>();
  for (const cluster of new Set(of.map(({ cluster }) => cluster))) {
    const agent = await findAgent(db, cluster);
    if (agent !== undefined) lastHeard.set(cluster, agent.last_heard.getTime());
  }
  return { configured: clusters, lastHeard };
}

export const notConfigured = "no agent is configured for this cluster; name one that is, or have it installed";

/** @param heard milliseconds since the epoch; undefined for never */
export function silenceOf(heard: number | undefined): string {
  if (heard === undefined) return "the cluster's agent was never heard";
  const when = new Date(heard).toISOString().slice(0, 19).replace("T", " ");
  return `the cluster's agent is silent, last heard ${when} UTC`;
}
