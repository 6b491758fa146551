import type { Plan } from "../../src/core/plan/plan.ts";
import { totalsOf } from "../../src/core/plan/totals.ts";
import { renderPlanned } from "../../src/core/report/comment.ts";
import { percentile, rounded } from "../statistics.ts";

const rounds = 20;
const objects = 5_000;

/** The comment of a plan with 5,000 changed objects of 3 fields each, and what names them all in the check run. */
export async function report(): Promise<object> {
  const plan = largePlan();
  const at = { headSha: plan.headSha, base: "main", baseSha: plan.baseSha, liveAsOf: plan.liveAsOf };
  const taken: number[] = [];
  let sizes = { comment: 0, names: 0 };
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    const { comment, names } = renderPlanned({ stage: "planned", plans: [plan], unplanned: [], at });
    taken.push(performance.now() - began);
    sizes = { comment: comment.length, names: names?.length ?? 0 };
  }
  return {
    measure: "rendering a plan of 5,000 changes",
    unit: "ms",
    of: rounds,
    p50: rounded(percentile(taken, 0.5)),
    p99: rounded(percentile(taken, 0.99)),
    characters: sizes,
  };
}

function largePlan(): Plan {
  const all = Array.from({ length: objects }, (_, n): Plan["objects"][number] => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    namespace: `team-${n % 40}`,
    name: `web-${n}`,
    action: n % 50 === 0 ? "delete" : "update",
    fields: ["replicas", "minReadySeconds", "revisionHistoryLimit"].map((name, index) => ({
      path: `spec.${name}`,
      cause: "pull-request",
      before: n + index,
      after: n + index + 1,
    })),
    risks: [{ kind: "restarts", text: `${1 + (n % 9)} pods, at most 1 away at a time` }],
    file: `teams/${n % 40}/web-${n}.yaml`,
    line: 1,
    drifted: false,
  }));
  return {
    system: "everything",
    cluster: "prod",
    baseSha: "a".repeat(40),
    headSha: "b".repeat(40),
    mergeTree: "c".repeat(40),
    liveAsOf: "2026-11-27T12:00:00Z",
    health: "Current",
    objects: all,
    totals: totalsOf(all),
    drifted: 0,
    findings: [],
  };
}
