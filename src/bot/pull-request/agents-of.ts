import { silentAfterMs } from "../../link/bot-side.ts";
import { findAgent } from "../../store/agents.ts";
import type { BotContext } from "../reconciler.ts";

/** What is known of the agents that somebody waits for. */
export interface Agents {
  /** Clusters that an agent token is configured for. */
  configured: readonly string[];
  /** When each cluster's agent was last heard, milliseconds since the epoch. */
  lastHeard: ReadonlyMap<string, number>;
  /** From when on any of them would have been heard, milliseconds since the epoch. */
  listeningSince: number;
}

export async function agentsOf(
  { db, clusters, listeningSince }: Pick<BotContext, "db" | "clusters" | "listeningSince">,
  of: readonly { cluster: string }[],
): Promise<Agents> {
  const lastHeard = new Map<string, number>();
  for (const cluster of new Set(of.map(({ cluster }) => cluster))) {
    const agent = await findAgent(db, cluster);
    if (agent !== undefined) lastHeard.set(cluster, agent.last_heard.getTime());
  }
  return { configured: clusters, lastHeard, listeningSince: listeningSince() };
}

/** From when on a cluster's agent is silent, unless it is heard before; milliseconds since the epoch. */
export function silentFrom({ lastHeard, listeningSince }: Omit<Agents, "configured">, cluster: string): number {
  return Math.max(lastHeard.get(cluster) ?? Number.NEGATIVE_INFINITY, listeningSince) + silentAfterMs;
}

export const notConfigured = "no agent is configured for this cluster; name one that is, or have it installed";
