/**
 * One table of keys to look at again. A key is there at most once:
 *
 *   enqueue ─▶ due ─claim─▶ held ─complete─▶ gone, or due when the hints that came meanwhile said so
 *               ▲             ├──fail──▶ due later (backoff), or when a hint said so
 *               └── lock ran out: its worker was killed ◀─┘
 *
 * Times are the database's, so that two bots' clocks do not matter. While a job is held its time is `infinity`, so that a hint
 * that comes in between is told apart from the one that is being followed.
 */
import { sql } from "kysely";
import { isRecent } from "./attention.ts";
import type { Database } from "./schema.ts";
import { notify } from "./signals.ts";

export interface ClaimedJob {
  key: string;
  /** Counts claims: a worker that lost its lock can no longer end what another one holds now. */
  claim: number;
  /** How often it was tried since the last hint, this time included. */
  attempts: number;
  /** Whose turn it was; it is that again when it fails. */
  patience: number;
  /** Somebody has asked for it by a command. */
  isAsked: boolean;
  /** Nobody is known to wait for it. */
  isBackground: boolean;
}

/** A killed worker's job is free again after this; a living one extends it long before. */
export const lockSeconds = 40;

/**
 * Where a job stands among those that are due: as if it had come so many seconds later. Nothing waits for ever.
 * - `asked`: somebody has asked for it by a command
 * - `first`: somebody watches a rollout
 * - `last`: one of many that nobody is known to wait for, as all open pull requests when their base has moved; those that somebody
 *   has looked at within a quarter of an hour are `soon`, whoever asked
 */
const patience = { asked: 0, first: 1, soon: 2, last: 300 } as const;

const turn = sql`case when exists (
    select from attention where attention.key = jobs.key and ${isRecent})
  then least(jobs.patience, ${patience.soon}::integer) else jobs.patience end`;

export type Turn = keyof typeof patience;

export interface JobTime {
  delayMs?: number;
  turn?: Turn;
}

/**
 * Asks for the key to be looked at. Repeated hints are one job, at the earliest of their times and the best of their turns; the one
 * that is being followed already has had its turn.
 */
export async function enqueueJob(
  db: Database,
  key: string,
  { delayMs = 0, turn = "soon" }: JobTime = {},
): Promise<void> {
  await sql`
    insert into jobs (key, run_at, patience)
    values (${key}, now() + ${delayMs / 1000} * interval '1 second', ${patience[turn]})
    on conflict (key) do update set run_at = least(jobs.run_at, excluded.run_at), attempts = 0,
      patience = case when jobs.run_at = 'infinity' then excluded.patience
        else least(jobs.patience, excluded.patience) end`.execute(db);
  await notify(db, { kind: "job" });
}

/** The job whose turn it is of those that are due and that nobody holds, now held by the caller for {@link lockSeconds}. */
export async function claimJob(db: Database): Promise<ClaimedJob | undefined> {
  const { rows } = await sql<ClaimedJob>`
    update jobs set run_at = 'infinity', locked_until = now() + ${lockSeconds} * interval '1 second',
      claim = claim + 1, attempts = attempts + 1, patience = ${turn}
    where key = (
      select key from jobs where coalesce(locked_until, run_at) <= now()
      order by coalesce(locked_until, run_at) + ${turn} * interval '1 second' limit 1 for update skip locked)
    returning key, claim, attempts, patience, patience <= ${patience.asked} as "isAsked",
      patience >= ${patience.last} as "isBackground"`.execute(db);
  return rows[0];
}

/** Milliseconds until a job is due or free; undefined when there is none. */
export async function nextJobInMs(db: Database): Promise<number | undefined> {
  const { rows } = await sql<{ ms: number | null }>`
    select (extract(epoch from min(coalesce(locked_until, run_at)) - now()) * 1000)::float8 as ms from jobs`.execute(
    db,
  );
  const ms = rows[0]?.ms ?? undefined;
  return ms === undefined ? undefined : Math.max(0, ms);
}

/** The worker is still at it. @returns false when another one holds the job by now */
export async function extendJob(db: Database, { key, claim }: ClaimedJob): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update jobs set locked_until = now() + ${lockSeconds} * interval '1 second'
    where key = ${key} and claim = ${claim}`.execute(db);
  return numAffectedRows === 1n;
}

/** Done: gone, unless it was asked for again meanwhile. */
export async function completeJob(db: Database, { key, claim }: ClaimedJob): Promise<void> {
  const { numDeletedRows } = await db
    .deleteFrom("jobs")
    .where("key", "=", key)
    .where("claim", "=", claim)
    .where("run_at", "=", sql<Date>`'infinity'::timestamptz`)
    .executeTakeFirst();
  if (numDeletedRows > 0n) return;
  await sql`
    update jobs set locked_until = null, attempts = 0, last_error = null
    where key = ${key} and claim = ${claim}`.execute(db);
  await notify(db, { kind: "job" });
}

/** Not done: due again after `delayMs`, or before when a hint said so, and no later in turn than it was. */
export async function failJob(
  db: Database,
  { key, claim, patience }: ClaimedJob,
  reason: string,
  delayMs: number,
): Promise<void> {
  await sql`
    update jobs set locked_until = null, last_error = ${reason.slice(0, 500).replaceAll("\0", "")},
      run_at = least(run_at, now() + ${delayMs / 1000} * interval '1 second'), patience = least(patience, ${patience}::integer)
    where key = ${key} and claim = ${claim}`.execute(db);
  await notify(db, { kind: "job" });
}
