import type { ApprovableDeletions } from "../../core/plan/deletion-approval.ts";
import { approveCommand } from "../../core/report/approval.ts";
import { code } from "../../core/report/inert.ts";
import type { PullRequest } from "../../github/repository-client.ts";
import type { PlanResult } from "../../link/messages.ts";
import { plansOf } from "../../store/plans.ts";
import { type RolloutRow, rolloutsOfPullRequest, rolloutsOfSystem } from "../../store/rollouts.ts";
import type { Database } from "../../store/schema.ts";
import { type Held, toldHeldOf } from "../../store/told-held.ts";
import { detailOf, isRunning } from "../branch/rollout-state.ts";
import { restartRollout } from "../branch/start-rollout.ts";
import { askAgain } from "../pull-request/ask-again.ts";
import type { Asked } from "./asked.ts";
import { type Brought, whoBrought } from "./who-brought.ts";

/** As many as are looked at to find who has brought what is held. */
const mostRollouts = 20;

/** Deletions of one system that wait for an approval, and what is to happen once it is there. */
export interface Waiting {
  system: string;
  deletions: ApprovableDeletions;
  /** The revision whose policy says who may approve. */
  policy: string;
  /** Whoever brought the deletions cannot approve them. */
  brought: Brought;
  /** Where it is approved after the merge. */
  rolloutSha?: string;
  goOn(db: Database): Promise<void>;
}

/**
 * What an open pull request's plans hold, as it was told when the command was written.
 *
 * @returns a sentence when there is nothing that could be approved
 */
export async function heldByPlans(asked: Asked, sha: string): Promise<Waiting[] | string> {
  const { context, client, pullRequest } = asked;
  const { number, head, base, state } = pullRequest;
  if (state === "closed") return "It is closed without being merged, so nothing is deleted.";
  if (!head.sha.startsWith(sha)) return otherHead(pullRequest, sha);
  const rows = await plansOf(context.db, client.id, number);
  const current = rows.filter(({ head_sha }) => head_sha === head.sha);
  if (current.length === 0 || current.some(({ result }) => result === null)) {
    return "It is not planned yet. Look at the plan first, and write the command again.";
  }
  const waiting: Waiting[] = [];
  const brought = await whoBrought(client, [number]);
  for (const row of current) {
    const { system } = row;
    const plan = (row.result as PlanResult).plan;
    const deletions = plan?.approval;
    if (plan === undefined || deletions === undefined) continue;
    const held = { ...deletions, sha: head.sha, baseRef: base.ref };
    if (!(await wasTold(asked, system, held, [number]))) return changedMeanwhile(system);
    waiting.push({
      system,
      deletions,
      policy: plan.baseSha,
      brought,
      goOn: (db) => askAgain(db, row, new Date(context.now()), { replace: true }),
    });
  }
  return waiting.length === 0 ? nothingWaits : waiting;
}

/**
 * What the newest rollout of each of the pull request's systems came to, with what earlier ones have left held, as it was told when
 * the command was written. What is approved is all of it, so that the rollout's commit has to be named, and not the pull request's head.
 *
 * @returns a sentence when there is nothing that could be approved
 */
export async function heldByRollouts(asked: Asked, sha: string): Promise<Waiting[] | string> {
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
    if (!newest.sha.startsWith(sha)) {
      others.add(newest.sha);
      continue;
    }
    const before = leadingHeld(earlier);
    if (newest.previous_sha === null || before === undefined || [newest, ...before].some(isNobodys)) {
      return `Who has brought the deletions of ${code(system)} is not known, so that nobody can approve them here. Put the files back, and take them out in a pull request.`;
    }
    // A later one is told by its own pull requests.
    const isOwn = newest.pull_requests.includes(pullRequest.number);
    const held = { ...deletions, sha: newest.sha, baseRef: newest.branch };
    const tellers = isOwn ? [pullRequest.number] : newest.pull_requests;
    if (!(await wasTold(asked, system, held, tellers))) return changedMeanwhile(system);
    const numbers = new Set([newest, ...before].flatMap(({ pull_requests }) => pull_requests));
    waiting.push({
      system,
      deletions,
      policy: newest.previous_sha,
      brought: await whoBrought(client, [...numbers]),
      rolloutSha: newest.sha,
      goOn: (db) => restartRollout(db, newest, cause.replaceAll(":", "/"), new Date(context.now())),
    });
  }
  if (waiting.length > 0) return waiting;
  if (others.size > 0) {
    const named = [...others].map((other) => `\`${approveCommand(other)}\``).join(" or ");
    return `${code(sha)} is not what holds deletions now. Look at what does, and name it: ${named}.`;
  }
  if (running) return "The rollout is not over yet. Look at what it holds then, and write the command again.";
  return nothingWaits;
}

/** Whether one of these pull requests told all of it by the time that the command was written, which has whole seconds. */
async function wasTold(
  { context, client, comment }: Asked,
  system: string,
  held: Held,
  pullRequests: readonly number[],
): Promise<boolean> {
  const told = await toldHeldOf(context.db, { repositoryId: client.id, system }, pullRequests);
  const writtenBefore = Date.parse(comment.createdAt) + 1_000;
  return told.some(({ sha, base_ref, tree, deletes, told_at }) => {
    const all = new Set(deletes);
    const isSame = sha === held.sha && base_ref === held.baseRef && tree === held.tree;
    return isSame && told_at.getTime() < writtenBefore && held.deletes.every((id) => all.has(id));
  });
}

/** Those before that may have left something held; undefined when there may be more of them than is looked at. */
function leadingHeld(earlier: readonly RolloutRow[]): RolloutRow[] | undefined {
  const end = earlier.findIndex((row) => row.state === "healthy" && detailOf(row).approval === undefined);
  if (end === -1 && earlier.length >= mostRollouts - 1) return undefined;
  return end === -1 ? [...earlier] : earlier.slice(0, end);
}

/** Pushed to the branch without a pull request. */
const isNobodys = ({ pull_requests }: RolloutRow): boolean => pull_requests.length === 0;

const nothingWaits = "No deletion of this pull request waits for an approval.";

const changedMeanwhile = (system: string): string =>
  `What is held in ${code(system)} has changed meanwhile, and was not told yet when this was written, so nothing is approved. Look at it as it is now, and repeat the command.`;

const otherHead = ({ head }: PullRequest, sha: string): string =>
  `The pull request's head is not ${code(sha)}; it may have moved since you looked at it. It is at \`${head.sha.slice(0, 12)}\` now.`;
