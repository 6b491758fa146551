import { GitHubError } from "./github-error.ts";

/** At most so many requests that make content within a window. */
export interface WriteLimit {
  writes: number;
  perMs: number;
}

/**
 * GitHub's own limits on requests that make content, with some left for whoever else writes with the installation:
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
 */
export const productionWriteLimits: readonly WriteLimit[] = [
  { writes: 72, perMs: 60_000 },
  { writes: 450, perMs: 3_600_000 },
];

/**
 * `asked` is what somebody has written a command for, few writes each; `urgent` what somebody waits for: a rollout, a pull request
 * that somebody looks at.
 */
export type Urgency = "asked" | "urgent" | "background";

/**
 * How much of each limit each may use, rounded up: whatever one of them does, the others go on. `asked` is a reserve of commands beside
 * what is urgent, for planning may use up the rest, and whoever stops a rollout is not told of it an hour later.
 */
const shares: Readonly<Record<Urgency, number>> = { asked: 1 / 6, urgent: 3 / 4, background: 2 / 3 };

/** Waiting longer than this is left to the job, which then holds up no other. */
const longestWaitMs = 5_000;

export interface WriteBudget {
  /**
   * Takes one write; the first ones at once, later ones after a wait.
   * @param urgency default: `urgent`
   * @throws GitHubError `rate-limited` when the wait would be long, or GitHub wants to be left alone, saying how long
   */
  take(urgency?: Urgency): Promise<void>;
  /** GitHub said to be left alone for so long. */
  closeFor(ms: number): void;
  /** @throws GitHubError `rate-limited` while GitHub wants to be left alone */
  assertOpen(): void;
}

/**
 * The budget of one installation. Sleeping and the time are the caller's, so that tests own the clock.
 *
 * @param waited told how long a write waits, when it does
 */
export function createWriteBudget(
  limits: readonly WriteLimit[],
  now: () => number,
  sleep: (ms: number) => Promise<unknown>,
  waited: (ms: number) => void = () => {},
): WriteBudget {
  const all = createWindow(limits);
  const shareOf = (share: number) =>
    createWindow(limits.map(({ writes, perMs }) => ({ writes: Math.ceil(writes * share), perMs })));
  const unasked = shareOf(1 - shares.asked);
  const urgent = [all, unasked, shareOf(shares.urgent)];
  /** Each way that a write may go counts in all of its windows. */
  const waysOf: Readonly<Record<Urgency, Window[][]>> = {
    asked: [urgent, [all, shareOf(shares.asked)]],
    urgent: [urgent],
    background: [[all, unasked, shareOf(shares.background)]],
  };
  let closedUntil = Number.NEGATIVE_INFINITY;

  const assertOpen = (): void => {
    const left = closedUntil - now();
    if (left > 0) throw new GitHubError("rate-limited", "GitHub asked to be left alone", { retryAfterMs: left });
  };
  return {
    assertOpen,
    closeFor(ms) {
      closedUntil = Math.max(closedUntil, now() + ms);
    },
    async take(urgency = "urgent") {
      assertOpen();
      const at = now();
      // A slot is booked before waiting for it, so that those who wait do not all wake to the same one.
      const ways = waysOf[urgency].map((windows) => {
        return { windows, free: Math.max(...windows.map((window) => window.freeFrom(at))) };
      });
      const { windows, free } = ways.reduce((best, way) => (way.free < best.free ? way : best));
      if (free - at > longestWaitMs) {
        const retryAfterMs = free - at;
        throw new GitHubError("rate-limited", "the installation's writes are used up", { retryAfterMs });
      }
      for (const window of windows) window.book(free);
      if (free === at) return;
      waited(free - at);
      await sleep(free - at);
      // GitHub may have said so meanwhile.
      assertOpen();
    },
  };
}

/** The writes that were sent or booked within some limits. */
interface Window {
  /** When the next write keeps within the limits; `at` or later. */
  freeFrom(at: number): number;
  book(time: number): void;
}

function createWindow(limits: readonly WriteLimit[]): Window {
  const longest = Math.max(0, ...limits.map(({ perMs }) => perMs));
  let taken: number[] = [];
  return {
    freeFrom(at) {
      taken = taken.filter((time) => time > at - longest);
      return Math.max(at, ...limits.map(({ writes, perMs }) => (taken.at(-writes) ?? at - perMs) + perMs));
    },
    book(time) {
      taken.push(time);
      // What is urgent may be booked before what others wait for already.
      taken.sort((one, other) => one - other);
    },
  };
}
