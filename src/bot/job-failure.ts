import { GitHubError } from "../github/github-error.ts";

/** The app is not, or no longer, installed on the repository that the job is about. */
export class RepositoryGone extends Error {
  override name = "RepositoryGone";
}

export const isGone = (error: unknown): boolean => error instanceof RepositoryGone;

const firstBackoffMs = 1_000;
const longestBackoffMs = 10 * 60_000;

/**
 * When to try a failed job again: at the time that GitHub named, else doubling from a second to ten minutes; up to half of it more
 * at random, so that what failed together does not come back together.
 *
 * @param attempts how often it was tried, at least 1
 * @param random in [0, 1)
 */
export function delayAfter(error: unknown, attempts: number, random: number): number {
  const named = error instanceof GitHubError ? error.retryAfterMs : undefined;
  const backoff = Math.min(firstBackoffMs * 2 ** (attempts - 1), longestBackoffMs);
  return named === undefined ? backoff * (1 + random / 2) : named + random * 5_000;
}
