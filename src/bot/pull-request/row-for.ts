import type { PullRequest } from "../../github/repository-client.ts";
import { voidApprovals } from "../../store/approvals.ts";
import { findPullRequest, type PullRequestRow, savePullRequest } from "../../store/pull-requests.ts";
import type { BotContext } from "../reconciler.ts";

/** What is remembered of a pull request, at the commits that it is at now. */
export async function rowFor(
  { db }: BotContext,
  repositoryId: number,
  { number, head, base }: PullRequest,
  baseSha: string,
): Promise<PullRequestRow> {
  await voidApprovals(db, { repositoryId, pullRequest: number, headSha: head.sha, baseRef: base.ref });
  await savePullRequest(db, { repository_id: repositoryId, number, head_sha: head.sha, base_sha: baseSha });
  return (await findPullRequest(db, repositoryId, number))!;
}
