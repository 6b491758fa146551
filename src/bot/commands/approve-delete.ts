import type { ApprovableDeletions } from "../../core/plan/deletion-approval.ts";
import { approveCommand, whoApproves } from "../../core/report/approval.ts";
import { code } from "../../core/report/inert.ts";
import { GitHubError } from "../../github/github-error.ts";
import type { PullRequest } from "../../github/repository-client.ts";
import type { PlanResult } from "../../link/messages.ts";
import { recordApproval } from "../../store/approvals.ts";
import { recordAudit } from "../../store/audit.ts";
import { plansOf } from "../../store/plans.ts";
import { type RolloutRow, rolloutsOfPullRequest, rolloutsOfSystem } from "../../store/rollouts.ts";
import type { Database } from "../../store/schema.ts";
import { detailOf, isRunning } from "../branch/rollout-state.ts";
import { restartRollout } from "../branch/start-rollout.ts";
import { bring } from "../desired/bring.ts";
import { readConfig } from "../desired/read-config.ts";
import { askAgain } from "../pull-request/ask-again.ts";
import { answer } from "./answer.ts";
import { isApprover } from "./approvers.ts";
import type { Asked } from "./asked.ts";
import { whoBrought } from "./who-brought.ts";

/** As many as are looked at to find who has brought what is held. */
const mostRollouts = 20;

/** Deletions of one system that wait for an approval, and what is to happen once it is there. */
interface Waiting {
  system: string;
  deletions: ApprovableDeletions;
  /** The revision whose policy says who may approve. */
  policy: string;
  /** Logins, in small letters, of whoever brought the deletions and cannot approve them. */
  authors: ReadonlySet<string>;
  /** Where it is approved after the merge. */
  rolloutSha?: string;
  goOn(db: Database): Promise<void>;
}

/**
 * Lets the deletions go that guards hold, of an open pull request or of one that is merged: for the commit that was looked at, by
 * an approver of the base's policy who did not bring them. What is approved is bound to the system, the tree of its path and the
 * very objects, so that it survives a squash merge and nothing else.
 *
 * @param sha at least seven digits of the pull request's head; once it is merged, of the commit that is rolled out
 */
export async function approveDelete(asked: Asked, sha: string): Promise<string> {
  const { context, client, pullRequest, comment, isAsWritten } = asked;
  const no = async (sentence: string) => {
    await answer(asked, sentence);
    return `no: ${sentence}`;
  };
  if (!isAsWritten) return no("A comment that was edited approves nothing; write a new one.");
  const found = pullRequest.merged ? await heldByRollouts(asked, sha) : await heldByPlans(asked, sha);
  if (typeof found === "string") return no(found);

  const refused: string[] = [];
  const approved: Waiting[] = [];
  for (const waiting of found) {
    const sentence = await whyNot(asked, waiting);
    if (sentence === undefined) approved.push(waiting);
    else refused.push(sentence);
  }
  const by = comment.author;
  const of = {
    repositoryId: client.id,
    pullRequest: pullRequest.number,
    headSha: pullRequest.head.sha,
    baseRef: pullRequest.base.ref,
  };
  await context.inTransaction(async ({ db, wake }) => {
    for (const { system, deletions, rolloutSha, goOn } of approved) {
      const { tree, deletes } = deletions;
      await recordApproval(db, { ...of, system, ...(rolloutSha && { rolloutSha }) }, { tree, deletes, by });
      await recordAudit(db, {
        key: `approval:${client.id}:${pullRequest.number}:${system}:${tree}:${comment.id}`,
        who: by,
        what: `approved ${deletes.length} deletions in ${system} on #${pullRequest.number}, of the tree ${tree}`,
        repositoryId: client.id,
        system,
        sha: pullRequest.head.sha,
      });
      await goOn(db);
    }
    await wake({ kind: "branch", repositoryId: client.id, branch: pullRequest.base.ref }, { turn: "first" });
    await wake({ kind: "pull-request", repositoryId: client.id, number: pullRequest.number }, { turn: "first" });
  });
  if (refused.length > 0) await answer(asked, refused.join("\n\n"));
  const outcomes = [
    ...approved.map(({ system }) => `approved for ${system}`),
    ...refused.map((sentence) => `no: ${sentence}`),
  ];
  return outcomes.join("; ");
}

/** @returns a sentence when there is nothing that could be approved */
async function heldByPlans(asked: Asked, sha: string): Promise<Waiting[] | string> {
  const { context, client, pullRequest } = asked;
  const { number, head, state } = pullRequest;
  if (state === "closed") return "It is closed without being merged, so nothing is deleted.";
  if (!head.sha.startsWith(sha)) return otherHead(pullRequest, sha);
  const rows = await plansOf(context.db, client.id, number);
  const current = rows.filter(({ head_sha }) => head_sha === head.sha);
  if (current.length === 0 || current.some(({ result }) => result === null)) {
    return "It is not planned yet. Look at the plan first, and write the command again.";
  }
  const authors = await whoBrought(client, [pullRequest]);
  const waiting = current.flatMap((row): Waiting[] => {
    const plan = (row.result as PlanResult).plan;
    if (plan?.approval === undefined) return [];
    return [
      {
        system: row.system,
        deletions: plan.approval,
        policy: plan.baseSha,
        authors,
        goOn: (db) => askAgain(db, row, new Date(context.now()), { replace: true }),
      },
    ];
  });
  return waiting.length === 0 ? "No deletion of this pull request waits for an approval." : waiting;
}

