import { describe, expect, test } from "vitest";
import { readAnswers } from "../../../src/bot/pull-request/answers.ts";
import type { Question } from "../../../src/bot/pull-request/ask-plans.ts";
import { ofAnswers } from "../../../src/bot/pull-request/what-to-say.ts";
import { checkOf } from "../../../src/core/report/check.ts";
import { renderComment } from "../../../src/core/report/comment.ts";
import type { PlanRow } from "../../../src/store/plans.ts";
import { planOf, point } from "../../core/report/planned.ts";

const asked = Date.parse("2026-11-23T14:00:00Z");
const question: Question = { system: "shop", cluster: "prod-eu", stem: "plan/1/7/abc/" };
const row = (change: Partial<PlanRow> = {}): PlanRow => ({
  repository_id: 1,
  pull_request: 7,
  system: "shop",
  cluster: "prod-eu",
  command_id: "plan/1/7/abc/0",
  head_sha: point.headSha,
  base_sha: point.baseSha,
  base_ref: "main",
  asked_at: new Date(asked),
  announce_at: new Date(asked + 2_000),
  result: null,
  answered_at: null,
  silent_since: null,
  final: false,
  ...change,
});
const answersAt = (
  now: number,
  heard: number | undefined,
  rows = [row()],
  configured = ["prod-eu"],
  listeningSince = 0,
  isAttended = false,
) =>
  readAnswers(
    [question],
    rows,
    { configured, lastHeard: new Map(heard === undefined ? [] : [["prod-eu", heard]]), listeningSince },
    { now, isAttended },
  );
const noRules = { added: [], removed: [], changes: [] };
const saidAt = (now: number, heard: number | undefined, rows?: PlanRow[], isAttended?: boolean) => {
  const answers = answersAt(now, heard, rows, undefined, undefined, isAttended);
  return ofAnswers({ ...answers, overlaps: { worst: [], total: 0 }, pauses: [], folders: [] }, noRules, point, now);
};

describe("while an agent has not answered", () => {
  test("nothing is said for two seconds, then that it is waited for, and when to look again", () => {
    expect(saidAt(asked + 500, asked)).toEqual({ report: undefined, lookAgain: 1500 });
    const said = saidAt(asked + 2_000, asked);
    expect(said.report).toMatchObject({ stage: "planning", systems: [{ system: "shop", cluster: "prod-eu" }] });
    expect(said.lookAgain).toBe(30_000);
  });

  test("of a crowd that a base has moved nothing is said at all, and who looks at one of it is told after ten seconds", () => {
    const crowd = [row({ announce_at: null })];
    expect(saidAt(asked + 30_000, asked + 20_000, crowd)).toEqual({ report: undefined, lookAgain: 50_000 });
    const looked = (now: number) => saidAt(now, now, crowd, true);
    expect(looked(asked + 500)).toEqual({ report: undefined, lookAgain: 9_500 });
    expect(looked(asked + 10_000).report).toMatchObject({ stage: "planning", systems: [{ system: "shop" }] });
  });

  test("one that was heard is waited for, however long it takes", () => {
    const later = asked + 3_600_000;
    expect(answersAt(later, later - 20_000).pending).toHaveLength(1);
  });

  test("after a minute of silence the cluster is named, and when it was last heard", () => {
    expect(answersAt(asked + 59_000, asked).unplanned).toEqual([]);
    expect(saidAt(asked + 59_000, asked).lookAgain).toBe(1_000);
    const [silent] = answersAt(asked + 60_000, asked).unplanned;
    expect(silent?.message).toContain("last heard 2026-11-23 14:00:00 UTC");
  });

  test("one that is long silent or was never heard gets ten seconds to dial in", () => {
    for (const heard of [asked - 3_600_000, undefined]) {
      expect(answersAt(asked + 9_000, heard).pending).toHaveLength(1);
      expect(answersAt(asked + 10_000, heard).unplanned).toHaveLength(1);
    }
    expect(answersAt(asked + 10_000, undefined).unplanned[0]?.message).toContain("was never heard");
  });

  test("a bot that has just started gives it a minute to dial in, however long ago it was heard", () => {
    const started = asked + 3_600_000;
    const at = (now: number) => answersAt(now, asked, undefined, undefined, started);
    expect(at(started + 59_000)).toMatchObject({ unplanned: [], nextSilence: started + 60_000 });
    expect(at(started + 60_000).unplanned).toHaveLength(1);
  });

  test("a cluster that nobody speaks for is not waited for", () => {
    expect(answersAt(asked, undefined, [row()], []).unplanned[0]?.message).toContain("no agent is configured");
  });
});

