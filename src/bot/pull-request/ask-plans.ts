import { createHash } from "node:crypto";
import type { PlanCommand } from "../../link/messages.ts";
import { approvalsFor } from "../../store/approvals.ts";
import { addCommand, closeCommand } from "../../store/commands.ts";
import { forgetPlan, type PlanRow, plansOf, recordAskedAgain, recordAskedPlan } from "../../store/plans.ts";
import type { Database } from "../../store/schema.ts";
import { whoMeets } from "../../store/touches.ts";
import type { SystemInput } from "../desired/compare-systems.ts";
import type { BotContext } from "../reconciler.ts";
import { wakeAll } from "./overlaps.ts";

/** For which pull request, and between which commits. */
export interface PlanSubject {
  repositoryId: number;
  number: number;
  headSha: string;
  baseSha: string;
  /** Tree that merging would make. */
  tree: string;
}

/** A plan that is wanted. The same question has the same stem, whoever asks it and however often. */
export interface Question {
  system: string;
  cluster: string;
  /** Command ids that ask this begin with it. */
  stem: string;
}

export function questionOf(subject: PlanSubject, input: SystemInput): Question {
  const { repositoryId, number, headSha, baseSha, tree } = subject;
  const { name: system, cluster } = input.system;
  const what = createHash("sha256")
    .update(JSON.stringify([headSha, baseSha, tree, input.system, input.tree]))
    .digest("hex");
  return { system, cluster, stem: `plan/${repositoryId}/${number}/${what.slice(0, 32)}/` };
}

/** The row that holds this question, answered or not. */
export function rowOf(rows: readonly PlanRow[], { system, stem }: Question): PlanRow | undefined {
  return rows.find((row) => row.system === system && row.command_id.startsWith(stem));
}

/**
 * Makes these questions the pull request's only ones: opens a command for each that was not asked yet and drops the others, of
 * which those that were told of them hear. Asking what was asked already changes nothing.
 *
 * @returns the questions' rows
 */
export function askPlans(
  context: BotContext,
  subject: PlanSubject,
  questions: readonly Question[],
): Promise<PlanRow[]> {
  const { repositoryId, number, headSha, baseSha } = subject;
  const askedAt = new Date(context.now());
  return context.inTransaction(async (inside) => {
    const { db: transaction } = inside;
    const rows = await plansOf(transaction, repositoryId, number);
    const missing = questions.filter((question) => rowOf(rows, question) === undefined);
    const wanted = new Set(questions.map(({ system }) => system));
    const leaves = rows.some(({ system }) => !wanted.has(system));
    const met = leaves ? await whoMeets(transaction, repositoryId, number) : [];
    for (const row of rows) {
      const replaced = missing.some(({ system }) => system === row.system);
      if (!wanted.has(row.system)) await forgetPlan(transaction, repositoryId, number, row.system);
      if (replaced || !wanted.has(row.system)) await closeCommand(transaction, row.command_id);
    }
    for (const { system, cluster, stem } of missing) {
      const commandId = commandIdOf(stem, askedAt);
      const asked = { repositoryId, pullRequest: number, system, cluster, commandId, headSha, baseSha, askedAt };
      await recordAskedPlan(transaction, asked);
      await sendPlan(transaction, cluster, {
        id: commandId,
        repositoryId,
        system,
        pullRequest: number,
        headSha,
        baseSha,
      });
    }
    await wakeAll(inside, repositoryId, met);
    return missing.length === 0 ? rows : plansOf(transaction, repositoryId, number);
  });
}

/** Nobody wants these plans any more. */
export function dropPlans(context: BotContext, repositoryId: number, number: number): Promise<void> {
  return context.inTransaction(async (inside) => {
    const met = await whoMeets(inside.db, repositoryId, number);
    for (const row of await plansOf(inside.db, repositoryId, number)) {
      await forgetPlan(inside.db, repositoryId, number, row.system);
      await closeCommand(inside.db, row.command_id);
    }
    await wakeAll(inside, repositoryId, met);
  });
}

/**
 * Asks a plan's question again because the cluster may have changed since; the answer that is there stands meanwhile. A question
 * that is still open is left alone: the agent has yet to look. Where the question itself has become another one, as by an
 * approval, the open one is replaced.
 */
export async function askAgain(
  db: Database,
  row: PlanRow,
  askedAt: Date,
  { replace = false }: { replace?: boolean } = {},
): Promise<void> {
  const { repository_id: repositoryId, pull_request: pullRequest, system, cluster, head_sha, base_sha } = row;
  const stem = row.command_id.slice(0, row.command_id.lastIndexOf("/") + 1);
  const id = commandIdOf(stem, askedAt);
  if (id === row.command_id || !(replace || isAnswered(row))) return;
  if (!isAnswered(row)) await closeCommand(db, row.command_id);
  await recordAskedAgain(db, row, id, askedAt);
  await sendPlan(db, cluster, { id, repositoryId, system, pullRequest, headSha: head_sha, baseSha: base_sha });
}

async function sendPlan(
  db: Database,
  cluster: string,
  command: Omit<PlanCommand, "type" | "approvals">,
): Promise<void> {
  const { id, repositoryId, system, pullRequest } = command;
  const approvals = await approvalsFor(db, command, [pullRequest]);
  const body: PlanCommand = { type: "plan", ...command, ...(approvals.length === 0 ? {} : { approvals }) };
  await addCommand(db, { id, cluster, repositoryId, system, body });
}

/** Fresh each time: the agent takes a repeated id for the same command, and would not look again. */
function commandIdOf(stem: string, askedAt: Date): string {
  return `${stem}${askedAt.getTime()}`;
}

function isAnswered({ result, command_id }: PlanRow): boolean {
  return typeof result === "object" && result !== null && "id" in result && result.id === command_id;
}
