import type { BotClock } from "../../src/bot/agent-watch.ts";

/** A bot's clock that stands still until a test has time pass. */
export interface StandingClock extends BotClock {
  /** Whoever sleeps is woken whenever it is time, and asleep again when this resolves. */
  pass(ms: number): Promise<void>;
  /** As when the machine is asleep: whoever sleeps is woken once, late. */
  oversleep(ms: number): Promise<void>;
}

interface Sleeper {
  until: number;
  wake(): void;
}

export function standingClock(): StandingClock {
  let now = Date.now();
  let sleeper = Promise.withResolvers<Sleeper>();
  const wakeAt = ({ wake }: Sleeper, at: number): void => {
    now = at;
    sleeper = Promise.withResolvers();
    wake();
  };
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((wake, reject) => {
        sleeper.resolve({ until: now + ms, wake });
        signal.addEventListener("abort", () => {
          sleeper = Promise.withResolvers();
          reject(signal.reason);
        });
      }),
    async pass(ms) {
      const end = now + ms;
      for (let next = await sleeper.promise; next.until <= end; next = await sleeper.promise) wakeAt(next, next.until);
      now = end;
    },
    async oversleep(ms) {
      wakeAt(await sleeper.promise, now + ms);
      await sleeper.promise;
    },
  };
}
