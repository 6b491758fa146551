import { awaitsCluster } from "../../core/plan/awaits-cluster.ts";
import type { PlanResult } from "../../link/messages.ts";
import { attended } from "../../store/attention.ts";
import { closeCommand } from "../../store/commands.ts";
import { announceBy, countAwaited, type PlanRow, recordAskedAgain } from "../../store/plans.ts";
import type { Database } from "../../store/schema.ts";
import { formatJobKey } from "../job-key.ts";
import type { BotContext } from "../reconciler.ts";
import {
  commandIdOf,
  isAnswered,
  mostAnnounced,
  patienceOfNobodyMs,
  patienceOfPeopleMs,
  sendPlan,
} from "./ask-plans.ts";

/**
 * Asks a plan's question again because somebody wants it, or what it rests on is another one; the answer that is there stands
 * meanwhile. A question that is still open is left alone: the agent has yet to look. Where the question itself has become another
 * one, as by an approval, the open one is replaced.
 */
export async function askAgain(
  db: Database,
  row: PlanRow,
  askedAt: Date,
  { replace = false }: { replace?: boolean } = {},
): Promise<void> {
  const announceAt = new Date(askedAt.getTime() + patienceOfPeopleMs);
  if (!(await ask(db, row, { askedAt, announceAt }, replace))) await announceBy(db, row, announceAt);
}

/**
 * Asks for plans of a cluster again because that may have changed since, which nobody has asked for; the answers that are there stand
 * meanwhile. What takes long is told; of a crowd only to who attends to one of its pull requests, and not of what was refused, which is
 * asked time and again.
 */
export async function askAllAgain(
  { db, wake, now }: BotContext,
  cluster: string,
  rows: readonly PlanRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const askedAt = new Date(now());
  const isCrowd = rows.length + (await countAwaited(db, cluster)) > mostAnnounced;
  const soon = isCrowd ? undefined : new Date(askedAt.getTime() + patienceOfNobodyMs);
  const asked: PlanRow[] = [];
  for (const row of rows) {
    const isQuiet = wasRefused(row);
    const announceAt = isQuiet ? undefined : soon;
    if ((await ask(db, row, { askedAt, announceAt })) && !isQuiet) asked.push(row);
  }
  const keys = asked
    .toSorted((one, other) => one.repository_id - other.repository_id || one.pull_request - other.pull_request)
    .map((row) => ({ kind: "pull-request", repositoryId: row.repository_id, number: row.pull_request }) as const);
  const told = isCrowd ? await attended(db, keys.map(formatJobKey)) : undefined;
  for (const key of keys) {
    if (told?.has(formatJobKey(key)) === false) continue;
    await wake(key, { delayMs: patienceOfNobodyMs, turn: "last" });
  }
}

function wasRefused({ result }: PlanRow): boolean {
  const answer = result as PlanResult | null;
  return answer?.error !== undefined || (answer?.plan !== undefined && awaitsCluster(answer.plan));
}

/** @returns false when there is nothing new to ask */
async function ask(
  db: Database,
  row: PlanRow,
  { askedAt, announceAt }: { askedAt: Date; announceAt: Date | undefined },
  replace = false,
): Promise<boolean> {
  const { repository_id: repositoryId, pull_request: pullRequest, system, cluster, head_sha, base_sha } = row;
  const stem = row.command_id.slice(0, row.command_id.lastIndexOf("/") + 1);
  const commandId = commandIdOf(stem, askedAt);
  if (commandId === row.command_id || !(replace || isAnswered(row))) return false;
  if (!isAnswered(row)) await closeCommand(db, row.command_id);
  await recordAskedAgain(db, row, { commandId, askedAt, announceAt });
  await sendPlan(db, cluster, {
    id: commandId,
    repositoryId,
    system,
    pullRequest,
    headSha: head_sha,
    baseSha: base_sha,
  });
  return true;
}
