import { attend } from "../store/attention.ts";
import { forgetChecksOf } from "../store/pull-requests.ts";
import { formatJobKey } from "./job-key.ts";
import { dropPlans } from "./pull-request/ask-plans.ts";
import type { BotContext } from "./reconciler.ts";

/** Somebody pressed "Re-run" on a commit's check: its pull requests are planned anew, and the check is written anew. */
export async function rerunChecks(context: BotContext, repositoryId: number, sha: string): Promise<void> {
  const repository = await context.repository(repositoryId);
  const known = await forgetChecksOf(context.db, repositoryId, sha);
  // A fork's check run does not say which pull requests it belongs to.
  const open = (await repository.openPullRequests()).filter(({ head }) => head.sha === sha);
  for (const number of new Set([...known, ...open].map(({ number }) => number))) {
    await attend(context.db, formatJobKey({ kind: "pull-request", repositoryId, number }));
    await dropPlans(context, repositoryId, number);
    await context.wake({ kind: "pull-request", repositoryId, number });
  }
}
