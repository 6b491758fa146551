import { createHash } from "node:crypto";
import { GitError } from "../git/git-error.ts";
import { GitHubError } from "../github/github-error.ts";

/** The app is not, or no longer, installed on the repository that the job is about. */
export class RepositoryGone extends Error {
  override name = "RepositoryGone";
}

export const isGone = (error: unknown): boolean => error instanceof RepositoryGone;

/** Is it to be told as a fault of trueup? GitHub's limits and outages are not. */
export function isOurs(error: unknown): boolean {
  if (isGone(error)) return false;
  if (error instanceof GitHubError) return error.kind !== "rate-limited" && error.kind !== "unreachable";
  return !(error instanceof GitError) || error.kind !== "unreachable";
}

/** What a fault is looked up by in the log: the same one in the same job has the same id, and it says nothing of either. */
export function faultIdOf(jobKey: string, error: unknown): string {
  const what = error instanceof Error ? [error.name, error.message] : [String(error)];
  return createHash("sha256")
    .update(JSON.stringify([jobKey, ...what]))
    .digest("hex")
    .slice(0, 12);
}

const firstBackoffMs = 1_000;
const longestBackoffMs = 10 * 60_000;

/**
 * When to try a failed job again: at the time that GitHub named, else doubling from a second to ten minutes; up to half of it more
 * at random, so that what failed together does not come back together. Where GitHub named a time, the more at random doubles: of
 * hundreds that are put off to one moment most are put off again, each after reads that count against GitHub's limits too.
 *
 * @param attempts how often it was tried, at least 1
 * @param random in [0, 1)
 */
export function delayAfter(error: unknown, attempts: number, random: number): number {
  const named = error instanceof GitHubError ? error.retryAfterMs : undefined;
  const backoff = Math.min(firstBackoffMs * 2 ** (attempts - 1), longestBackoffMs);
  return named === undefined ? backoff * (1 + random / 2) : named + random * Math.max(backoff, 5_000);
}
