import { type Selectable, sql } from "kysely";
import type { DeletionApproval } from "../core/plan/deletion-approval.ts";
import type { Database, Tables } from "./schema.ts";

export type ToldHeldRow = Selectable<Tables["told_held"]>;

/** Where deletions are told that wait for an approval. */
export interface HeldPlace {
  repositoryId: number;
  pullRequest: number;
  system: string;
}

/** Which they are, and of which commit on its way to which branch. */
export interface Held extends Pick<DeletionApproval, "tree" | "deletes"> {
  sha: string;
  baseRef: string;
}

/**
 * Remembers what waits for an approval by what was just written, in the place of what was told before. What is told again has been
 * told since it was first.
 *
 * @param held undefined when nothing waits any more
 */
export async function recordToldHeld(
  db: Database,
  { repositoryId, pullRequest, system }: HeldPlace,
  held: Held | undefined,
  toldAt: Date,
): Promise<void> {
  if (held === undefined) {
    await db
      .deleteFrom("told_held")
      .where("repository_id", "=", repositoryId)
      .where("pull_request", "=", pullRequest)
      .where("system", "=", system)
      .execute();
    return;
  }
  const deletes = JSON.stringify(held.deletes.toSorted());
  const row = { sha: held.sha, base_ref: held.baseRef, tree: held.tree, deletes, told_at: toldAt };
  await db
    .insertInto("told_held")
    .values({ repository_id: repositoryId, pull_request: pullRequest, system, ...row })
    .onConflict((conflict) =>
      conflict
        .columns(["repository_id", "pull_request", "system"])
        .doUpdateSet(row)
        .where(
          sql<boolean>`(told_held.sha, told_held.base_ref, told_held.tree, told_held.deletes)
            is distinct from (excluded.sha, excluded.base_ref, excluded.tree, excluded.deletes)`,
        ),
    )
    .execute();
}

/** What waits for an approval of a system by what was told last on these pull requests. */
export async function toldHeldOf(
  db: Database,
  { repositoryId, system }: Pick<HeldPlace, "repositoryId" | "system">,
  pullRequests: readonly number[],
): Promise<ToldHeldRow[]> {
  if (pullRequests.length === 0) return [];
  return db
    .selectFrom("told_held")
    .selectAll()
    .where("repository_id", "=", repositoryId)
    .where("system", "=", system)
    .where("pull_request", "in", [...pullRequests])
    .execute();
}
