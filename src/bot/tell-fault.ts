import { savePullRequest, writeAgain } from "../store/pull-requests.ts";
import { tellFaultOnDeployments } from "./branch/tell-deployments.ts";
import type { JobKey } from "./job-key.ts";
import { bringTo } from "./pull-request/write-check.ts";
import type { BotContext } from "./reconciler.ts";

/**
 * Tells whoever waits for the key that a fault of ours keeps it from being followed, by an id that the log has: on a pull
 * request's check, on a branch's Deployments. What stands there is written over by the next look that succeeds.
 */
export async function tellFault(context: BotContext, key: JobKey, faultId: string): Promise<void> {
  switch (key.kind) {
    case "pull-request":
      return onCheck(
        context,
        key,
        `trueup could not plan this: a fault of its own (id ${faultId}), it tries again`,
        faultId,
      );
    case "branch": {
      const sentence = `trueup could not roll this out: a fault of its own (id ${faultId}), it tries again`;
      return tellFaultOnDeployments(context, await context.repository(key.repositoryId), key, sentence);
    }
    case "merge-group":
    case "command":
    case "reaction":
    case "rerun":
    case "repository":
    case "sweep":
    case "lost-deliveries":
      return;
  }
}

async function onCheck(
  context: BotContext,
  { repositoryId, number }: { repositoryId: number; number: number },
  title: string,
  faultId: string,
): Promise<void> {
  const client = await context.repository(repositoryId);
  const pullRequest = await client.pullRequest(number);
  if (pullRequest?.state !== "open") return;
  const { head, base } = pullRequest;
  const summary = `${title}. Nothing in this pull request is known to be wrong. Whoever runs trueup finds \`${faultId}\` in the bot's log.`;
  await bringTo(client, head.sha, {
    status: "completed",
    conclusion: "failure",
    title,
    summary,
    annotations: [],
    externalId: `fault/${faultId}`,
  });
  // Whatever the next look comes to is written over this, even if it was written before.
  const row = { repository_id: repositoryId, number, head_sha: head.sha, base_sha: base.sha };
  await savePullRequest(context.db, { ...row, check_digest: writeAgain });
}
