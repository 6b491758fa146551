import type { Insertable, Selectable } from "kysely";
import type { Database, Tables } from "./schema.ts";

export type PauseRow = Selectable<Tables["pauses"]>;

/** In place of one that the system had. */
export async function recordPause(db: Database, row: Insertable<Tables["pauses"]>): Promise<void> {
  await db
    .insertInto("pauses")
    .values(row)
    .onConflict((conflict) => conflict.columns(["repository_id", "system"]).doUpdateSet(row))
    .execute();
}

export async function forgetPause(db: Database, repositoryId: number, system: string): Promise<void> {
  await db.deleteFrom("pauses").where("repository_id", "=", repositoryId).where("system", "=", system).execute();
}

/** @returns the systems whose pause is over */
export async function forgetEndedPauses(db: Database, repositoryId: number, now: Date): Promise<string[]> {
  const ended = db.deleteFrom("pauses").where("repository_id", "=", repositoryId).where("until", "<=", now);
  return (await ended.returning("system").execute()).map(({ system }) => system);
}

/** Those that last beyond this moment. */
export async function pausesOf(db: Database, repositoryId: number, now: Date): Promise<PauseRow[]> {
  return db
    .selectFrom("pauses")
    .selectAll()
    .where("repository_id", "=", repositoryId)
    .where("until", ">", now)
    .orderBy("system")
    .execute();
}
