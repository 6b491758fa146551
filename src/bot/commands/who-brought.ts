import type { PullRequest, RepositoryClient } from "../../github/repository-client.ts";
import { askedIn } from "./own-pull-request.ts";

/**
 * Everybody who had a hand in these pull requests: who opened them, who wrote or committed what is in them, and where the bot opened
 * one, who asked for it.
 *
 * @returns logins in small letters
 */
export async function whoBrought(
  client: RepositoryClient,
  pullRequests: readonly PullRequest[],
): Promise<ReadonlySet<string>> {
  const logins = await Promise.all(
    pullRequests.map(async ({ number, author, head }) => {
      const asked = head.repositoryId === client.id ? askedIn(head.ref) : undefined;
      const asker = asked && (await client.comment(asked.pullRequest, asked.commentId));
      return [author, ...(asker === undefined ? [] : [asker.author]), ...(await client.committersOf(number))];
    }),
  );
  return new Set(logins.flat().map((login) => login.toLowerCase()));
}
