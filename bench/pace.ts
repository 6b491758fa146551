import { setTimeout as sleep } from "node:timers/promises";

/**
 * Keeps rounds apart so far that their writes stay within what the bot allows itself (72 a minute), and none waits for another's.
 *
 * @param writes of one round
 */
export function pacer(writes: number): () => Promise<void> {
  const apartMs = (60_000 / 72) * writes * 1.05;
  let next = 0;
  return async () => {
    await sleep(Math.max(0, next - performance.now()));
    next = performance.now() + apartMs;
  };
}
