import { code } from "../../core/report/inert.ts";
import type { Mirror } from "../../git/mirror.ts";
import type { PullRequest } from "../../github/repository-client.ts";
import { plansOf } from "../../store/plans.ts";
import { findRollout, type RolloutRow, rolloutsOfPullRequest } from "../../store/rollouts.ts";
import { beforeMerge } from "../desired/before-merge.ts";
import { bring } from "../desired/bring.ts";
import { readConfig, systemsOnBranch } from "../desired/read-config.ts";
import { compareTrees } from "../pull-request/read-proposal.ts";
import { answer } from "./answer.ts";
import type { Asked } from "./asked.ts";
import { backTo } from "./back-to.ts";
import { branchStem, openOnce, whyNoPush } from "./own-pull-request.ts";
import { CannotRollBack, rolledBackTree, type Target } from "./rolled-back-tree.ts";

/** A commit further back than this is looked for in vain when it is shortened. */
const mostCommits = 5000;
/**
 * Opens a pull request of one commit on the branch's tip that makes this pull request's systems what they were at a commit, by
 * default before it was merged. It replaces whole folders, so it never conflicts; which pull requests go with them is told.
 *
 * @param sha at least seven digits of a commit of the branch
 */
export async function rollBack(asked: Asked, sha: string | undefined): Promise<string> {
  try {
    return await propose(asked, sha);
  } catch (error) {
    const sentence = sentenceOf(error);
    if (sentence === undefined) throw error;
    await answer(asked, sentence);
    return "could not be done";
  }
}

