import type { Clock } from "../../src/agent/clock.ts";

/** An agent's clock that stands still until a test has time pass. */
export interface StandingClock extends Clock {
  /** Whoever sleeps is woken when it is time, and has done what comes of it when this resolves. */
  pass(ms: number): Promise<void>;
}

export function standingClock(): StandingClock {
  let now = Date.parse("2026-01-01T00:00:00Z");
  const sleepers = new Set<{ until: number; wake(): void }>();
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((wake, reject) => {
        const sleeper = { until: now + ms, wake };
        sleepers.add(sleeper);
        signal.addEventListener("abort", () => {
          sleepers.delete(sleeper);
          reject(signal.reason);
        });
      }),
    async pass(ms) {
      const end = now + ms;
      for (;;) {
        const [next] = [...sleepers].sort((one, other) => one.until - other.until);
        if (next === undefined || next.until > end) break;
        sleepers.delete(next);
        now = next.until;
        next.wake();
        await new Promise(setImmediate);
      }
      now = end;
    },
  };
}
