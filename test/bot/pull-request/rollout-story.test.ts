import { expect, test } from "vitest";
import { rolloutStory } from "../../../src/bot/pull-request/rollout-story.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import type { SyncedObject } from "../../../src/link/messages.ts";
import type { RolloutRow } from "../../../src/store/rollouts.ts";
import { deployment, planOf } from "../../core/report/planned.ts";

const began = Date.parse("2026-11-23T14:00:00Z");
const row = (change: Partial<RolloutRow> = {}): RolloutRow => ({
  repository_id: 1,
  system: "shop",
  sha: "a".repeat(40),
  cluster: "prod-eu",
  branch: "main",
  command_id: null,
  deployment_id: null,
  deployment_state: null,
  previous_sha: null,
  pull_requests: [7],
  state: "waiting",
  detail: {},
  started_at: new Date(began),
  finished_at: null,
  ...change,
});
const heardAt = (heard: number) => ({
  configured: ["prod-eu"],
  lastHeard: new Map([["prod-eu", heard]]),
  listeningSince: 0,
});
const told = (rows: RolloutRow[], now = began, agents = heardAt(now)) =>
  rolloutStory(rows, new Map([["shop", planOf([deployment()])]]), agents, now);

test("there is no story before a rollout", () => {
  expect(told([])).toBeUndefined();
});

test("of each system the newest rollout counts", () => {
  const older = row({ state: "superseded" });
  const { drifted: _, ...applied } = deployment();
  const newer = row({ sha: "b".repeat(40), state: "healthy", detail: { durationMs: 5, objects: [applied] } });
  const platform = row({ system: "platform", state: "deploying", detail: { progress: "1 of 2" } });
  expect(told([older, platform, newer])).toMatchObject({
    sha: newer.sha,
    systems: [
      { system: "platform", state: "deploying", progress: "1 of 2" },
      { system: "shop", state: "healthy", asPlanned: { same: 1, of: 1 } },
    ],
  });
});

test("of several pull requests that went out together each is told what became of its own plan", () => {
  const { drifted: _, ...applied } = deployment();
  const theirs = { ...applied, name: "theirs", action: "delete" as const };
  const more = { path: "spec.paused", cause: "pull-request" as const, after: true };
  const together = (objects: object[]) =>
    told([row({ state: "healthy", pull_requests: [7, 8], detail: { durationMs: 5, objects } })])?.systems[0]?.asPlanned;
  const both = { ...applied, fields: [...applied.fields, more] };
  expect(together([both, theirs])).toEqual({ same: 1, of: 1, different: [] });
  expect(together([{ ...applied, action: "unchanged", fields: [] }])).toEqual({ same: 1, of: 1, different: [] });
  expect(together([{ ...applied, action: "delete", fields: [] }])).toEqual({
    same: 0,
    of: 1,
    different: [expect.stringMatching(/planned update, done delete, by what went out with it$/)],
  });
  const other = applied.fields.map((field) => ({ ...field, after: "other" }));
  expect(together([{ ...applied, fields: other }])?.different).toEqual([
    expect.stringMatching(/another value in .*spec/),
  ]);
});

test("of a rollout that failed is told what was refused, what was applied and what nobody came to", () => {
  const ref = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name, fields: [] });
  const planned = [
    { ...ref("done"), action: "create" as const, drifted: false },
    { ...ref("refused"), action: "create" as const, drifted: false },
    { ...ref("waits"), action: "create" as const, drifted: false },
    { ...ref("gone"), action: "delete" as const, drifted: false },
  ];
  const objects: SyncedObject[] = [
    { ...ref("done"), action: "create" },
    { ...ref("refused"), action: "invalid", reason: "exceeded quota: few" },
  ];
  const failed = row({ state: "failed", detail: { message: "the cluster refuses it", objects } });
  const story = (plan: Plan | undefined) =>
    rolloutStory([failed], new Map(plan && [["shop", plan]]), heardAt(began), began)?.systems[0];
  expect(story(planOf(planned))).toMatchObject({
    refusals: [{ objects: [{ name: "refused" }], sort: "beyond a quota", words: "exceeded quota: few" }],
    reached: { applied: 1, of: 4, left: [{ name: "waits" }, { name: "gone", action: "delete" }] },
  });
  expect(story(undefined)?.reached).toEqual({ applied: 1, left: [] });
});

test("a system that was never rolled out before goes back to the commit that its merge stands on", () => {
  const story = (previous_sha: string | null) =>
    rolloutStory(
      [row({ state: "failed", previous_sha })],
      new Map(),
      heardAt(began),
      began,
      new Map([["shop", { sha: "before" }]]),
    );
  expect(story(null)?.systems[0]?.previousSha).toBe("before");
  expect(story("earlier")?.systems[0]?.previousSha).toBe("earlier");
});

test("an agent that falls silent while it deploys is named, and one that nobody configured", () => {
  const deploying = [row({ state: "deploying", detail: { progress: "1 of 2" } })];
  expect(told(deploying, began + 59_000, heardAt(began))?.systems[0]?.progress).toBe("1 of 2");
  expect(told(deploying, began + 60_000, heardAt(began))?.systems[0]?.progress).toContain(
    "last heard 2026-11-23 14:00:00",
  );
  const nobody = { configured: [], lastHeard: new Map(), listeningSince: 0 };
  expect(told(deploying, began, nobody)?.systems[0]?.progress).toContain("no agent is configured");
});
