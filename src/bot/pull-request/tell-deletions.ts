import { identityKey } from "../../core/manifest/kube-object.ts";
import type { Plan } from "../../core/plan/plan.ts";
import type { PullRequestReport } from "../../core/report/report.ts";
import { recordToldDeletions } from "../../store/told-deletions.ts";
import type { BotContext, PullRequestKey } from "../reconciler.ts";

/**
 * Remembers what the report tells to be deleted, once it is written where people read it: merging deletes nothing else. A plan
 * that is stored and not written yet has told nobody.
 */
export async function tellDeletions(
  { db }: BotContext,
  { repositoryId, number }: PullRequestKey,
  report: PullRequestReport,
): Promise<void> {
  if (report.stage !== "planned") return;
  for (const plan of report.plans) {
    const { system } = plan;
    await recordToldDeletions(db, { repositoryId, pullRequest: number, system, objects: deletionsIn(plan) });
  }
}

/** What goes by the plan, and what a guard holds of it until somebody lets it go. */
const deletionsIn = ({ objects }: Plan): string[] =>
  objects.filter(({ action }) => action === "delete" || action === "held").map(identityKey);
