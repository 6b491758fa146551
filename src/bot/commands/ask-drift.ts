import { silentAfterMs } from "../../link/bot-side.ts";
import type { AskDrift, DriftAnswer } from "../../link/messages.ts";
import { answerTo, forgetAnswers, recordAnswer } from "../../store/answers.ts";
import { addCommand, closeCommand, findCommand } from "../../store/commands.ts";
import { latestRolloutsOfBranch } from "../../store/rollouts.ts";
import type { BotContext } from "../reconciler.ts";
import type { Asked } from "./asked.ts";

/** What the agents of a branch's systems see that Git does not say. */
export interface DriftAnswers {
  answers: DriftAnswer[];
  /** Systems whose agent does not answer. */
  silent: { system: string; cluster: string }[];
}

/**
 * Asks every agent that something was rolled out to from the pull request's base branch. The question belongs to the comment: asked
 * again it is the same one, until {@link forgetDrift}.
 *
 * @returns undefined while somebody has yet to answer; the command is woken when one has
 */
export async function askDrift(asked: Asked): Promise<DriftAnswers | undefined> {
  const { context, client, pullRequest } = asked;
  const { db, inTransaction } = context;
  const now: DriftAnswers = { answers: [], silent: [] };
  let isWaiting = false;
  const rollouts = await latestRolloutsOfBranch(db, client.id, pullRequest.base.ref);
  for (const { system, cluster } of rollouts) {
    const id = questionOf(asked, system);
    const answer = await answerTo(db, id);
    if (answer !== undefined) {
      // The link's schema has checked what is stored here.
      now.answers.push(answer as DriftAnswer);
      continue;
    }
    const open = await findCommand(db, id, cluster);
    if (open === undefined) {
      const body: AskDrift = { type: "ask-drift", id, repositoryId: client.id, system };
      await inTransaction((inside) => addCommand(inside.db, { id, cluster, repositoryId: client.id, system, body }));
    }
    if (context.now() - (open?.created_at.getTime() ?? context.now()) > silentAfterMs) {
      now.silent.push({ system, cluster });
    } else isWaiting = true;
  }
  return isWaiting ? undefined : now;
}

/** Whoever asked has read it. */
export async function forgetDrift(asked: Asked): Promise<void> {
  const { context, client, pullRequest } = asked;
  const rollouts = await latestRolloutsOfBranch(context.db, client.id, pullRequest.base.ref);
  const ids = rollouts.map(({ system }) => questionOf(asked, system));
  for (const id of ids) await closeCommand(context.db, id);
  await forgetAnswers(context.db, ids);
}

/** Takes an agent's answer, and has whoever asked look again. */
export async function takeDrift(context: BotContext, cluster: string, answer: DriftAnswer): Promise<void> {
  const [, repositoryId, number, commentId, words] = question.exec(answer.id) ?? [];
  const asked = await findCommand(context.db, answer.id, cluster);
  if (words === undefined || asked === undefined || asked.answered_at !== null) return;
  await closeCommand(context.db, answer.id);
  await recordAnswer(context.db, answer.id, answer);
  const key = { repositoryId: Number(repositoryId), number: Number(number), commentId: Number(commentId), words };
  await context.wake({ kind: "command", ...key }, { turn: "asked" });
}

const question = /^drift\/(\d+)\/(\d+)\/(\d+)\/([0-9a-f]{16})\//;
const questionOf = ({ client, pullRequest, comment, words }: Asked, system: string): string =>
  `drift/${client.id}/${pullRequest.number}/${comment.id}/${words}/${system}`;
