import type { Database } from "./schema.ts";

/** Which installation lets us into a repository. Bound to ids: names can be given to another one (T7). */
export async function recordRepository(db: Database, id: number, installationId: number): Promise<void> {
  await db
    .insertInto("repositories")
    .values({ id, installation_id: installationId })
    .onConflict((conflict) => conflict.column("id").doUpdateSet({ installation_id: installationId }))
    .execute();
}

export async function installationOf(db: Database, repositoryId: number): Promise<number | undefined> {
  const row = await db
    .selectFrom("repositories")
    .select("installation_id")
    .where("id", "=", repositoryId)
    .executeTakeFirst();
  return row?.installation_id;
}
