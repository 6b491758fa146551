import { sql } from "kysely";
import type { Database } from "./schema.ts";

export interface AskedPlan {
  repositoryId: number;
  pullRequest: number;
  system: string;
  cluster: string;
  commandId: string;
  headSha: string;
  baseSha: string;
}

/** Remembers which plan was asked for last; an answer to an earlier question is not taken any more. */
export async function recordAskedPlan(db: Database, plan: AskedPlan): Promise<void> {
  const row = { cluster: plan.cluster, command_id: plan.commandId, head_sha: plan.headSha, base_sha: plan.baseSha };
  await db
    .insertInto("plans")
    .values({
      repository_id: plan.repositoryId,
      pull_request: plan.pullRequest,
      system: plan.system,
      ...row,
      result: null,
      answered_at: null,
    })
    .onConflict((conflict) =>
      conflict
        .columns(["repository_id", "pull_request", "system"])
        .doUpdateSet({ ...row, asked_at: sql`now()`, result: null, answered_at: null }),
    )
    .execute();
}

/** @returns the pull request that waited for this answer; undefined when nobody does */
export async function recordPlanResult(db: Database, commandId: string, result: object) {
  return db
    .updateTable("plans")
    .set({ result: JSON.stringify(result), answered_at: sql`now()` })
    .where("command_id", "=", commandId)
    .returning(["repository_id", "pull_request", "system"])
    .executeTakeFirst();
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

/** Pull requests that have a plan with this system; a change in the cluster makes them look again. */
export async function pullRequestsWithPlan(db: Database, repositoryId: number, system: string): Promise<number[]> {
  const rows = await db
    .selectFrom("plans")
    .select("pull_request")
    .where("repository_id", "=", repositoryId)
    .where("system", "=", system)
    .execute();
  return rows.map(({ pull_request }) => pull_request);
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
