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

/** `urgent` is what somebody waits for: a rollout, an answer, a pull request that somebody looks at. */
export type Urgency = "urgent" | "background";

/** How much of each limit either may use, rounded up: whatever one of them does, the other goes on. */
const shares: Readonly<Record<Urgency, number>> = { urgent: 9 / 10, background: 2 / 3 };

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
  const own = { urgent: shareOf(shares.urgent), background: shareOf(shares.background) };
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
      const free = Math.max(all.freeFrom(at), own[urgency].freeFrom(at));
      if (free - at > longestWaitMs) {
        const retryAfterMs = free - at;
        throw new GitHubError("rate-limited", "the installation's writes are used up", { retryAfterMs });
      }
      for (const window of [all, own[urgency]]) window.book(free);
      if (free === at) return;
      waited(free - at);
      await sleep(free - at);
      // GitHub may have said so meanwhile.
      assertOpen();
    },
  };
}

/** The writes that were sent or booked within some limits. */
function createWindow(limits: readonly WriteLimit[]) {
  const longest = Math.max(0, ...limits.map(({ perMs }) => perMs));
  let taken: number[] = [];
  return {
    /** When the next write keeps within the limits; `at` or later. */
    freeFrom(at: number): number {
      taken = taken.filter((time) => time > at - longest);
      return Math.max(at, ...limits.map(({ writes, perMs }) => (taken.at(-writes) ?? at - perMs) + perMs));
    },
    book(time: number): void {
      taken.push(time);
      // What is urgent may be booked before what others wait for already.
      taken.sort((one, other) => one - other);
    },
  };
}
