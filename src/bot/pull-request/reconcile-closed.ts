import type { Plan } from "../../core/plan/plan.ts";
import { withoutLive } from "../../core/report/hide-live.ts";
import type { PullRequest, RepositoryClient } from "../../github/repository-client.ts";
import type { PlanResult } from "../../link/messages.ts";
import { recordAudit } from "../../store/audit.ts";
import { finalisePlans, type PlanRow, plansOf } from "../../store/plans.ts";
import { findPullRequest, forgetChecksOf, type PullRequestRow, savePullRequest } from "../../store/pull-requests.ts";
import { type RolloutRow, rolloutsOfPullRequest } from "../../store/rollouts.ts";
import { whoMeets } from "../../store/touches.ts";
import { isRunning } from "../branch/rollout-state.ts";
import type { BotContext } from "../reconciler.ts";
import { agentsOf } from "./agents-of.ts";
import { dropPlans } from "./ask-plans.ts";
import { notifyFailure } from "./notify-failure.ts";
import { wakeAll } from "./overlaps.ts";
import { rolloutStory } from "./rollout-story.ts";
import { rowFor } from "./row-for.ts";
import { tellHeld } from "./tell-deletions.ts";
import { tellAnswers, tellRollout, tellsRollout } from "./tell-on-check.ts";
import { waysBack } from "./ways-back.ts";
import { bringTo, readVerdict } from "./write-check.ts";
import { writeAnswers, writeComment } from "./write-comment.ts";
import { digestOf } from "./written-digest.ts";

/** While a rollout runs, its agent may fall silent. */
const lookAgainMs = 30_000;

/** Merged: the rollouts' story in the same comment, or on the check of a locked conversation. Closed: nobody waits for its plan any more. */
export async function reconcileClosed(
  context: BotContext,
  client: RepositoryClient,
  pullRequest: PullRequest,
): Promise<void> {
  const { number, merged, base } = pullRequest;
  if (merged) {
    await context.inTransaction(async (inside) => {
      const met = await whoMeets(inside.db, client.id, number);
      await finalisePlans(inside.db, client.id, number);
      await wakeAll(inside, client.id, met);
    });
  } else await dropPlans(context, client.id, number);
  const known = await findPullRequest(context.db, client.id, number);
  if (known !== undefined) {
    if (isUnplanned(known)) await concludeCheck(client, pullRequest);
    if (known.check_digest !== null) await leaveCheck(context, known);
  }

  const rollouts = merged ? await rolloutsOfPullRequest(context.db, client.id, number) : [];
  const agents = await agentsOf(context, rollouts.filter(isRunning));
  const plans = plansBySystem(await plansOf(context.db, client.id, number));
  const back = await waysBack(context, client.id, pullRequest, rollouts);
  const whole = rolloutStory(rollouts, plans, agents, context.now(), back);
  if (whole === undefined) {
    if (pullRequest.locked) return tellAnswers(context.db, client, pullRequest);
    return writeAnswers(context.db, client, pullRequest, known);
  }
  const report = (await client.info()).private ? whole : withoutLive(whole);
  await recordMerge(context, client.id, pullRequest, rollouts);
  const row = known ?? (await rowFor(context, client.id, pullRequest, base.sha));
  const now = new Date(context.now());
  if (pullRequest.locked) await tellRollout(context.db, client, pullRequest, row, report);
  const toldAt = pullRequest.locked ? now : await writeComment(context.db, client, pullRequest, row, report);
  if (toldAt !== undefined) await tellHeld(context, { repositoryId: client.id, number }, rollouts, toldAt);
  await notifyFailure(context, client, pullRequest, report, rollouts);
  // Silence comes without a hint.
  if (rollouts.some(isRunning))
    await context.wake({ kind: "pull-request", repositoryId: client.id, number }, { delayMs: lookAgainMs });
}

/** Nothing was said of it yet, or that its plan is on the way. */
function isUnplanned({ check_digest, comment_digest }: PullRequestRow): boolean {
  return check_digest === null ? comment_digest === null : readVerdict(check_digest) === "in_progress";
}

/** A check that waits for a plan which nobody makes any more is completed: it would stand there for ever. */
async function concludeCheck(client: RepositoryClient, { merged, locked, head }: PullRequest): Promise<void> {
  const [newest] = await client.ownChecks(head.sha);
  if (newest !== undefined && (newest.status === "completed" || tellsRollout(newest))) return;
  const how = merged ? "merged" : "closed";
  const what = merged && !locked ? " What became of it stands in the comment." : "";
  await bringTo(client, head.sha, {
    status: "completed",
    conclusion: "success",
    title: `${merged ? "Merged" : "Closed"} before it was planned`,
    summary: `It was ${how} before its plan was ready, so nobody has seen what it would change.${what}`,
    annotations: [],
    externalId: digestOf(head.sha, how),
  });
}

async function recordMerge(
  { db }: BotContext,
  repositoryId: number,
  { number, base, mergedBy, author, mergeSha }: PullRequest,
  rollouts: readonly RolloutRow[],
): Promise<void> {
  for (const { system, sha } of rollouts) {
    await recordAudit(db, {
      key: `merge:${repositoryId}:${number}:${system}`,
      who: mergedBy ?? author,
      what: `merged #${number} into ${base.ref}, for ${system}`,
      repositoryId,
      system,
      sha: mergeSha ?? sha,
    });
  }
}

/** A closed pull request has no say any more in a check that it shared; what it wrote there is written over by the others. */
function leaveCheck(context: BotContext, row: PullRequestRow): Promise<void> {
  const { repository_id: repositoryId, number, head_sha, base_sha } = row;
  return context.inTransaction(async ({ db, wake }) => {
    const sharing = await forgetChecksOf(db, repositoryId, head_sha);
    await savePullRequest(db, { repository_id: repositoryId, number, head_sha, base_sha, check_digest: null });
    // One that has no say in it either would wake this one in turn, and so on.
    for (const other of sharing)
      if (other.number !== number && other.check_digest !== null)
        await wake({ kind: "pull-request", repositoryId, number: other.number });
  });
}

/** The answers that came, as plans. */
function plansBySystem(rows: readonly PlanRow[]): Map<string, Plan> {
  const results = rows.map((row) => row.result as PlanResult | null);
  return new Map(results.flatMap((result) => (result?.plan === undefined ? [] : [[result.system, result.plan]])));
}
