import { timeIn } from "./cause.ts";
import type { Words } from "./words.ts";

/** A system that was planned, and whose agent nobody hears any more. */
export interface SilentSystem {
  system: string;
  cluster: string;
  /** Milliseconds since the epoch. */
  lastHeard: number;
  /** When the plan that stands looked at the cluster, as its agent tells it. */
  liveAsOf: string;
}

/** @param heard milliseconds since the epoch; undefined for never */
export function silenceOf(heard: number | undefined): string {
  if (heard === undefined) return "the cluster's agent was never heard";
  const when = new Date(heard).toISOString().slice(0, 19).replace("T", " ");
  return `the cluster's agent is silent, last heard ${when} UTC`;
}

/** What its plan is worth meanwhile. */
export function silenceWords({ system, cluster, lastHeard, liveAsOf }: SilentSystem): Words {
  return [
    ...[{ code: system }, " on ", { code: cluster }, `: ${silenceOf(lastHeard)}. Its plan is as of `, timeIn(liveAsOf)],
    "; nobody has looked since, and it is made again as soon as the agent dials in.",
  ];
}

/** How many agents that are. */
export const agentsIn = (silent: readonly SilentSystem[]): number => new Set(silent.map(({ cluster }) => cluster)).size;
