import { createHash } from "node:crypto";
import type { Json } from "../../core/manifest/kube-object.ts";
import { equalJson } from "../../core/plan/equal.ts";
import type { PlanCommand, PlanResult } from "../../link/messages.ts";
import { approvalsFor } from "../../store/approvals.ts";
import { addCommand, closeCommand } from "../../store/commands.ts";
import { countAwaited, forgetPlan, type PlanRow, plansOf, recordAskedPlan } from "../../store/plans.ts";
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
  /** Its branch. */
  base: string;
  /** Tree that merging would make. */
  tree: string;
}

/** Somebody who has acted is told that it is planned when that takes longer than this. */
export const patienceOfPeopleMs = 2_000;
/** What is planned again by itself writes nothing unless it takes longer than this: writes to GitHub are few. */
export const patienceOfNobodyMs = 10_000;

/** Of plans that are made again by themselves beside more than these, none is told: they would take the writes that their answers need. */
export const mostAnnounced = 20;

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
  const { repositoryId, number, headSha, baseSha, base } = subject;
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
    const announceAt = missing.length === 0 ? undefined : await announcementOf(transaction, rows, subject, askedAt);
    for (const { system, cluster, stem } of missing) {
      const commandId = commandIdOf(stem, askedAt);
      const asked = { repositoryId, pullRequest: number, system, cluster, commandId, headSha, baseSha, baseRef: base };
      await recordAskedPlan(transaction, { ...asked, askedAt, announceAt });
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

/**
 * When to tell that plans are on their way: soon when somebody opened, pushed, retargeted or asked, and later when only the base has
 * moved; never where that has made a crowd. Who waits already goes on waiting from when they acted.
 */
async function announcementOf(
  db: Database,
  before: readonly PlanRow[],
  { repositoryId, headSha, base }: PlanSubject,
  askedAt: Date,
): Promise<Date | undefined> {
  const isSame = ({ head_sha, base_ref }: PlanRow) => head_sha === headSha && base_ref === base;
  const isByItself = before.length > 0 && before.every(isSame);
  if (!isByItself) return new Date(askedAt.getTime() + patienceOfPeopleMs);
  const since = before.flatMap((row) => (isAnswered(row) ? [] : (row.announce_at?.getTime() ?? [])));
  for (const cluster of new Set(before.map((row) => row.cluster))) {
    if ((await countAwaited(db, cluster, { repositoryId, base })) <= mostAnnounced) continue;
    return since.length === 0 ? undefined : new Date(Math.min(...since));
  }
  return new Date(Math.min(askedAt.getTime() + patienceOfNobodyMs, ...since));
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

export async function sendPlan(
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
export function commandIdOf(stem: string, askedAt: Date): string {
  return `${stem}${askedAt.getTime()}`;
}

/** What was asked again, and nobody was told of, changes nothing when its answer says what stands already. */
export function isNews(row: PlanRow, next: PlanResult, now: number): boolean {
  const { result, announce_at, asked_at, silent_since } = row;
  if (result === null || announce_at !== null || silent_since !== null) return true;
  if (now - asked_at.getTime() >= patienceOfNobodyMs) return true;
  return !equalJson(said(result as PlanResult), said(next));
}

/** Without which question it answers, and as of when. */
function said({ plan, error }: PlanResult): Json {
  const { liveAsOf: _, ...rest } = plan ?? {};
  return { plan: rest, error } as unknown as Json;
}

/** Also when another answer stands meanwhile, it is not. */
export function isAnswered({ result, command_id }: Pick<PlanRow, "result" | "command_id">): boolean {
  return typeof result === "object" && result !== null && "id" in result && result.id === command_id;
}