/**
 * What the newest rollout of each of the pull request's systems came to, with what earlier ones have left held. What is approved
 * is all of it, so that the rollout's commit has to be named, and not the pull request's head.
 */
async function heldByRollouts(asked: Asked, sha: string): Promise<Waiting[] | string> {
  const { context, client, pullRequest, cause } = asked;
  const waiting: Waiting[] = [];
  const others = new Set<string>();
  let running = false;
  const rollouts = await rolloutsOfPullRequest(context.db, client.id, pullRequest.number);
  for (const system of new Set(rollouts.map((row) => row.system))) {
    const [newest, ...earlier] = await rolloutsOfSystem(context.db, client.id, system, mostRollouts);
    if (newest === undefined) continue;
    running ||= isRunning(newest);
    const deletions = detailOf(newest).approval;
    if (deletions === undefined) continue;
    const before = leadingHeld(earlier);
    if (!newest.sha.startsWith(sha)) others.add(newest.sha);
    else if (newest.previous_sha === null || before === undefined || [newest, ...before].some(isNobodys)) {
      return `Who has brought the deletions of ${code(system)} is not known, so that nobody can approve them here. Put the files back, and take them out in a pull request.`;
    } else {
      waiting.push({
        system,
        deletions,
        policy: newest.previous_sha,
        authors: await authorsOf(asked, [newest, ...before]),
        rolloutSha: newest.sha,
        goOn: (db) => restartRollout(db, newest, cause.replaceAll(":", "/"), new Date(context.now())),
      });
    }
  }
  if (waiting.length > 0) return waiting;
  if (others.size > 0) {
    const named = [...others].map((other) => `\`${approveCommand(other)}\``).join(" or ");
    return `${code(sha)} is not what holds deletions now. Look at what does, and name it: ${named}.`;
  }
  if (running) return "The rollout is not over yet. Look at what it holds then, and write the command again.";
  return "No deletion of this pull request waits for an approval.";
}

/** Those before that may have left something held; undefined when there may be more of them than is looked at. */
function leadingHeld(earlier: readonly RolloutRow[]): RolloutRow[] | undefined {
  const end = earlier.findIndex((row) => row.state === "healthy" && detailOf(row).approval === undefined);
  if (end === -1 && earlier.length >= mostRollouts - 1) return undefined;
  return end === -1 ? [...earlier] : earlier.slice(0, end);
}

/** Pushed to the branch without a pull request. */
const isNobodys = ({ pull_requests }: RolloutRow): boolean => pull_requests.length === 0;

async function authorsOf({ client }: Asked, rollouts: readonly RolloutRow[]): Promise<ReadonlySet<string>> {
  const numbers = new Set(rollouts.flatMap(({ pull_requests }) => pull_requests));
  const found = await Promise.all([...numbers].map((number) => client.pullRequest(number)));
  return whoBrought(
    client,
    found.filter((one) => one !== undefined),
  );
}

/** @returns why this person cannot approve it, inert */
async function whyNot({ context, client, comment }: Asked, waiting: Waiting): Promise<string | undefined> {
  const { system, policy, authors } = waiting;
  const { author: login } = comment;
  if (authors.has(login.toLowerCase())) {
    return `Whoever brings deletions cannot approve them, so somebody else has to for ${code(system)}.`;
  }
  const mirror = await context.mirror(client.id);
  if (!(await bring(mirror, policy))) {
    return `Who may approve for ${code(system)} stood at \`${policy.slice(0, 7)}\`, which the repository has no more: the branch was forced. Put the files back, and take them out in a pull request.`;
  }
  const { systems } = await readConfig(mirror, policy);
  const known = systems.find(({ name }) => name === system);
  if (known === undefined) return `System ${code(system)} is not described at \`${policy.slice(0, 7)}\`.`;
  try {
    if (await isApprover(client, login, known.approvers)) return undefined;
  } catch (error) {
    if (!(error instanceof GitHubError) || error.kind !== "forbidden") throw error;
    return `trueup may not read who is in the teams that may approve for ${code(system)}. Grant the GitHub App the permission \`members: read\`, and write the command again.`;
  }
  return `Deletions of ${code(system)} are approved by ${whoApproves(known.approvers)}.`;
}

const otherHead = ({ head }: PullRequest, sha: string): string =>
  `The pull request's head is not ${code(sha)}; it may have moved since you looked at it. It is at \`${head.sha.slice(0, 12)}\` now.`;
