import { setTimeout as sleep } from "node:timers/promises";

/** A step of the tour did not come true. */
export class TourFailed extends Error {}

/**
 * Looks again until what is awaited has come true, at most `timeoutMs`.
 *
 * @throws TourFailed with what was seen last
 */
export async function waitFor<T>(
  awaited: string,
  look: () => Promise<T>,
  holds: (seen: T) => unknown,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (performance.now() > deadline) {
      throw new TourFailed(`waited ${timeoutMs / 1000} s until ${awaited}; seen last: ${JSON.stringify(seen)}`);
    }
    await sleep(100);
  }
}
