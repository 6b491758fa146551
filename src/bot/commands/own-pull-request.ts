import { inertInMessage } from "../../core/report/inert.ts";
import { GitError } from "../../git/git-error.ts";
import type { PullRequest } from "../../github/repository-client.ts";
import { attend } from "../../store/attention.ts";
import { formatJobKey } from "../job-key.ts";
import type { Asked } from "./asked.ts";

const author = { name: "trueup", email: "trueup@users.noreply.github.com" };

/** What the bot opens a pull request for when somebody asks. */
export type OwnKind = "rollback" | "adopt";

/** Branches of all that was asked for on one pull request begin with it. */
export const branchStem = (kind: OwnKind, pullRequest: number): string => `trueup/${kind}-${pullRequest}-`;

/** @returns where a pull request of the bot's own was asked for, by its branch; undefined for any other branch */
export function askedIn(branch: string): { pullRequest: number; commentId: number } | undefined {
  const [, pullRequest, commentId] = /^trueup\/(?:rollback|adopt)-(\d+)-(\d+)$/.exec(branch) ?? [];
  return commentId === undefined ? undefined : { pullRequest: Number(pullRequest), commentId: Number(commentId) };
}

export interface Proposed {
  /** Our own words alone: a title's `fixes #1` or `@name` does something. */
  title: string;
  /** Markdown with everything foreign made inert; repositories may have it be the message of a squashed commit. */
  body: string;
  /** Tip of the pull request's base branch, which its one commit stands on. */
  tip: string;
  /** Of that commit. */
  tree(): Promise<string>;
}

/**
 * Opens a pull request of one commit for a comment, once: whatever was done of it before is not done again.
 *
 * @param alreadyOpen the repository's open pull requests, where somebody has asked for them already
 * @throws GitError `auth` when the app may not push
 */
export async function openOnce(
  { context, client, pullRequest, comment }: Asked,
  kind: OwnKind,
  { title, body, tip, tree }: Proposed,
  alreadyOpen?: readonly PullRequest[],
): Promise<PullRequest> {
  const base = pullRequest.base.ref;
  const head = `${branchStem(kind, pullRequest.number)}${comment.id}`;
  const isIt = (one: PullRequest) => one.head.repositoryId === client.id && one.head.ref === head;
  const open = (alreadyOpen ?? (await client.openPullRequests())).find(isIt);
  if (open !== undefined) return open;
  if ((await client.branch(head)) === undefined) {
    const mirror = await context.mirror(client.id);
    const message = `${title}\n\nAsked for by ${comment.author} in #${pullRequest.number}.\n`;
    await mirror.pushCommit({ tree: await tree(), parent: tip, message, author, branch: head });
  }
  const opened = await client.openPullRequest({ title, body: inertInMessage(body), head, base });
  // Ours by its author, and somebody waits for its plan.
  await attend(context.db, formatJobKey({ kind: "pull-request", repositoryId: client.id, number: opened.number }));
  return opened;
}

/**
 * What keeps the bot from pushing, for whoever asked.
 * @param what it could not open: `the rollback`
 * @returns undefined when it is no matter of permission
 */
export function whyNoPush(error: unknown, what: string): string | undefined {
  if (!(error instanceof GitError) || error.kind !== "auth") return undefined;
  return `trueup may not push to this repository, so it cannot open ${what}. Grant the GitHub App the permission \`contents: write\` (it is commented in \`app.yml\`) and accept it for this installation, then write the command again.`;
}
