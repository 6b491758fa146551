import type { PullRequest } from "../../github/repository-client.ts";
import { type RolloutRow, rolloutsOfSystem } from "../../store/rollouts.ts";
import { beforeMerge } from "../desired/before-merge.ts";
import type { BotContext } from "../reconciler.ts";

/** What `/trueup rollback` brings a system back to whose rollout failed. */
export interface WayBack {
  /** Where the system was never rolled out before: the commit that the merge stands on. */
  sha?: string;
  /** The rollout before had failed too; the commit of the last one that was healthy, where one is remembered. */
  failed?: { healthySha?: string };
}

/** @returns by system, of those alone whose rollout failed */
export async function waysBack(
  context: BotContext,
  repositoryId: number,
  { mergeSha }: Pick<PullRequest, "mergeSha">,
  rollouts: readonly RolloutRow[],
): Promise<Map<string, WayBack>> {
  const ways = new Map<string, WayBack>();
  for (const row of rollouts) {
    if (row.state !== "failed") continue;
    if (row.previous_sha !== null) {
      const failed = await failedBefore(context, row);
      ways.set(row.system, failed === undefined ? {} : { failed });
    } else if (mergeSha !== undefined) {
      const sha = await beforeMerge(await context.mirror(repositoryId), mergeSha);
      ways.set(row.system, sha === undefined ? {} : { sha });
    }
  }
  return ways;
}

async function failedBefore({ db }: BotContext, row: RolloutRow): Promise<WayBack["failed"]> {
  const newestFirst = await rolloutsOfSystem(db, row.repository_id, row.system);
  const at = newestFirst.findIndex(({ sha }) => sha === row.previous_sha);
  if (newestFirst[at]?.state !== "failed") return undefined;
  const healthy = newestFirst.slice(at + 1).find(({ state }) => state === "healthy");
  return healthy === undefined ? {} : { healthySha: healthy.sha };
}
