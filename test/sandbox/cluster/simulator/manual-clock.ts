import type { Clock } from "../../../../src/sandbox/cluster/clock.ts";

/** A clock that a test moves: what is due runs in its order, at its time. */
export interface ManualClock extends Clock {
  /** Moves the time on and runs all that comes due, also what that schedules, now or by `setImmediate`. */
  advance(milliseconds: number): Promise<void>;
}

export function manualClock(start = "2030-01-01T00:00:00Z"): ManualClock {
  let now = Date.parse(start);
  let order = 0;
  const tasks = new Set<{ at: number; order: number; task: () => void }>();
  return {
    now: () => new Date(now),
    schedule(milliseconds, task) {
      const entry = { at: now + milliseconds, order: order++, task };
      tasks.add(entry);
      return () => tasks.delete(entry);
    },
    async advance(milliseconds) {
      const until = now + milliseconds;
      for (;;) {
        const due = [...tasks].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at || a.order - b.order)[0];
        if (due === undefined) {
          await rounds();
          if ([...tasks].some(({ at }) => at <= until)) continue;
          break;
        }
        tasks.delete(due);
        now = Math.max(now, due.at);
        due.task();
        await rounds();
      }
      now = until;
    },
  };
}

/** What is to be done in this very moment, and what that leads to. */
async function rounds(): Promise<void> {
  for (let round = 0; round < 4; round++) await new Promise((resolve) => setImmediate(resolve));
}
