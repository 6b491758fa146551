import { type Insertable, type Selectable, sql, type Updateable } from "kysely";
import type { Database, Tables } from "./schema.ts";

export type RolloutRow = Selectable<Tables["rollouts"]>;

/** Adds a rollout; one of the same system and commit stays as it is. @returns the one that is there now */
export async function addRollout(db: Database, row: Insertable<Tables["rollouts"]>): Promise<RolloutRow> {
  await db
    .insertInto("rollouts")
    .values(row)
    .onConflict((conflict) => conflict.columns(["repository_id", "system", "sha"]).doNothing())
    .execute();
  return (await findRollout(db, row.repository_id, row.system, row.sha))!;
}

export async function findRollout(
  db: Database,
  repositoryId: number,
  system: string,
  sha: string,
): Promise<RolloutRow | undefined> {
  return db
    .selectFrom("rollouts")
    .selectAll()
    .where("repository_id", "=", repositoryId)
    .where("system", "=", system)
    .where("sha", "=", sha)
    .executeTakeFirst();
}

export async function updateRollout(
  db: Database,
  { repository_id, system, sha }: Pick<RolloutRow, "repository_id" | "system" | "sha">,
  change: Updateable<Tables["rollouts"]>,
): Promise<void> {
  await db
    .updateTable("rollouts")
    .set(change)
    .where("repository_id", "=", repository_id)
    .where("system", "=", system)
    .where("sha", "=", sha)
    .execute();
}

/** The Deployment says how the rollout stood when it was read; when it has moved on since, that remains to be told. */
export async function markTold(
  db: Database,
  { repository_id, system, sha, state }: Pick<RolloutRow, "repository_id" | "system" | "sha" | "state">,
  told: { deployment_id: number; deployment_state: string },
): Promise<void> {
  await db
    .updateTable("rollouts")
    .set(told)
    .where("repository_id", "=", repository_id)
    .where("system", "=", system)
    .where("sha", "=", sha)
    .where("state", "=", state)
    .execute();
}

/** Rollouts of a system, newest first. */
export async function rolloutsOfSystem(
  db: Database,
  repositoryId: number,
  system: string,
  limit = 20,
): Promise<RolloutRow[]> {
  return db
    .selectFrom("rollouts")
    .selectAll()
    .where("repository_id", "=", repositoryId)
    .where("system", "=", system)
    .orderBy("started_at", "desc")
    .limit(limit)
    .execute();
}

/** The newest rollout of each system that this branch feeds. */
export async function latestRolloutsOfBranch(
  db: Database,
  repositoryId: number,
  branch: string,
): Promise<RolloutRow[]> {
  return db
    .selectFrom("rollouts")
    .selectAll()
    .distinctOn("system")
    .where("repository_id", "=", repositoryId)
    .where("branch", "=", branch)
    .orderBy("system")
    .orderBy("started_at", "desc")
    .execute();
}

/** Rollouts of a branch whose Deployment on GitHub may not say yet how they stand. */
export async function untoldRollouts(db: Database, repositoryId: number, branch: string): Promise<RolloutRow[]> {
  return db
    .selectFrom("rollouts")
    .selectAll()
    .where("repository_id", "=", repositoryId)
    .where("branch", "=", branch)
    .where("deployment_state", "is", null)
    .orderBy("started_at")
    .execute();
}

/** Rollouts that this pull request was merged into. */
export async function rolloutsOfPullRequest(db: Database, repositoryId: number, number: number): Promise<RolloutRow[]> {
  return db
    .selectFrom("rollouts")
    .selectAll()
    .where("repository_id", "=", repositoryId)
    .where(sql<boolean>`pull_requests @> ${JSON.stringify([number])}::jsonb`)
    .orderBy("started_at")
    .execute();
}

/** Branches that something was rolled out from. */
export async function trackedBranches(db: Database, repositoryId: number): Promise<string[]> {
  const rows = await db
    .selectFrom("rollouts")
    .select("branch")
    .distinct()
    .where("repository_id", "=", repositoryId)
    .execute();
  return rows.map(({ branch }) => branch);
}
