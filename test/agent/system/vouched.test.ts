import { expect, test } from "vitest";
import { untilVouched } from "../../../src/agent/system/vouched.ts";

const forEver = new AbortController().signal;

test("an agent whose bot goes away goes on by itself after the grace, and not after the time that a bot has that is there", async () => {
  const began = performance.now();
  let looks = 0;
  await untilVouched(() => false, { graceMs: 1_000, isBotThere: () => ++looks < 8 }, forEver);
  expect(looks).toBe(8);
  expect(performance.now() - began).toBeLessThan(15_000);
});

test("a bot that is there and never asks stops nothing for ever", async () => {
  await untilVouched(() => false, { graceMs: 10, isBotThere: () => true }, forEver);
});

test("a newer commit does not wait for the bot's word on an older one", async () => {
  const abort = new AbortController();
  const waits = untilVouched(() => false, { graceMs: 60_000, isBotThere: () => true }, abort.signal);
  abort.abort(new Error("superseded"));
  await expect(waits).rejects.toThrow();
});
