import { expect, test } from "vitest";
import { type Hints, hintsOf, MalformedPayload } from "../../src/bot/intake/hints.ts";
import { formatJobKey, parseJobKey } from "../../src/bot/job-key.ts";

/** Numbers that are the same in every run: https://en.wikipedia.org/wiki/Linear_congruential_generator */
function seeded(seed: number) {
  let state = seed;
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const sha = "a".repeat(40);
const repository = { id: 42 };
const installation = { id: 3 };
const samples: Record<string, object> = {
  push: { ref: "refs/heads/main", repository, installation },
  pull_request: { action: "opened", pull_request: { number: 5 }, repository, installation },
  issue_comment: {
    action: "created",
    issue: { number: 5, pull_request: {} },
    comment: { id: 9, body: "/trueup plan", performed_via_github_app: { id: 7 } },
    repository,
  },
  check_run: { action: "rerequested", check_run: { head_sha: sha, app: { id: 7 } }, repository },
  merge_group: {
    action: "checks_requested",
    merge_group: { head_sha: sha, head_ref: "refs/heads/q/main" },
    repository,
  },
  installation: { action: "created", installation, repositories: [{ id: 42 }] },
};
const strange = [null, undefined, 0, -1, 1.5, 2 ** 60, "", "\u0000", "x".repeat(3000), [], [[]], {}, { id: {} }, true];

test("ten thousand mutated payloads end in hints that can be stored, or are called malformed; never anything else", () => {
  const random = seeded(1);
  const mutate = (value: unknown): unknown => {
    if (random(6) === 0) return strange[random(strange.length)];
    if (Array.isArray(value)) return value.map(mutate);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, mutate(inner)]));
  };
  const events = Object.keys(samples);
  let malformed = 0;
  for (let round = 0; round < 10_000; round++) {
    const event = events[random(events.length)]!;
    let hints: Hints;
    try {
      hints = hintsOf(event, mutate(samples[event]), 7);
    } catch (error) {
      if (!(error instanceof MalformedPayload)) throw error;
      malformed++;
      continue;
    }
    for (const key of hints.keys) {
      const text = formatJobKey(key);
      expect(parseJobKey(text)).toEqual(key);
      expect(text).not.toContain("\u0000");
      expect(text.length).toBeLessThan(2000);
    }
    for (const key of hints.attended) expect(parseJobKey(formatJobKey(key))).toEqual(key);
    for (const { repositoryId, installationId } of hints.access)
      expect(repositoryId + installationId).toBeGreaterThan(1);
  }
  expect(malformed).toBeGreaterThan(1000);
});

test.each(["edited", "deleted"])("a comment that is %s asks for nothing, whatever it says", (action) => {
  const comment = { id: 9, body: "/trueup approve-delete abcdef1" };
  const sample = { ...samples.issue_comment, comment };
  expect(hintsOf("issue_comment", sample, 7).keys).toMatchObject([{ kind: "command", commentId: 9 }]);
  const changes = { body: { from: "Looks good to me" } };
  expect(hintsOf("issue_comment", { ...sample, action, changes }, 7).keys).toEqual([]);
});

test.each([
  ["a person's push", "pull_request", { action: "synchronize" }, "User", [5]],
  ["a program's push to one of many", "pull_request", { action: "synchronize" }, "Bot", []],
  ["a merge queue's merge", "pull_request", { action: "closed" }, "Bot", [5]],
  ["a merge that waits for its checks", "pull_request", { action: "auto_merge_enabled" }, "Bot", [5]],
  ["an approval", "pull_request_review", { action: "submitted" }, "User", [5]],
  ["a person's comment", "issue_comment", { comment: { id: 9, body: "Is this right?" } }, "User", [5]],
  ["a program's comment", "issue_comment", { comment: { id: 9, body: "Coverage: 80 %" } }, "Bot", []],
])("%s is attention: %s", (_, event, fields, type, numbers) => {
  const sample = samples[event === "issue_comment" ? event : "pull_request"];
  const { attended } = hintsOf(event, { ...sample, ...fields, sender: { id: 1, type } }, 7);
  expect(attended).toEqual(numbers.map((number) => ({ kind: "pull-request", repositoryId: 42, number })));
});
