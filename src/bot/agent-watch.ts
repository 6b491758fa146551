import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import { silentAfterMs } from "../link/bot-side.ts";
import { enqueueJob } from "../store/jobs.ts";
import { markSilent } from "../store/plans.ts";
import type { Database } from "../store/schema.ts";
import { formatJobKey } from "./job-key.ts";

export interface BotClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Rejects when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const realClock: BotClock = {
  now: Date.now,
  sleep: (ms, signal) => delay(ms, undefined, { signal }),
};

export interface AgentWatch {
  /** From when on every agent that dialled in was heard, milliseconds since the epoch. */
  listeningSince(): number;
  stop(): Promise<void>;
}

const lookEveryMs = 5_000;
/** A look that comes so late says that this machine was asleep or the store away, and who dialled in was not heard then either. */
const interruptedMs = 20_000;

/**
 * Notices agents that fall silent: the plans that they have made are marked, once, and the pull requests that show them looked at
 * again. Ends with the agents' answers, which come when they are asked anew (`onAgentMessage`); in between nothing is done for any
 * pull request. A bot that has just started, or could not listen for a while, gives all of them the time of a silence to dial in.
 */
export function startAgentWatch(db: Database, log: Logger, clock: BotClock): AgentWatch {
  const stopping = new AbortController();
  let since = clock.now();
  let lastLook = since;

  async function look(): Promise<void> {
    const now = clock.now();
    if (now - lastLook > interruptedMs) since = now;
    // The store is asked in any case: that it answers is part of listening.
    const before = now - since < silentAfterMs ? 0 : now - silentAfterMs;
    await db.transaction().execute(async (transaction) => {
      const silenced = await markSilent(transaction, new Date(before));
      if (silenced.length > 0)
        log.warn({ pullRequests: silenced.length }, "agents are silent, their plans count no more");
      for (const { repository_id: repositoryId, pull_request: number } of silenced) {
        await enqueueJob(transaction, formatJobKey({ kind: "pull-request", repositoryId, number }), { turn: "last" });
      }
    });
    lastLook = now;
  }

  async function lookAgainAndAgain(): Promise<void> {
    while (!stopping.signal.aborted) {
      await look().catch((error: unknown) => log.error({ err: error }, "nobody knows which agents are silent"));
      await clock.sleep(lookEveryMs, stopping.signal).catch(() => {});
    }
  }

  const looking = lookAgainAndAgain();
  return {
    listeningSince: () => since,
    async stop() {
      stopping.abort();
      await looking;
    },
  };
}
