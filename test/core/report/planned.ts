import { ACTIONS, type Plan, type PlannedObject } from "../../../src/core/plan/plan.ts";
import type { PlannedReport, PlanPoint } from "../../../src/core/report/report.ts";

export const point: PlanPoint = {
  headSha: "3f9c2d1aa0000000000000000000000000000000",
  base: "main",
  baseSha: "77ab01caa0000000000000000000000000000000",
  liveAsOf: "2026-11-23T14:02:11Z",
};

export function deployment(overrides: Partial<PlannedObject> = {}): PlannedObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    namespace: "shop",
    name: "web",
    action: "update",
    drifted: false,
    fields: [{ path: "spec.replicas", cause: "pull-request", before: 3, after: 5 }],
    ...overrides,
  };
}

/** A plan of these objects with true totals. */
export function planOf(objects: PlannedObject[], overrides: Partial<Plan> = {}): Plan {
  const totals = Object.fromEntries(
    ACTIONS.map((action) => [action, objects.filter((object) => object.action === action).length]),
  ) as Plan["totals"];
  return {
    system: "shop-production",
    cluster: "prod-eu",
    baseSha: point.baseSha,
    headSha: point.headSha,
    mergeTree: "0".repeat(40),
    liveAsOf: "2026-11-23T14:02:11Z",
    health: "Current",
    objects,
    totals,
    drifted: objects.filter((object) => object.drifted).length,
    findings: [],
    ...overrides,
  };
}

export function planned(objects: PlannedObject[], overrides: Partial<PlannedReport> = {}): PlannedReport {
  return { stage: "planned", plans: [planOf(objects)], unplanned: [], at: point, ...overrides };
}
