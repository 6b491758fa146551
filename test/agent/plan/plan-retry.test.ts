import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createPlanRetry } from "../../../src/agent/plan/plan-retry.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** As a bot that asks again at once; the plan stays refused. @returns when each was asked for again, in seconds */
function asked() {
  const times: number[] = [];
  const began = Date.now();
  let answered = 0;
  const retry = createPlanRetry((id) => {
    times.push((Date.now() - began) / 1_000);
    if (id !== "unwanted") retry.answered(`plan-${++answered}`, "shop/7/head", true);
  });
  return { retry, times };
}

test("what stays refused is made again ever less often, and every five minutes in the end", () => {
  const { retry, times } = asked();
  retry.answered("plan", "shop/7/head", true);
  vi.advanceTimersByTime(1_300_000);
  expect(times).toEqual([5, 15, 35, 75, 155, 315, 615, 915, 1215]);
  retry.close();
});

test("what goes through is left alone, and refused later it is looked at soon again", () => {
  const { retry, times } = asked();
  retry.answered("plan", "shop/7/head", true);
  vi.advanceTimersByTime(40_000);
  retry.answered("other", "shop/7/head", false);
  vi.advanceTimersByTime(3_600_000);
  expect(times).toEqual([5, 15, 35]);
  retry.answered("again", "shop/7/head", true);
  vi.advanceTimersByTime(6_000);
  expect(times).toHaveLength(4);
  retry.close();
});

test("a pull request that was closed is asked for once more at most", () => {
  const { retry, times } = asked();
  retry.answered("unwanted", "shop/8/head", true);
  vi.advanceTimersByTime(3_600_000);
  expect(times).toEqual([5]);
  retry.close();
});

test("a crowd that one policy refuses has its turns one after the other", () => {
  const { retry, times } = asked();
  for (let number = 0; number < 100; number++) retry.answered("unwanted", `shop/${number}/head`, true);
  vi.advanceTimersByTime(300_000);
  expect(times).toHaveLength(100);
  const within = (from: number) => times.filter((at) => at >= from && at < from + 10).length;
  expect(Math.max(...times.map((at) => within(at)))).toBeLessThan(20);
  retry.close();
});
