import { type Insertable, type Selectable, sql } from "kysely";
import type { Database, Tables } from "./schema.ts";

export type PullRequestRow = Selectable<Tables["pull_requests"]>;

export async function findPullRequest(
  db: Database,
  repositoryId: number,
  number: number,
): Promise<PullRequestRow | undefined> {
  return db
    .selectFrom("pull_requests")
    .selectAll()
    .where("repository_id", "=", repositoryId)
    .where("number", "=", number)
    .executeTakeFirst();
}

export async function savePullRequest(db: Database, row: Insertable<Tables["pull_requests"]>): Promise<void> {
  await db
    .insertInto("pull_requests")
    .values(row)
    .onConflict((conflict) => conflict.columns(["repository_id", "number"]).doUpdateSet(row))
    .execute();
}

/** Whoever asks for something wants the comment back that somebody has deleted. */
export async function letCommentReturn(
  db: Database,
  { repositoryId, pullRequest }: { repositoryId: number; pullRequest: number },
): Promise<void> {
  await db
    .updateTable("pull_requests")
    .set({ comment_returned: false })
    .where("repository_id", "=", repositoryId)
    .where("number", "=", pullRequest)
    .execute();
}

/** Other pull requests with the same head commit: they share its check run. */
export async function siblingsOf(db: Database, row: Pick<PullRequestRow, "repository_id" | "number" | "head_sha">) {
  return db
    .selectFrom("pull_requests")
    .selectAll()
    .where("repository_id", "=", row.repository_id)
    .where("head_sha", "=", row.head_sha)
    .where("number", "!=", row.number)
    .orderBy("number")
    .execute();
}

/** In place of a check's digest: somebody wants a new check run, even if it says the same. */
export const writeAgain = "";

/** Forgets which check was written for this head, so that one is written again. @returns the pull requests that have it, in order */
export async function forgetChecksOf(
  db: Database,
  repositoryId: number,
  headSha: string,
): Promise<Pick<PullRequestRow, "number" | "check_digest">[]> {
  const rows = await db
    .updateTable("pull_requests")
    .set({ check_id: null, check_digest: sql`case when check_digest is null then null else ${writeAgain} end` })
    .where("repository_id", "=", repositoryId)
    .where("head_sha", "=", headSha)
    .returning(["number", "check_digest"])
    .execute();
  return rows.toSorted((one, other) => one.number - other.number);
}
