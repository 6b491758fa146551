import { code } from "../../core/report/inert.ts";
import { hasAudit, recordAudit } from "../../store/audit.ts";
import { plansOf } from "../../store/plans.ts";
import { findPullRequest, savePullRequest } from "../../store/pull-requests.ts";
import { storable } from "../../store/storable.ts";
import { wordsOf } from "../job-key.ts";
import { askAgain } from "../pull-request/ask-again.ts";
import type { BotContext, CommandKey } from "../reconciler.ts";
import { adopt } from "./adopt.ts";
import { answer } from "./answer.ts";
import { approveDelete } from "./approve-delete.ts";
import type { Asked, Deed } from "./asked.ts";
import { helpText, parseCommand, planCommand, type UserCommand } from "./parse-command.ts";
import { pause, resume } from "./pause.ts";
import { rollBack } from "./roll-back.ts";
import { showDrift } from "./show-drift.ts";
import { sync } from "./sync.ts";

const notUnderstood = new Set(["unknown", "no-commit", "no-time"]);

/** An agent that answers wakes the command; silence comes without a hint. */
const lookAgainMs = 15_000;

const mayCommand = new Set(["admin", "maintain", "write"]);

/**
 * Does what a comment asks for, once, when its author may ask: a reaction tells that it was seen. Others are told no by a reaction,
 * and nothing else happens. Neither the reaction nor the answer is waited for, so that what is asked for is done also while GitHub
 * takes no more writes.
 */
export async function runCommand(context: BotContext, key: CommandKey): Promise<void> {
  const { repositoryId, number, commentId } = key;
  const client = await context.repository(repositoryId);
  const found = await client.comment(number, commentId);
  if (found === undefined) return;
  const words = wordsOf(found.body);
  const comment = storable(found);
  const command = parseCommand(comment.body);
  if (command === undefined) return;
  const line = comment.body.trim().split("\n", 1)[0]!.trim();
  const cause = `command:${commentId}:${words}`;
  const isAsWritten = !comment.edited && words === key.words;
  const auditKey = `${repositoryId}:${cause}`;
  if (await hasAudit(context.db, auditKey)) return;
  const pullRequest = await client.pullRequest(number);
  if (pullRequest === undefined) return;

  const allowed = mayCommand.has(await client.permissionOf(comment.author));
  const isReworded = key.words !== undefined && words !== key.words;
  const isOdd = isReworded || notUnderstood.has(command.name);
  const content = !allowed ? "-1" : isOdd ? "confused" : "eyes";
  await context.wake({ kind: "reaction", repositoryId, commentId, content }, { turn: "asked" });
  const asked: Asked = { context, client, pullRequest, comment, cause, words, isAsWritten };
  const done = !allowed
    ? "refused, no write permission"
    : isReworded
      ? await refuseReworded(asked)
      : await run(asked, command);
  if (done === undefined) return context.wake({ kind: "command", ...key }, { delayMs: lookAgainMs, turn: "asked" });
  const { outcome, carryOut } = typeof done === "string" ? { outcome: done } : done;
  await context.inTransaction(async (inside) => {
    await carryOut?.(inside);
    await recordAudit(inside.db, {
      key: auditKey,
      who: comment.author,
      what: `asked on #${number} for ${code(line)}: ${outcome}`,
      repositoryId,
      sha: pullRequest.head.sha,
    });
  });
}

/** Whoever may write here may edit it, and what comes of it would be in its author's name. */
async function refuseReworded(asked: Asked): Promise<string> {
  await answer(asked, "This said something else when it was written, so nothing was done. Write it in a new comment.");
  return "refused, it said something else when it was written";
}

/**
 * @returns what came of it, for the audit trail, nothing of which does harm when it is done twice; or what is to be done. undefined
 *   while it waits for an agent
 */
async function run(asked: Asked, command: UserCommand): Promise<string | Deed | undefined> {
  switch (command.name) {
    case "plan":
      return plan(asked, command.sha);
    case "sync":
      return sync(asked, command.system);
    case "rollback":
      return rollBack(asked, command.sha);
    case "approve-delete":
      return approveDelete(asked, command.sha);
    case "pause":
      return pause(asked, command.lastsMs, command.reason);
    case "resume":
      return resume(asked);
    case "no-time": {
      const why = `${code(command.word || "pause")} names no time; write how long, such as \`/trueup pause 30m migration\`.`;
      await answer(asked, `${why}\n\n${helpText}`);
      return "not understood";
    }
    case "diff":
      return showDrift(asked);
    case "adopt":
      return adopt(asked, command.object);
    case "help":
      await answer(asked, helpText);
      return "answered";
    case "no-commit": {
      const why = `${code(command.word)} names no commit; that takes its SHA, or the first 7 digits of it or more.`;
      await answer(asked, `${why}\n\n${helpText}`);
      return "not understood";
    }
    case "unknown":
      await answer(asked, `${code(command.word)} is nothing that trueup knows.\n\n${helpText}`);
      return "not understood";
  }
}

/** A fork's head is named by whoever looked at it: another one may be there by the time that the command is read. */
async function plan(asked: Asked, sha: string | undefined): Promise<string | Deed> {
  const { context, client, pullRequest } = asked;
  const { number, head, base, state, merged } = pullRequest;
  if (state === "closed") {
    await answer(asked, `It is ${merged ? "merged" : "closed"}, so there is nothing to plan any more.`);
    return "nothing to plan, it is closed";
  }
  const key = { repository_id: client.id, number };
  const known = await findPullRequest(context.db, client.id, number);
  const needsSha = head.repositoryId !== client.id && known?.allowed_sha !== head.sha;
  if (sha === undefined ? needsSha : !head.sha.startsWith(sha)) {
    const why =
      sha === undefined
        ? "This pull request comes from a fork, so name the commit that you looked at."
        : `The pull request's head is not ${code(sha)}; it may have moved since you looked at it.`;
    await answer(asked, `${why} To have its head planned as it is now: \`${planCommand(head.sha)}\``);
    return "answered, it names another commit than the head";
  }
  return {
    outcome: "planned again",
    async carryOut({ db, wake, now }) {
      await savePullRequest(db, {
        ...key,
        head_sha: head.sha,
        base_sha: base.sha,
        allowed_sha: head.sha,
        comment_returned: false,
      });
      for (const row of await plansOf(db, client.id, number)) await askAgain(db, row, new Date(now()));
      await wake({ kind: "pull-request", repositoryId: client.id, number }, { turn: "asked" });
    },
  };
}