/** @returns what was done, for the audit trail */
async function propose(asked: Asked, sha: string | undefined): Promise<string> {
  const { context, client, pullRequest, comment } = asked;
  if (pullRequest.state === "closed" && !pullRequest.merged)
    throw new CannotRollBack("It was closed without being merged, so there is nothing of it to take back.");
  const base = pullRequest.base.ref;
  const stem = branchStem("rollback", pullRequest.number);
  const open = await client.openPullRequests();
  const rollbacks = open.filter(
    (one) => one.head.repositoryId === client.id && one.head.ref.startsWith(stem) && one.base.ref === base,
  );
  const [other] = rollbacks;
  if (other !== undefined && !rollbacks.some((one) => one.head.ref === `${stem}${comment.id}`)) {
    throw new CannotRollBack(
      `#${other.number} is open already and rolls this pull request back. Merge it; or close it, and write the command again.`,
    );
  }
  const mirror = await context.mirror(client.id);
  const tip = await client.branch(base);
  if (tip === undefined) throw new CannotRollBack(`Branch ${code(base)} is gone, so there is nothing to roll back.`);
  await mirror.fetchCommits([tip]);

  const rollouts = await rolloutsOfPullRequest(context.db, client.id, pullRequest.number);
  const to = sha === undefined ? undefined : await commitOf(mirror, tip, sha);
  const targets: Target[] = [];
  for (const name of await systemsOf(asked, mirror, rollouts)) {
    targets.push({ name, sha: to ?? (await stateBefore(mirror, pullRequest, rollouts, name)) });
  }
  await bringAll(mirror, targets);
  const { tree, names, undone, byHand } = await rolledBackTree({ mirror, client, pullRequest, tip }, targets);
  const failed = await failedAt(asked, targets);
  const { whose, title, commits } = backTo(targets.filter(({ name }) => names.includes(name)));
  if (tree === (await mirror.treeAt(tip, ""))) {
    const sentence = `Nothing is to be done to take ${whose}: the files are what they were.`;
    throw new CannotRollBack([sentence, ...byHand].join(" "));
  }
  const also =
    undone.length === 0
      ? []
      : [`Changes of these pull requests go away with it: ${undone.map((number) => `#${number}`).join(", ")}.`];
  const body = [
    `Takes ${whose}. Asked for by ${code(comment.author)} in #${pullRequest.number}.`,
    ...also,
    ...failed,
    ...byHand,
  ].join("\n\n");
  const proposed = await openOnce(asked, "rollback", { title, body, tip, tree: async () => tree }, open);
  const opened = `#${proposed.number} takes ${whose} once it is merged.`;
  await answer(asked, [opened, ...also, ...failed, ...byHand].join("\n\n"));
  return `opened #${proposed.number}, back to ${commits}`;
}

/** What was no better before: a sentence for each system whose rollout of that commit failed. */
async function failedAt({ context, client }: Asked, targets: readonly Target[]): Promise<string[]> {
  const rows = await Promise.all(targets.map(({ name, sha }) => findRollout(context.db, client.id, name, sha)));
  return rows.flatMap((row) => {
    if (row?.state !== "failed") return [];
    const at = `${code(row.system)} had failed at \`${row.sha.slice(0, 7)}\` too`;
    return [`${at}; \`/trueup rollback <sha>\` goes back to another commit.`];
  });
}

/** @throws CannotRollBack when the remote has one of them no more */
async function bringAll(mirror: Mirror, targets: readonly Target[]): Promise<void> {
  for (const { name, sha } of targets) {
    if (await bring(mirror, sha)) continue;
    throw new CannotRollBack(
      `${code(name)} was at \`${sha.slice(0, 7)}\` before, which the repository has no more: the branch was forced. Name another commit to go back to: \`/trueup rollback <sha>\`.`,
    );
  }
}

/** The commit of the branch that these digits begin. */
async function commitOf(mirror: Mirror, tip: string, sha: string): Promise<string> {
  const found = (await mirror.log(tip, { limit: mostCommits })).filter((commit) => commit.sha.startsWith(sha));
  if (found.length === 1) return found[0]!.sha;
  throw new CannotRollBack(
    found.length === 0
      ? `The branch has no commit ${code(sha)} among its last ${mostCommits}.`
      : `${code(sha)} begins more than one commit; write more of it.`,
  );
}

/** What a system was rolled out from before this pull request; from Git alone when the store does not know. */
async function stateBefore(
  mirror: Mirror,
  { merged, mergeSha }: PullRequest,
  rollouts: readonly RolloutRow[],
  system: string,
): Promise<string> {
  const previous = rollouts.find((row) => row.system === system && row.previous_sha !== null)?.previous_sha;
  if (previous !== undefined && previous !== null) return previous;
  if (!merged || mergeSha === undefined) {
    throw new CannotRollBack(
      "This pull request is not merged; name the commit to go back to: `/trueup rollback <sha>`.",
    );
  }
  if (!(await bring(mirror, mergeSha))) throw mergeIsGone(mergeSha);
  const before = await beforeMerge(mirror, mergeSha);
  if (before === undefined) throw new CannotRollBack("There is no commit before this one.");
  return before;
}

/** Names of the systems that the pull request is about. */
async function systemsOf(
  { context, client, pullRequest }: Asked,
  mirror: Mirror,
  rollouts: readonly RolloutRow[],
): Promise<string[]> {
  const { defaultBranch } = await client.info();
  const plans = await plansOf(context.db, client.id, pullRequest.number);
  const names = new Set([...rollouts, ...plans].map(({ system }) => system));
  for (const name of await touchedBy(mirror, pullRequest, defaultBranch)) names.add(name);
  if (names.size > 0) return [...names];
  const { mergeSha } = pullRequest;
  if (mergeSha !== undefined && !(await bring(mirror, mergeSha))) throw mergeIsGone(mergeSha);
  throw new CannotRollBack("No system of this branch changed with this pull request.");
}

const mergeIsGone = (mergeSha: string): CannotRollBack =>
  new CannotRollBack(
    `This was merged as \`${mergeSha.slice(0, 7)}\`, which the repository has no more: the branch was forced. Revert by hand what is left of it.`,
  );

/** From Git alone, for the store may have forgotten: the systems that the merge changed, added, took out or made unreadable. */
async function touchedBy(mirror: Mirror, { mergeSha, base }: PullRequest, defaultBranch: string): Promise<string[]> {
  if (mergeSha === undefined) return [];
  const before = await beforeMerge(mirror, mergeSha);
  if (before === undefined) return [];
  const merged = { tree: mergeSha, baseSha: before, base: base.ref, defaultBranch };
  const changes = await compareTrees(mirror, merged);
  switch (changes.kind) {
    case "systems":
      return [...changes.concerned.map(({ system }) => system), ...changes.removed].map(({ name }) => name);
    case "invalid-config": {
      const { systems } = await readConfig(mirror, before);
      return systemsOnBranch(systems, base.ref, defaultBranch).map(({ name }) => name);
    }
    case "conflicts":
    case "unconfigured":
      return [];
  }
}

function sentenceOf(error: unknown): string | undefined {
  if (error instanceof CannotRollBack) return error.sentence;
  const sentence = whyNoPush(error, "the rollback");
  return sentence && `${sentence} Or revert the merge by hand.`;
}
