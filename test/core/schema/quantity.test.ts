import { expect, test } from "vitest";
import { isWrittenAlike } from "../../../src/core/schema/rules/quantity.ts";

// What a real API server answers to each of them.
test.each([
  [["1Gi", "1024Mi", "1048576Ki"], "1Gi"],
  [["1073741824", 1073741824, "1073741824000m"], "1073741824"],
  [["1", "1000m", 1, "1.0", "0.001k"], "1"],
  [["1k", "1000", 1000], "1k"],
  [["1e3", "1000e0"], "1e3"],
  [["1.5k", "1500", "1.5e3"], "1500"],
  [["1536", "1.5Ki"], "1536"],
  [["0", "0Gi", "0e3"], "0"],
])("%j are one amount in one form", (written, answer) => {
  for (const one of written) expect(isWrittenAlike(one, answer)).toBe(true);
});

test.each([
  ["1Gi", "1073741824"],
  ["1Gi", "1073741824e0"],
  ["1k", "1e3"],
  ["1", "1e0"],
  ["1", "2"],
  ["1", "one"],
  ["one", "one"],
])("%s and %s are not", (one, other) => {
  expect(isWrittenAlike(one, other)).toBe(false);
});
