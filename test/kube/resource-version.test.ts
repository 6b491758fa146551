import { expect, test } from "vitest";
import { isOlderVersion } from "../../src/kube/resource-version.ts";

test("versions are compared as the numbers they are", () => {
  expect(isOlderVersion("9", "10")).toBe(true);
  expect(isOlderVersion("10", "9")).toBe(false);
  expect(isOlderVersion("10", "10")).toBe(false);
  expect(isOlderVersion("90071992547409931", "90071992547409932")).toBe(true);
});

test("of what is no number, nothing is older", () => {
  expect(isOlderVersion(undefined, "10")).toBe(false);
  expect(isOlderVersion("abc", "abd")).toBe(false);
  expect(isOlderVersion("09", "10")).toBe(false);
});