test("an answer counts for its question, also while the same is asked again; for another head it does not", () => {
  const result = { type: "plan-result", id: "plan/1/7/abc/0", repositoryId: 1, system: "shop", plan: planOf([]) };
  expect(answersAt(asked, asked, [row({ result, command_id: "plan/1/7/abc/9" })]).plans).toHaveLength(1);
  expect(answersAt(asked, asked, [row({ result, command_id: "plan/1/7/def/0" })]).plans).toEqual([]);
});

const saidOf = (row: PlanRow, now: number) =>
  ofAnswers(
    { ...answersAt(now, now, [row]), overlaps: { worst: [], total: 0 }, pauses: [], folders: [] },
    noRules,
    point,
    now,
  );

test("a plan that is made again stays to be read, and once that takes long the comment says so and as of when the plan is", () => {
  const result = { type: "plan-result", id: "plan/1/7/abc/0", repositoryId: 1, system: "shop", plan: planOf([]) };
  const again = row({ result, command_id: "plan/1/7/abc/9" });

  expect(saidOf(again, asked + 500)).toEqual({ ...saidOf(row({ result }), asked), lookAgain: 1_500 });
  const { report, lookAgain } = saidOf(again, asked + 2_000);
  expect(lookAgain).toBeUndefined();
  expect(renderComment(report!)).toContain(
    "> **Being planned again**: `shop` on `prod-eu`. What stands here is the plan as of 2026-11-23 14:02 UTC.",
  );
  expect(saidOf({ ...again, announce_at: null }, asked + 3_600_000)).toEqual(saidOf(row({ result }), asked));
});

test("findings of an agent that looks again stay to be read, and once that takes long the comment says so", () => {
  const finding = {
    file: "web.yaml",
    line: 2,
    column: 1,
    severity: "error",
    rule: "unknown-kind",
    pointer: "",
  } as const;
  const findings = [{ ...finding, message: "the cluster does not serve Widget" }];
  const error = { kind: "user", message: "the manifests have errors", findings };
  const result = { type: "plan-result", id: "plan/1/7/abc/0", repositoryId: 1, system: "shop", error };
  const again = row({ result, command_id: "plan/1/7/abc/9" });

  expect(saidOf(again, asked + 500)).toEqual({ ...saidOf(row({ result }), asked), lookAgain: 1_500 });
  const { report, lookAgain } = saidOf(again, asked + 2_000);
  expect(lookAgain).toBeUndefined();
  expect(renderComment(report!)).toContain(
    "nothing can be deployed yet\n\n> [!NOTE]\n> **Being planned again**: `shop` on `prod-eu`. What stands here was found before.\n\n| where |",
  );
});

test("a plan whose agent is silent stays to be read, and is green no more, with when it was made and when the agent was last heard", () => {
  const result = { type: "plan-result", id: "plan/1/7/abc/0", repositoryId: 1, system: "shop", plan: planOf([]) };
  const answers = answersAt(asked, asked, [row({ result, silent_since: new Date(asked) })]);
  const { report } = ofAnswers(
    { ...answers, overlaps: { worst: [], total: 0 }, pauses: [], folders: [] },
    noRules,
    point,
    asked,
  );
  expect(report).toMatchObject({ stage: "planned", plans: [result.plan], unplanned: [] });
  expect(checkOf(report!)).toMatchObject({ conclusion: "failure", title: "1 agent silent · nothing changes" });
  expect(renderComment(report!)).toContain(
    "> `shop` on `prod-eu`: the cluster's agent is silent, last heard 2026-11-23 14:00:00 UTC. Its plan is as of 2026-11-23 14:02 UTC; nobody has looked since",
  );
});
