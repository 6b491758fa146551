import { expect, test } from "vitest";
import { Refused } from "../../../src/agent/refused.ts";
import { guardsAt, policyRevisionFor } from "../../../src/agent/system/policy.ts";
import { parseConfig } from "../../../src/core/config/parse-config.ts";
import { GitError } from "../../../src/git/git-error.ts";

const [first, second, third] = ["1", "2", "3"].map((digit) => digit.repeat(40)) as [string, string, string];
const own = parseConfig(
  ".trueup.yaml",
  Buffer.from("systems: {app: {cluster: here, path: app, protect: {maxDeletions: 100%}}}"),
).systems[0]!;
const strict = { ...own, protect: { maxDeletions: { count: 1 } } };
const mirror = { fetchCommits: async () => undefined };

test("a new commit meets the guards of the one processed before it, and the same commit again those it met first", () => {
  expect(policyRevisionFor(first, undefined)).toBeUndefined();
  const processed = { revision: second, policyRevision: first, held: true, unplanned: [] };
  expect(policyRevisionFor(third, processed)).toBe(second);
  expect(policyRevisionFor(second, processed)).toBe(first);
  expect(policyRevisionFor(undefined, processed)).toBe(second);
});

test("a commit cannot loosen its own guards; only the first one of a system has none before it", async () => {
  expect(await guardsAt(first, own, mirror, async () => strict)).toBe(strict);
  expect(await guardsAt(undefined, own, mirror, async () => strict)).toBe(own);
});

test("when the guards of before are lost nothing may be deleted, and when the repository is away it is tried again", async () => {
  const lost = await guardsAt(first, own, mirror, async () => {
    throw new Refused(".trueup.yaml describes no system app");
  });
  expect(lost.protect).toEqual({ maxDeletions: { count: 0 } });
  const away = {
    fetchCommits: async () => {
      throw new GitError("unreachable", "no connection");
    },
  };
  await expect(guardsAt(first, own, away, async () => strict)).rejects.toThrow("no connection");
});
