import { withoutLive } from "../../core/report/hide-live.ts";
import type { BotContext, PullRequestKey } from "../reconciler.ts";
import { dropPlans } from "./ask-plans.ts";
import { assessPullRequest } from "./assess-pull-request.ts";
import { reconcileClosed } from "./reconcile-closed.ts";
import { rowFor } from "./row-for.ts";
import { tellDeletions } from "./tell-deletions.ts";
import { writeCheck } from "./write-check.ts";
import { writeComment } from "./write-comment.ts";

/**
 * Looks at a pull request and moves its comment and check towards what is true of it now: while it is open, the plan of what
 * merging would do; once it is merged, how that goes out.
 */
export async function reconcilePullRequest(context: BotContext, key: PullRequestKey): Promise<void> {
  const client = await context.repository(key.repositoryId);
  const pullRequest = await client.pullRequest(key.number);
  if (pullRequest === undefined) return dropPlans(context, key.repositoryId, key.number);
  if (pullRequest.state === "closed") return reconcileClosed(context, client, pullRequest);

  const { defaultBranch, private: isPrivate } = await client.info();
  const baseSha = await client.branch(pullRequest.base.ref);
  if (baseSha === undefined) return dropPlans(context, key.repositoryId, key.number);
  const row = await rowFor(context, client.id, pullRequest, baseSha);
  const { report, lookAgain, closed } = await assessPullRequest(context, client, pullRequest, {
    row,
    baseSha,
    defaultBranch,
  });
  if (closed !== undefined) return reconcileClosed(context, client, closed);
  if (report !== undefined) {
    const told = isPrivate ? report : withoutLive(report);
    // Before the check, which may have it merged at once; and the check may be long in coming.
    const commentedAt = await writeComment(context.db, client, pullRequest, row, told);
    if (commentedAt !== undefined) await tellDeletions(context, key, told, commentedAt);
    const checkedAt = new Date(context.now());
    await writeCheck(context, client, pullRequest, row, told);
    await tellDeletions(context, key, told, checkedAt);
  }
  if (lookAgain === undefined) return;
  await context.wake({ kind: "pull-request", ...key }, { delayMs: Math.ceil(lookAgain), turn: "last" });
}
