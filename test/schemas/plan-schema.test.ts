import { describe, expect, test } from "vitest";
import { ACTIONS, type Cause, type FieldChange, type FolderPlan, type Plan, RISKS } from "../../src/core/plan/plan.ts";
import { checkMessage } from "../../src/link/link-schema.ts";
import { deployment, planOf } from "../core/report/planned.ts";
import { againstPlanSchema } from "./plan-schema.ts";

const causes: Record<Cause, Partial<FieldChange>> = {
  "pull-request": { before: 3, after: { nested: [1, null] }, base: 4, manager: "kubectl-edit" },
  drift: { before: "a", manager: "kubectl-edit", time: "2026-11-23T14:02:11Z" },
  pending: { after: "b", merge: { sha: "a".repeat(40), pullRequest: 12 } },
  "already-live": { before: true, after: true },
  foreign: { before: "c", after: "c", manager: "unknown" },
  ignored: {},
  admission: { before: "d", after: "e", altered: true },
};
const fields = Object.entries(causes).map(([cause, more]) => ({ path: "spec.x", cause: cause as Cause, ...more }));
const finding = {
  file: "a.yaml",
  line: 1,
  column: 1,
  severity: "error",
  rule: "r",
  message: "m",
  pointer: "",
} as const;

/** Everything that a plan can say. */
const full: Plan = planOf(
  ACTIONS.map((action) =>
    deployment({
      action,
      fields,
      file: "a.yaml",
      line: 3,
      reason: "because",
      pending: true,
      merge: { sha: "b".repeat(40) },
      risks: RISKS.map((kind) => ({ kind, text: "5 pods" })),
    }),
  ),
  { findings: [finding] },
);

function printed({ headSha: _, mergeTree: __, ...plan }: Plan): FolderPlan {
  return plan;
}

/** What the link has against a plan that an agent sends. */
function againstLink(plan: unknown): string | undefined {
  const result = { type: "plan-result", id: "p1", repositoryId: 1, system: "shop-production", plan };
  try {
    checkMessage(result);
    return undefined;
  } catch (thrown) {
    return (thrown as Error).message;
  }
}

test("whatever a plan can say is taken, printed and sent by an agent", () => {
  expect(againstPlanSchema(printed(full))).toEqual([]);
  expect(againstLink(full)).toBeUndefined();
  const { baseSha: _, ...withoutBase } = printed(full);
  expect(againstPlanSchema(withoutBase)).toEqual([]);
});

describe.each<[string, (plan: Plan) => void]>([
  ["a word that is no action", (plan) => Object.assign(plan.objects[0]!, { action: "explode" })],
  ["a word that is no cause", (plan) => Object.assign(plan.objects[0]!.fields[0]!, { cause: "fate" })],
  ["a word that is no risk", (plan) => Object.assign(plan.objects[0]!.risks![0]!, { kind: "rain" })],
  ["an object without fields", (plan) => Object.assign(plan.objects[0]!, { fields: undefined })],
  ["a field without a path", (plan) => Object.assign(plan.objects[0]!.fields[0]!, { path: undefined })],
  ["a time that is none", (plan) => Object.assign(plan, { liveAsOf: "yesterday" })],
  ["a total that is missing", (plan) => Object.assign(plan.totals, { delete: undefined })],
  ["something else in the plan", (plan) => Object.assign(plan, { extra: 1 })],
  ["something else in the totals", (plan) => Object.assign(plan.totals, { extra: 1 })],
  ["something else in an object", (plan) => Object.assign(plan.objects[0]!, { extra: 1 })],
  ["something else in a field", (plan) => Object.assign(plan.objects[0]!.fields[0]!, { extra: 1 })],
  ["a pull request that has no number", (plan) => Object.assign(plan.objects[0]!.merge!, { pullRequest: "12" })],
  ["something else in a merge", (plan) => Object.assign(plan.objects[0]!.merge!, { subject: "x" })],
  ["something else in a risk", (plan) => Object.assign(plan.objects[0]!.risks![0]!, { extra: 1 })],
  ["something else in a finding", (plan) => Object.assign(plan.findings[0]!, { extra: 1 })],
])("%s", (_, spoil) => {
  test("is refused where it is printed, and where an agent sends it", () => {
    const plan = structuredClone(full);
    spoil(plan);
    const spoilt = JSON.parse(JSON.stringify(plan));
    expect(againstPlanSchema(printed(spoilt))).not.toEqual([]);
    expect(againstLink(spoilt)).toBeDefined();
  });
});
