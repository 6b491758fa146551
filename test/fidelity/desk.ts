import { setTimeout as sleep } from "node:timers/promises";
import { dump } from "js-yaml";
import { vi } from "vitest";
import type { Plan, PlannedObject } from "../../src/core/plan/plan.ts";
import type { AgentError, SyncResult } from "../../src/link/messages.ts";
import { prepareAgent, type RunningAgent } from "../agent/harness/run-agent.ts";
import { keyOf, keyOfRef } from "./cluster-eyes.ts";
import { namespace } from "./subjects.ts";
import type { Thing } from "./values.ts";

const patience = { timeout: 120_000, interval: 20 };

/** What Git describes, and pull requests about it, planned and synced by an agent. */
export interface Desk {
  /** On the tracked branch now, by key. */
  described: Map<string, Thing>;
  start(objects: readonly Thing[]): Promise<SyncResult>;
  /** What merging these would do; `undefined` takes one out. */
  plan(changes: Changes): Promise<{ plan: Plan } | { error: AgentError }>;
  merge(changes: Changes, rules?: string): Promise<SyncResult>;
  close(): Promise<void>;
}

/** The cluster's own policies first, so that what they make of the others is there from the beginning. */
export async function begin(desk: Desk, all: readonly Thing[]): Promise<void> {
  const isPolicy = ({ apiVersion }: Thing) => apiVersion.startsWith("admissionregistration.k8s.io/");
  const rest = new Map(all.filter((one) => !isPolicy(one)).map((one) => [keyOf(one), one]));
  for (const { outcome, message, details = [] } of [
    await desk.start(all.filter(isPolicy)),
    // The server takes a policy into account a moment after it was made.
    await sleep(2_000).then(() => desk.merge(rest)),
  ]) {
    if (outcome !== "healthy") throw new Error([outcome, message, ...details].join("\n"));
  }
}

export type Changes = ReadonlyMap<string, Thing | undefined>;

/** Plans of pull requests, and syncs of what is merged, come by command alone, so that nothing happens in between. */
export async function openDesk(kubeconfig: string, repositoryId: number, rules: string): Promise<Desk> {
  const agent: RunningAgent = await prepareAgent({ kubeconfig, repositoryId, pollMs: 3_600_000 });
  const { repository } = agent;
  const system = namespace;
  const config = (more: string) =>
    `systems:\n  ${system}:\n    cluster: here\n    path: state\n    namespace: ${namespace}\n    timeout: 40s\n    protect: {maxDeletions: 100%}\n${more}`;
  const described = new Map<string, Thing>();
  let tip = "";
  let number = 0;

  return {
    described,
    async start(objects) {
      for (const object of objects) described.set(keyOf(object), object);
      tip = repository.commit({ ".trueup.yaml": config(rules), ...filesOf(described) });
      await agent.start();
      return vi.waitFor(() => there(agent.of("sync-result").at(-1)), patience);
    },
    async plan(changes) {
      const id = `plan/${++number}`;
      const headSha = repository.pullRequest(number, filesOf(changes));
      agent.command({ type: "plan", id, repositoryId, system, pullRequest: number, headSha, baseSha: tip });
      const answered = () => there(agent.of("plan-result").find((one) => one.id === id));
      const { plan, error } = await vi.waitFor(answered, patience);
      return plan === undefined ? { error: error! } : { plan };
    },
    async merge(changes, more = rules) {
      const id = `sync/${++number}`;
      tip = repository.commit({ ".trueup.yaml": config(more), ...filesOf(changes) });
      for (const [key, object] of changes) {
        if (object === undefined) described.delete(key);
        else described.set(key, object);
      }
      agent.command({ type: "sync", id, repositoryId, system, sha: tip });
      return vi.waitFor(() => there(agent.of("sync-result").find((one) => one.id === id)), patience);
    },
    close: () => agent.close(),
  };
}

function there<T>(answer: T | undefined): T {
  if (answer === undefined) throw new Error("no answer yet");
  return answer;
}

const filesOf = (changes: Changes): Record<string, string | undefined> =>
  Object.fromEntries([...changes].map(([key, object]) => [fileOf(key), object && dump(object)]));

export const fileOf = (key: string): string => `state/${key.replaceAll(/[^A-Za-z0-9.-]+/g, "_")}.yaml`;

export const plannedOf = (plan: Plan, key: string): PlannedObject | undefined =>
  plan.objects.find((one) => keyOfRef(one) === key);
