import { sql } from "kysely";
import type { Database } from "./schema.ts";
import { notify } from "./signals.ts";

/**
 * Somebody looks at what the key's job tells of, or did something there: for a while the job is no longer one of many. When it is put
 * off, it tries at once. No job is made, and however often somebody looks, the job is brought forward once in half a minute.
 */
export async function attend(db: Database, key: string): Promise<void> {
  const { rows } = await sql`
    insert into attention (key) values (${key})
    on conflict (key) do update set at = now() where attention.at < now() - interval '30 seconds'
    returning key`.execute(db);
  if (rows.length === 0) return;
  const { numAffectedRows } = await sql`
    update jobs set run_at = least(run_at, now()) where key = ${key}`.execute(db);
  if (numAffectedRows === 1n) await notify(db, { kind: "job" });
}

/** Somebody has looked, or did something, not long ago. */
export const isRecent = sql<boolean>`attention.at > now() - interval '15 minutes'`;

/** Which of these keys somebody attends to. */
export async function attended(db: Database, keys: readonly string[]): Promise<Set<string>> {
  if (keys.length === 0) return new Set();
  const rows = await db.selectFrom("attention").select("key").where("key", "in", keys).where(isRecent).execute();
  return new Set(rows.map(({ key }) => key));
}

export async function forgetAttention(db: Database, before: Date): Promise<void> {
  await db.deleteFrom("attention").where("at", "<", before).execute();
}
