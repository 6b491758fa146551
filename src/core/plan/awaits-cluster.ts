import type { SystemPlan } from "./plan.ts";

/** What the cluster says of a plan, which it may say otherwise of the same one another time. */
const rules: ReadonlySet<string> = new Set(["refused-by-cluster", "over-quota", "unseen-kind"]);

/** Whether something of a plan is refused for what does not stand in it: a quota, a policy, a webhook that is down, a right. */
export function awaitsCluster({ objects, findings }: Pick<SystemPlan, "objects" | "findings">): boolean {
  return objects.some(({ action }) => action === "invalid") || findings.some(({ rule }) => rules.has(rule));
}
