import { failureNotice } from "../../core/report/failure-notice.ts";
import type { RolloutReport } from "../../core/report/report.ts";
import { GitHubError } from "../../github/github-error.ts";
import type { PullRequest, RepositoryClient } from "../../github/repository-client.ts";
import { hasAudit, recordAudit } from "../../store/audit.ts";
import type { RolloutRow } from "../../store/rollouts.ts";
import { commentOnce } from "../comment-once.ts";
import type { BotContext } from "../reconciler.ts";

/** What is tried again by itself, as while a webhook starts, often comes right within this time. */
const settlesWithinMs = 10_000;

/**
 * Tells who merged that the rollout failed or is held, once for each commit: edits of the comment that tells the story notify
 * nobody. A locked conversation takes no comment.
 */
export async function notifyFailure(
  { db, log, now, wake }: Pick<BotContext, "db" | "log" | "now" | "wake">,
  client: RepositoryClient,
  { number, locked, mergedBy, author }: Pick<PullRequest, "number" | "locked" | "mergedBy" | "author">,
  report: RolloutReport,
  rollouts: readonly RolloutRow[],
): Promise<void> {
  if (locked) return;
  const who = [mergedBy, author].find((login) => login !== undefined && !login.endsWith("[bot]"));
  const text = failureNotice(report, who);
  if (text === undefined) return;
  const key = `notice:${client.id}:${number}:${report.sha}`;
  if (await hasAudit(db, key)) return;
  const failedAt = rollouts.filter(({ state }) => state === "failed").map((row) => row.finished_at?.getTime() ?? 0);
  const left = Math.max(0, ...failedAt) + settlesWithinMs - now();
  if (left > 0) return wake({ kind: "pull-request", repositoryId: client.id, number }, { delayMs: Math.ceil(left) });
  try {
    await commentOnce(client, number, `notice:${report.sha}`, text);
  } catch (error) {
    // Locked meanwhile, or the app may not comment: the story is told without it.
    if (!(error instanceof GitHubError) || error.kind !== "forbidden") throw error;
    return log.warn({ err: error, number }, "nobody could be told that a rollout failed: GitHub forbids the comment");
  }
  const bad = report.systems.filter(({ state }) => state === "failed" || state === "held");
  const names = bad.map(({ system, state }) => `${system} ${state}`).join(", ");
  const what = `told ${who ?? "whoever follows it"} on #${number}: ${names}`;
  await recordAudit(db, { key, who: "trueup", what, repositoryId: client.id, sha: report.sha });
}
