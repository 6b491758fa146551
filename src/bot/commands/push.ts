import { GitError } from "../../git/git-error.ts";

/** Of commits that the bot makes because somebody asked for them. */
export const author = { name: "trueup", email: "trueup@users.noreply.github.com" };

/**
 * What keeps the bot from pushing, for whoever asked.
 * @param what it could not open: `the rollback`
 * @returns undefined when it is no matter of permission
 */
export function whyNoPush(error: unknown, what: string): string | undefined {
  if (!(error instanceof GitError) || error.kind !== "auth") return undefined;
  return `trueup may not push to this repository, so it cannot open ${what}. Grant the GitHub App the permission \`contents: write\` (it is commented in \`app.yml\`) and accept it for this installation, then write the command again.`;
}
