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
    for (const { repositoryId, installationId } of hints.access)
      expect(repositoryId + installationId).toBeGreaterThan(1);
  }
  expect(malformed).toBeGreaterThan(1000);
});
