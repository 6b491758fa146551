import type { PullRequest, RepositoryClient } from "../../github/repository-client.ts";

/** As the bot names the branches of the pull requests that somebody asks it for. */
const askedFor = /^trueup\/(?:rollback|adopt)-(\d+)-(\d+)$/;

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
      const [, pullRequest, commentId] = (head.repositoryId === client.id && askedFor.exec(head.ref)) || [];
      const asker = commentId === undefined ? undefined : await client.comment(Number(pullRequest), Number(commentId));
      return [author, ...(asker === undefined ? [] : [asker.author]), ...(await client.committersOf(number))];
    }),
  );
  return new Set(logins.flat().map((login) => login.toLowerCase()));
}
