import type { Database } from "./schema.ts";

export interface ToldDeletions {
  repositoryId: number;
  pullRequest: number;
  system: string;
  /** Identities of objects: group, kind, namespace and name. */
  objects: readonly string[];
}

/** There is a plan. What an earlier one told stands; where there was none, nobody was told of any deletion yet. */
export async function markPlanned(db: Database, told: Omit<ToldDeletions, "objects">): Promise<void> {
  await db
    .insertInto("told_deletions")
    .values({ repository_id: told.repositoryId, pull_request: told.pullRequest, system: told.system, objects: "[]" })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Remembers what a plan has told to be deleted, in the place of what an earlier one of the same pull request told. */
export async function recordToldDeletions(db: Database, told: ToldDeletions): Promise<void> {
  const objects = JSON.stringify(told.objects);
  await db
    .insertInto("told_deletions")
    .values({ repository_id: told.repositoryId, pull_request: told.pullRequest, system: told.system, objects })
    .onConflict((conflict) => conflict.columns(["repository_id", "pull_request", "system"]).doUpdateSet({ objects }))
    .execute();
}

/** @returns by pull request; nothing of one that never had a plan of the system */
export async function toldDeletionsOf(
  db: Database,
  repositoryId: number,
  system: string,
  pullRequests: readonly number[],
): Promise<Map<number, string[]>> {
  if (pullRequests.length === 0) return new Map();
  const rows = await db
    .selectFrom("told_deletions")
    .selectAll()
    .where("repository_id", "=", repositoryId)
    .where("system", "=", system)
    .where("pull_request", "in", pullRequests)
    .execute();
  return new Map(rows.map(({ pull_request, objects }) => [pull_request, objects]));
}
