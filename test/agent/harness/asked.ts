import type { ExpectStatic } from "vitest";
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
