import type { ExpectStatic } from "vitest";
import { compareWithPlan } from "../../../src/bot/pull-request/as-planned.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import type { RunningAgent } from "./run-agent.ts";
import { long } from "./with-agent.ts";

interface Of {
  repositoryId: number;
  system: string;
}

let asked = 0;

/** The plan of a pull request with these changes. */
export async function planned(
  agent: RunningAgent,
  expect: ExpectStatic,
  of: Of & { baseSha: string },
  changes: Record<string, string | undefined>,
): Promise<Plan> {
  const id = `plan-of-drift-${++asked}`;
  const headSha = agent.repository.pullRequest(asked, changes);
  agent.command({ type: "plan", id, ...of, pullRequest: asked, headSha });
  const answer = () => agent.of("plan-result").find((one) => one.id === id);
  await expect.poll(() => answer()?.plan ?? answer()?.error, long).toMatchObject({ system: of.system });
  return answer()!.plan!;
}

/** Waits until a commit is in the cluster. */
export async function synced(agent: RunningAgent, expect: ExpectStatic, of: Of & { sha: string }): Promise<void> {
  const id = `sync-of-drift-${++asked}`;
  agent.command({ type: "sync", id, ...of });
  const answer = () => agent.of("sync-result").find((one) => one.id === id);
  await expect.poll(() => answer()?.outcome, long).toBe("healthy");
}

/** Merges what a plan was made of. @returns of every object, how what was done compares with the plan */
export async function merged(
  agent: RunningAgent,
  expect: ExpectStatic,
  repositoryId: number,
  plan: Plan,
  changes: Record<string, string>,
): Promise<string[]> {
  const sha = agent.repository.commit(changes);
  agent.command({ type: "sync", id: sha, repositoryId, system: plan.system, sha });
  const answer = () => agent.of("sync-result").find((one) => one.sha === sha && one.objects.length > 0);
  await expect.poll(() => answer()?.outcome, long).toMatch(/healthy|held/);
  return compareWithPlan(plan, answer()!.objects, true).map(({ fidelity, told }) => told ?? fidelity);
}
