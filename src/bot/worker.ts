import type { Logger } from "pino";
import type { Urgency } from "../github/write-budget.ts";
import { type ClaimedJob, claimJob, completeJob, extendJob, failJob, nextJobInMs } from "../store/jobs.ts";
import type { Store } from "../store/open-store.ts";
import { delayAfter, faultIdOf, isGone, isOurs } from "./job-failure.ts";
import { type JobKey, parseJobKey } from "./job-key.ts";

export interface WorkerOptions {
  store: Pick<Store, "db" | "listen">;
  /** Follows one hint. The same key never runs twice at once. */
  run(key: JobKey, log: Logger, urgency: Urgency): Promise<void>;
  log: Logger;
  /** Jobs at the same time. */
  concurrency: number;
  /** In [0, 1), for the jitter. */
  random(): number;
  /** A fault of ours goes on: tells whoever waits for the key. The id stands in the log too. */
  failing?(key: JobKey, faultId: string, log: Logger): Promise<void>;
  /** Told of each job's end. */
  ended?(kind: JobKey["kind"] | "unknown", outcome: "done" | "failed" | "dropped", seconds: number): void;
}

export interface Worker {
  /** Takes no further job and waits for those that run, at most `patienceMs`; what is cut off runs again later. */
  stop(patienceMs: number): Promise<void>;
}

/** Well below the time after which a killed worker's job is free. */
const extendEveryMs = 10_000;
/** The first failure may pass before anybody has noticed. */
const toldFromAttempt = 2;
/** Notifications wake at once; this bridges a broken connection to the database. */
const pollMs = 5_000;

/**
 * Works off the table of jobs:
 *
 *   woken (signal, a job's time, poll) ─▶ claim until full or empty ─▶ run ─▶ complete | fail, later again | drop
 */
export function startWorker({ store, run, log, concurrency, random, failing, ended }: WorkerOptions): Worker {
  const running = new Set<Promise<void>>();
  let stopped = false;
  let wake = Promise.withResolvers<void>();
  const stopListening = store.listen(({ kind }) => {
    if (kind !== "command") wake.resolve();
  });

  async function claimLoop(): Promise<void> {
    while (!stopped) {
      wake = Promise.withResolvers<void>();
      let pause = pollMs;
      try {
        while (!stopped && running.size < concurrency) {
          // Asked first, since a claim that finds nothing costs several times as much, and most wakes find nothing.
          const dueInMs = await nextJobInMs(store.db);
          const job = dueInMs === 0 ? await claimJob(store.db) : undefined;
          if (job === undefined) {
            pause = Math.min(pollMs, dueInMs ?? pollMs);
            break;
          }
          const work = runJob(job).finally(() => {
            running.delete(work);
            wake.resolve();
          });
          running.add(work);
        }
      } catch (error) {
        log.error({ err: error }, "the store does not hand out jobs");
      }
      if (!stopped) await sleepUntil(wake.promise, Math.max(pause, 5));
    }
  }

  async function runJob(job: ClaimedJob): Promise<void> {
    const key = parseJobKey(job.key);
    const jobLog = log.child({ job: job.key, attempt: job.attempts });
    const began = performance.now();
    const extending = setInterval(() => {
      extendJob(store.db, job).catch((error: unknown) => jobLog.warn({ err: error }, "a job's lock was not extended"));
    }, extendEveryMs);
    let outcome: "done" | "failed" | "dropped" = "done";
    try {
      if (key === undefined) {
        outcome = "dropped";
        jobLog.error("a job of a kind that is not known here");
      } else await run(key, jobLog, urgencyOf(job));
      await completeJob(store.db, job);
    } catch (error) {
      outcome = isGone(error) ? "dropped" : "failed";
      await settleFailure(job, key, jobLog, error);
    } finally {
      clearInterval(extending);
      ended?.(key?.kind ?? "unknown", outcome, (performance.now() - began) / 1000);
    }
  }

  async function settleFailure(
    job: ClaimedJob,
    key: JobKey | undefined,
    jobLog: Logger,
    error: unknown,
  ): Promise<void> {
    try {
      if (isGone(error)) {
        jobLog.warn({ err: error }, "the repository is gone or closed to us, job dropped");
        return await completeJob(store.db, job);
      }
      const delayMs = delayAfter(error, job.attempts, random());
      const faultId = faultIdOf(job.key, error);
      jobLog.error({ err: error, faultId, againInMs: Math.round(delayMs) }, "a job failed");
      if (key !== undefined && job.attempts >= toldFromAttempt && isOurs(error)) await tell(key, faultId, jobLog);
      await failJob(store.db, job, error instanceof Error ? error.message : String(error), delayMs);
    } catch (storeError) {
      // Its lock runs out, and it runs again.
      jobLog.error({ err: storeError }, "a job's end could not be stored");
    }
  }

  async function tell(key: JobKey, faultId: string, jobLog: Logger): Promise<void> {
    try {
      await failing?.(key, faultId, jobLog);
    } catch (error) {
      jobLog.warn({ err: error, faultId }, "a fault could not be told");
    }
  }

  const loop = claimLoop();
  return {
    async stop(patienceMs) {
      stopped = true;
      stopListening();
      wake.resolve();
      await loop;
      await sleepUntil(Promise.all(running), patienceMs);
      if (running.size > 0)
        log.warn({ jobs: running.size }, "stopping in the middle of jobs; they run again at the next start");
    },
  };
}

const urgencyOf = ({ isAsked, isBackground }: ClaimedJob): Urgency =>
  isAsked ? "asked" : isBackground ? "background" : "urgent";

/** Resolves with the promise, or after `ms`. */
async function sleepUntil(promise: Promise<unknown>, ms: number): Promise<void> {
  const timeout = Promise.withResolvers<void>();
  const timer = setTimeout(timeout.resolve, ms);
  await Promise.race([promise, timeout.promise]);
  clearTimeout(timer);
}
