import { GitError } from "../../git/git-error.ts";
import type { Mirror } from "../../git/mirror.ts";

/** Brings a commit here. @returns whether it is there: a branch that was forced may leave commits behind that nobody keeps */
export async function bring(mirror: Pick<Mirror, "fetchCommits">, sha: string): Promise<boolean> {
  try {
    await mirror.fetchCommits([sha]);
    return true;
  } catch (error) {
    if (error instanceof GitError && error.kind === "not-found") return false;
    throw error;
  }
}
