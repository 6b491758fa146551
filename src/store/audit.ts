import type { Database } from "./schema.ts";

export interface AuditEntry {
  /** Names the incident: the same key again is the same entry. */
  key: string;
  /** A GitHub login, `agent:<cluster>` or `trueup`. */
  who: string;
  what: string;
  repositoryId?: number;
  system?: string;
  sha?: string;
}

/** Adds an entry; there is no way to change or remove one. */
export async function recordAudit(db: Database, entry: AuditEntry): Promise<void> {
  const { key, who, what, repositoryId = null, system = null, sha = null } = entry;
  await db
    .insertInto("audit")
    .values({ key, who, what, repository_id: repositoryId, system, sha })
    .onConflict((conflict) => conflict.column("key").doNothing())
    .execute();
}

/** Was this written already? */
export async function hasAudit(db: Database, key: string): Promise<boolean> {
  return (await db.selectFrom("audit").select("id").where("key", "=", key).executeTakeFirst()) !== undefined;
}

/** The newest entries, oldest first. */
export async function listAudit(db: Database, limit = 500) {
  const rows = await db.selectFrom("audit").selectAll().orderBy("id", "desc").limit(limit).execute();
  return rows.reverse();
}
