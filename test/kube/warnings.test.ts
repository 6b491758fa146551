import type { IncomingHttpHeaders } from "node:http";
import { expect, test } from "vitest";
import { warningsIn } from "../../src/kube/warnings.ts";

test.each([
  ["none", undefined, []],
  ["one", '299 - "spec.externalIPs is deprecated"', ["spec.externalIPs is deprecated"]],
  ["several in one line, with commas and quotes", '299 - "a, b", 299 - "say \\"x\\" \\\\ y"', ["a, b", 'say "x" \\ y']],
  ["several lines, each once", ['299 - "a"', '299 - "b"', '299 - "a"'], ["a", "b"]],
  ["with a date", '299 - "a" "Wed, 21 Oct 2015 07:28:00 GMT", 299 kube "b"', ["a", "b"]],
  ["another code", '110 cache "stale"', []],
  ["broken", '299 - "never ends', []],
] as const)("warnings of a server: %s", (_, header, told) => {
  expect(warningsIn(header === undefined ? {} : { warning: header as string })).toEqual(told);
});

test("a credential that a webhook quotes in a warning is not repeated", () => {
  const [told] = warningsIn({ warning: '299 - "password=hunter2hunter2 is weak"' });
  expect(told).not.toContain("hunter2");
});

test("a webhook cannot fill a comment with warnings", () => {
  const many = Array.from({ length: 100 }, (_, index) => `299 - "${index}${"x".repeat(5_000)}"`);
  const told = warningsIn({ warning: many } as unknown as IncomingHttpHeaders);
  expect(told.length).toBeLessThanOrEqual(20);
  expect(told.every((one) => one.length <= 1_001)).toBe(true);
});
