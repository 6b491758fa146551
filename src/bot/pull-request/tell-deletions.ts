import { identityKey } from "../../core/manifest/kube-object.ts";
import type { Plan } from "../../core/plan/plan.ts";
import type { PullRequestReport } from "../../core/report/report.ts";
import type { RolloutRow } from "../../store/rollouts.ts";
import { recordToldDeletions } from "../../store/told-deletions.ts";
import { recordToldHeld } from "../../store/told-held.ts";
import { detailOf } from "../branch/rollout-state.ts";
import type { BotContext, PullRequestKey } from "../reconciler.ts";

/**
 * Remembers what the report tells to be deleted, once it is written where people read it: merging deletes nothing else, and nobody
 * approves anything else. A plan that is stored and not written yet has told nobody.
 */
export async function tellDeletions(
  { db }: BotContext,
  { repositoryId, number }: PullRequestKey,
  report: PullRequestReport,
  toldAt: Date,
): Promise<void> {
  if (report.stage !== "planned") return;
  const { headSha: sha, base: baseRef } = report.at;
  for (const plan of report.plans) {
    const place = { repositoryId, pullRequest: number, system: plan.system };
    await recordToldDeletions(db, { ...place, objects: deletionsIn(plan) });
    await recordToldHeld(db, place, plan.approval && { ...plan.approval, sha, baseRef }, toldAt);
  }
}

/**
 * Remembers what waits for an approval after the merge, once the rollouts' story tells of it.
 *
 * @param rollouts those that the pull request is part of, oldest first; of each system the newest is told
 */
export async function tellHeld(
  { db }: BotContext,
  { repositoryId, number }: PullRequestKey,
  rollouts: readonly RolloutRow[],
  toldAt: Date,
): Promise<void> {
  for (const row of new Map(rollouts.map((row) => [row.system, row])).values()) {
    const { approval } = detailOf(row);
    const held = approval && { ...approval, sha: row.sha, baseRef: row.branch };
    await recordToldHeld(db, { repositoryId, pullRequest: number, system: row.system }, held, toldAt);
  }
}

/** What goes by the plan, and what a guard holds of it until somebody lets it go. */
const deletionsIn = ({ objects }: Plan): string[] =>
  objects.filter(({ action }) => action === "delete" || action === "held").map(identityKey);
