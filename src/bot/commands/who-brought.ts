import type { RepositoryClient } from "../../github/repository-client.ts";
import { askedIn } from "./own-pull-request.ts";

export interface Brought {
  /** Logins, in small letters. */
  by: ReadonlySet<string>;
  /** Why somebody else may have had a hand in it too, so that of nobody can be told that they had none: half sentences. */
  unknown: string[];
}

/**
 * Everybody who had a hand in these pull requests: who opened them, who wrote or committed what is in them, and where the bot opened
 * one, who asked for it. Commits of an address that is no account's are nobody's: whoever hides behind one could as well name
 * somebody else.
 */
export async function whoBrought(client: RepositoryClient, numbers: readonly number[]): Promise<Brought> {
  const found = await Promise.all(numbers.map((number) => authorsOf(client, number)));
  return {
    by: new Set(found.flatMap((logins) => (typeof logins === "string" ? [] : logins.map((one) => one.toLowerCase())))),
    unknown: found.filter((why) => typeof why === "string"),
  };
}

/** @returns logins, or why they are not all known */
async function authorsOf(client: RepositoryClient, number: number): Promise<string[] | string> {
  const [pullRequest, committers] = await Promise.all([client.pullRequest(number), client.committersOf(number)]);
  if (pullRequest === undefined) return `#${number} cannot be read any more`;
  if (committers === undefined) return `#${number} has as many commits as GitHub lists, and may have more`;
  const { author, head } = pullRequest;
  const asked = head.repositoryId === client.id ? askedIn(head.ref) : undefined;
  if (asked === undefined) return [author, ...committers];
  const comment = await client.comment(asked.pullRequest, asked.commentId);
  return comment ? [author, comment.author, ...committers] : `the comment that asked for #${number} is gone`;
}
