/**
 * One table of keys to look at again. A key is there at most once:
 *
 *   enqueue ─▶ due ─claim─▶ locked ─complete─▶ gone, or due again when a hint came meanwhile (revision moved)
 *               ▲              ├──fail──▶ due later (backoff)
 *               └── lock ran out: its worker was killed ◀─┘
 *
 * Times are the database's, so that two bots' clocks do not matter.
 */
import { sql } from "kysely";
import type { Database } from "./schema.ts";
import { notify } from "./signals.ts";

export interface ClaimedJob {
  key: string;
  revision: number;
  /** How often it was tried, this time included. */
  attempts: number;
}

/** A killed worker's job is free again after this; a living one extends it long before. */
export const lockSeconds = 40;

/** Asks for the key to be looked at, after `delayMs`. Repeated hints are one job, at the earliest of their times. */
export async function enqueueJob(db: Database, key: string, delayMs = 0): Promise<void> {
  await sql`
    insert into jobs (key, run_at) values (${key}, now() + ${delayMs / 1000} * interval '1 second')
    on conflict (key) do update set
      run_at = least(jobs.run_at, excluded.run_at), revision = jobs.revision + 1, attempts = 0`.execute(db);
  if (delayMs === 0) await notify(db, { kind: "job" });
}

/** The job that is due longest and that nobody holds, now held by the caller for {@link lockSeconds}. */
export async function claimJob(db: Database): Promise<ClaimedJob | undefined> {
  const { rows } = await sql<ClaimedJob>`
    update jobs set locked_until = now() + ${lockSeconds} * interval '1 second', attempts = attempts + 1
    where key = (
      select key from jobs where run_at <= now() and (locked_until is null or locked_until < now())
      order by run_at limit 1 for update skip locked)
    returning key, revision, attempts`.execute(db);
  return rows[0];
}

/** The worker is still at it. */
export async function extendJob(db: Database, { key }: ClaimedJob): Promise<void> {
  await sql`update jobs set locked_until = now() + ${lockSeconds} * interval '1 second' where key = ${key}`.execute(db);
}

/** Done: gone, unless a hint came while it ran or it asked to be looked at again later. */
export async function completeJob(db: Database, { key, revision }: ClaimedJob): Promise<void> {
  const { numDeletedRows } = await db
    .deleteFrom("jobs")
    .where("key", "=", key)
    .where("revision", "=", revision)
    .executeTakeFirst();
  if (numDeletedRows > 0n) return;
  await db.updateTable("jobs").set({ locked_until: null, attempts: 0 }).where("key", "=", key).execute();
}

/** Not done: due again after `delayMs`. */
export async function failJob(db: Database, { key }: ClaimedJob, reason: string, delayMs: number): Promise<void> {
  await sql`
    update jobs set locked_until = null, last_error = ${reason.slice(0, 500)},
      run_at = now() + ${delayMs / 1000} * interval '1 second'
    where key = ${key}`.execute(db);
}
