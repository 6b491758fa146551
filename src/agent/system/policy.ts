import type { SystemConfig } from "../../core/config/system.ts";
import { GitError } from "../../git/git-error.ts";
import type { Mirror } from "../../git/mirror.ts";
import type { Processed } from "../cluster/inventory.ts";
import { Refused } from "../refused.ts";

/**
 * The revision whose guards a commit meets: the one processed before it, so that a commit cannot loosen the guard that it
 * meets. The same commit again (a restart, a second `/trueup sync`) meets what it met the first time.
 *
 * @returns undefined when there is none but its own
 */
export function policyRevisionFor(sha: string | undefined, processed: Processed | undefined): string | undefined {
  return sha !== undefined && processed?.revision === sha ? processed.policyRevision : processed?.revision;
}

export type Guards = Pick<
  SystemConfig,
  "prune" | "protect" | "ignore" | "exact" | "approvers" | "confine" | "namespace"
>;

export function isSameGuards(one: Guards, other: Guards): boolean {
  const text = ({ prune, protect, ignore, exact, approvers, confine, namespace }: Guards) =>
    JSON.stringify([prune, protect, ignore, exact, approvers, confine && namespace]);
  return text(one) === text(other);
}

/**
 * The guards of that revision. When it cannot be had any more, what they were is not known, and nothing is deleted.
 *
 * @param own of the commit itself, for the first one of a system
 * @throws when the repository cannot be asked now
 */
export async function guardsAt(
  revision: string | undefined,
  own: SystemConfig,
  mirror: Pick<Mirror, "fetchCommits">,
  systemAt: (revision: string) => Promise<SystemConfig>,
): Promise<Guards> {
  if (revision === undefined) return own;
  try {
    await mirror.fetchCommits([revision]);
    return await systemAt(revision);
  } catch (thrown) {
    if (!isNotInGit(thrown)) throw thrown;
    return { ...own, protect: { maxDeletions: { count: 0 } } };
  }
}

/** Whether a revision is not there any more, or has no such system. */
export function isNotInGit(thrown: unknown): boolean {
  return thrown instanceof Refused || (thrown instanceof GitError && thrown.kind === "not-found");
}
