import type { ApprovableDeletions } from "../../core/plan/deletion-approval.ts";
import { whoApproves } from "../../core/report/approval.ts";
import { code } from "../../core/report/inert.ts";
import { GitHubError } from "../../github/github-error.ts";
import type { PullRequest } from "../../github/repository-client.ts";
import type { PlanResult } from "../../link/messages.ts";
import { recordApproval } from "../../store/approvals.ts";
import { recordAudit } from "../../store/audit.ts";
import { plansOf } from "../../store/plans.ts";
import { type RolloutRow, rolloutsOfPullRequest, rolloutsOfSystem } from "../../store/rollouts.ts";
import type { Database } from "../../store/schema.ts";
import { detailOf } from "../branch/rollout-state.ts";
import { restartRollout } from "../branch/start-rollout.ts";
import { readConfig } from "../desired/read-config.ts";
import { askAgain } from "../pull-request/ask-plans.ts";
import { answerOnce } from "./answer.ts";
import { isApprover } from "./approvers.ts";
import type { Asked } from "./asked.ts";

/** Deletions of one system that wait for an approval, and what is to happen once it is there. */
interface Waiting {
  system: string;
  deletions: ApprovableDeletions;
  /** The revision whose policy says who may approve. */
  policy: string;
  /** Whoever brought the deletions, who cannot approve them. */
  authors: string[];
  goOn(db: Database): Promise<void>;
}

/**
 * Lets the deletions go that guards hold, of an open pull request or of one that is merged: for the commit that was looked at, by
 * an approver of the base's policy who did not bring them. What is approved is bound to the system, the tree of its path and the
 * very objects, so that it survives a squash merge and nothing else.
 *
 * @param sha at least seven digits of the pull request's head, or of the commit that is rolled out
 */
export async function approveDelete(asked: Asked, sha: string): Promise<string> {
  const { context, client, pullRequest, comment } = asked;
  const place = { number: pullRequest.number, commentId: comment.id };
  const no = async (sentence: string) => {
    await answerOnce(client, place, sentence);
    return `no: ${sentence}`;
  };
  // Who may write here may edit what somebody else has written.
  if (comment.edited) return no("A comment that was edited approves nothing; write a new one.");
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
  await context.db.transaction().execute(async (db) => {
    for (const { system, deletions, goOn } of approved) {
      const { tree, deletes } = deletions;
      await recordApproval(db, { ...of, system }, { tree, deletes, by });
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
  });
  await context.wake({ kind: "pull-request", repositoryId: client.id, number: pullRequest.number }, { turn: "first" });
  await context.wake({ kind: "branch", repositoryId: client.id, branch: pullRequest.base.ref }, { turn: "first" });
  if (refused.length > 0) await answerOnce(client, place, refused.join("\n\n"));
  const names = approved.map(({ system }) => system).join(", ");
  return [...(names === "" ? [] : [`approved for ${names}`]), ...refused.map((sentence) => `no: ${sentence}`)].join(
    "; ",
  );
}

/** @returns a sentence when there is nothing that could be approved */
async function heldByPlans({ context, client, pullRequest }: Asked, sha: string): Promise<Waiting[] | string> {
  const { number, head, author, state } = pullRequest;
  if (state === "closed") return "It is closed without being merged, so nothing is deleted.";
  if (!head.sha.startsWith(sha)) return otherHead(pullRequest, sha);
  const rows = await plansOf(context.db, client.id, number);
  const current = rows.filter(({ head_sha }) => head_sha === head.sha);
  if (current.length === 0 || current.some(({ result }) => result === null)) {
    return "It is not planned yet. Look at the plan first, and write the command again.";
  }
  const waiting = current.flatMap((row): Waiting[] => {
    const plan = (row.result as PlanResult).plan;
    if (plan?.approval === undefined) return [];
    return [
      {
        system: row.system,
        deletions: plan.approval,
        policy: plan.baseSha,
        authors: [author],
        goOn: (db) => askAgain(db, row, new Date(context.now())),
      },
    ];
  });
  return waiting.length === 0 ? "No deletion of this pull request waits for an approval." : waiting;
}

/** What the newest rollout of each of the pull request's systems came to, with what earlier ones have left held. */
async function heldByRollouts(asked: Asked, sha: string): Promise<Waiting[] | string> {
  const { context, client, pullRequest, cause } = asked;
  const waiting: Waiting[] = [];
  let named = [pullRequest.head.sha, pullRequest.mergeSha ?? ""].some((known) => known.startsWith(sha));
  const systems = new Set(
    (await rolloutsOfPullRequest(context.db, client.id, pullRequest.number)).map((row) => row.system),
  );
  for (const system of systems) {
    const [newest, ...earlier] = await rolloutsOfSystem(context.db, client.id, system);
    const deletions = newest && detailOf(newest).approval;
    if (newest === undefined) continue;
    named ||= newest.sha.startsWith(sha);
    if (deletions === undefined) continue;
    waiting.push({
      system,
      deletions,
      policy: newest.previous_sha ?? newest.sha,
      authors: await authorsOf(asked, [newest, ...leadingHeld(earlier)]),
      goOn: (db) => restartRollout(db, newest, cause.replaceAll(":", "/"), new Date(context.now())),
    });
  }
  if (!named) return otherHead(pullRequest, sha);
  return waiting.length === 0 ? "No deletion of this pull request waits for an approval." : waiting;
}

/** Those before that may have left something held. */
function leadingHeld(earlier: readonly RolloutRow[]): RolloutRow[] {
  const end = earlier.findIndex((row) => row.state === "healthy" && detailOf(row).approval === undefined);
  return end === -1 ? [...earlier] : earlier.slice(0, end);
}

async function authorsOf({ client }: Asked, rollouts: readonly RolloutRow[]): Promise<string[]> {
  const numbers = new Set(rollouts.flatMap(({ pull_requests }) => pull_requests));
  const found = await Promise.all([...numbers].map((number) => client.pullRequest(number)));
  return found.flatMap((one) => one?.author ?? []);
}

/** @returns why this person cannot approve it, inert */
async function whyNot({ context, client, comment }: Asked, waiting: Waiting): Promise<string | undefined> {
  const { system, policy, authors } = waiting;
  const { author: login } = comment;
  if (authors.some((author) => author.toLowerCase() === login.toLowerCase())) {
    return `Whoever brings deletions cannot approve them, so somebody else has to for ${code(system)}.`;
  }
  const mirror = await context.mirror(client.id);
  await mirror.fetchCommits([policy]);
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
