import { type Selectable, sql } from "kysely";
import type { Database, Tables } from "./schema.ts";

export type PlanRow = Selectable<Tables["plans"]>;

export interface AskedPlan {
  repositoryId: number;
  pullRequest: number;
  system: string;
  cluster: string;
  commandId: string;
  headSha: string;
  baseSha: string;
  /** Its branch. */
  baseRef?: string;
  /** By the bot's clock. */
  askedAt: Date;
  /** From when on it is told that the answer is waited for; without it, only to who attends to the pull request. */
  announceAt?: Date | undefined;
}

/** Remembers which plan was asked for last; an answer to an earlier question is not taken any more. */
export async function recordAskedPlan(db: Database, plan: AskedPlan): Promise<void> {
  const row = {
    cluster: plan.cluster,
    command_id: plan.commandId,
    head_sha: plan.headSha,
    base_sha: plan.baseSha,
    base_ref: plan.baseRef ?? "",
    asked_at: plan.askedAt,
    announce_at: plan.announceAt ?? null,
  };
  await db
    .insertInto("plans")
    .values({
      repository_id: plan.repositoryId,
      pull_request: plan.pullRequest,
      system: plan.system,
      ...row,
      result: null,
      answered_at: null,
      silent_since: null,
    })
    .onConflict((conflict) =>
      conflict
        .columns(["repository_id", "pull_request", "system"])
        .doUpdateSet({ ...row, result: null, answered_at: null, silent_since: null, final: false }),
    )
    .execute();
}

/** The same question once more; the answer that is there stands until the new one comes. */
export async function recordAskedAgain(
  db: Database,
  plan: Pick<PlanRow, "repository_id" | "pull_request" | "system">,
  { commandId, askedAt, announceAt }: Pick<AskedPlan, "commandId" | "askedAt" | "announceAt">,
): Promise<void> {
  await db
    .updateTable("plans")
    .set({ command_id: commandId, asked_at: askedAt, announce_at: announceAt ?? null })
    .where("repository_id", "=", plan.repository_id)
    .where("pull_request", "=", plan.pull_request)
    .where("system", "=", plan.system)
    .execute();
}

/** Somebody waits for an answer that nobody was to be told of, or later. */
export async function announceBy(
  db: Database,
  { command_id }: Pick<PlanRow, "command_id">,
  announceAt: Date,
): Promise<void> {
  await db
    .updateTable("plans")
    .set({ announce_at: sql`least(announce_at, ${announceAt}::timestamptz)` })
    .where("command_id", "=", command_id)
    .execute();
}

/** Inside a transaction. @returns the plan that waited for this answer, as it was until then; undefined when nobody does */
export async function recordPlanResult(db: Database, commandId: string, result: object): Promise<PlanRow | undefined> {
  const before = await db
    .selectFrom("plans")
    .selectAll()
    .where("command_id", "=", commandId)
    .where("final", "=", false)
    .forUpdate()
    .executeTakeFirst();
  if (before === undefined) return undefined;
  await db
    .updateTable("plans")
    .set({ result: JSON.stringify(result), answered_at: sql`now()`, silent_since: null })
    .where("command_id", "=", commandId)
    .where("final", "=", false)
    .execute();
  return before;
}

export async function plansOf(db: Database, repositoryId: number, pullRequest: number) {
  return db
    .selectFrom("plans")
    .selectAll()
    .where("repository_id", "=", repositoryId)
    .where("pull_request", "=", pullRequest)
    .orderBy("system")
    .execute();
}

/** The plans of this system that are not final, always in the same order; a change in the cluster may make them look again. */
export async function plansOfSystem(db: Database, repositoryId: number, system: string): Promise<PlanRow[]> {
  return db
    .selectFrom("plans")
    .selectAll()
    .where("repository_id", "=", repositoryId)
    .where("system", "=", system)
    .where("final", "=", false)
    .orderBy("pull_request")
    .execute();
}

/** The plans of a cluster that are not final: the one that was answered to this command, or all of them. */
export async function plansOfCluster(db: Database, cluster: string, commandId?: string): Promise<PlanRow[]> {
  let plans = db.selectFrom("plans").selectAll().where("cluster", "=", cluster).where("final", "=", false);
  if (commandId !== undefined) plans = plans.where("command_id", "=", commandId);
  return plans.orderBy("command_id").execute();
}

/**
 * How many plans of a cluster are waited for, those included that another answer stands for meanwhile.
 *
 * @param moved a branch that has moved: all plans into it are made again, or will be
 */
export async function countAwaited(
  db: Database,
  cluster: string,
  moved?: { repositoryId: number; base: string },
): Promise<number> {
  const isAwaited = sql<boolean>`result->>'id' is distinct from command_id`;
  const { count } = await db
    .selectFrom("plans")
    .select(sql<number>`count(*)::int`.as("count"))
    .where("cluster", "=", cluster)
    .where("final", "=", false)
    .where(
      moved === undefined
        ? isAwaited
        : sql<boolean>`(${isAwaited} or (repository_id = ${moved.repositoryId}::bigint and base_ref = ${moved.base}))`,
    )
    .executeTakeFirstOrThrow();
  return count;
}

/**
 * Marks the plans that are not final and whose cluster's agent was not heard after `before`. Those that are marked already stay so.
 *
 * @returns the pull requests that have one marked now, each once and always in the same order
 */
export async function markSilent(
  db: Database,
  before: Date,
): Promise<{ repository_id: number; pull_request: number }[]> {
  const { rows } = await sql<{ repository_id: number; pull_request: number }>`
    with unheard as (
      select command_id, coalesce(last_heard, asked_at) as since from plans left join agents using (cluster)
      where not final and result is not null and silent_since is null and coalesce(last_heard, asked_at) <= ${before}
      order by command_id for update of plans),
    marked as (
      update plans set silent_since = unheard.since from unheard where plans.command_id = unheard.command_id
      returning repository_id, pull_request)
    select distinct repository_id, pull_request from marked order by repository_id, pull_request`.execute(db);
  return rows;
}

/** The plans of a cluster whose agent was silent and that nobody has answered for since. */
export async function silentPlansOf(db: Database, cluster: string): Promise<PlanRow[]> {
  return (
    db
      .selectFrom("plans")
      .selectAll()
      .where("cluster", "=", cluster)
      .where("silent_since", "is not", null)
      .where("final", "=", false)
      // What was asked again already is on its way.
      .where(sql<boolean>`result->>'id' = command_id`)
      .orderBy("command_id")
      .execute()
  );
}

/** A merged pull request's plans stand as they are, and are in nobody's way any more. */
export async function finalisePlans(db: Database, repositoryId: number, pullRequest: number): Promise<void> {
  await db
    .updateTable("plans")
    .set({ final: true })
    .where("repository_id", "=", repositoryId)
    .where("pull_request", "=", pullRequest)
    .where("final", "=", false)
    .execute();
  await db
    .deleteFrom("touches")
    .where("repository_id", "=", repositoryId)
    .where("pull_request", "=", pullRequest)
    .execute();
}

export async function forgetPlan(
  db: Database,
  repositoryId: number,
  pullRequest: number,
  system: string,
): Promise<void> {
  await db
    .deleteFrom("plans")
    .where("repository_id", "=", repositoryId)
    .where("pull_request", "=", pullRequest)
    .where("system", "=", system)
    .execute();
}
