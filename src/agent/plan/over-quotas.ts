import type { ObjectRef } from "../../core/manifest/kube-object.ts";
import { placedFinding } from "../../core/manifest/placed-finding.ts";
import type { DesiredObject } from "../../core/plan/desired-object.ts";
import type { PlannedObject } from "../../core/plan/plan.ts";
import { grows, type Outcome } from "../../core/plan/quotas/growth.ts";
import { type OverQuota, overQuota } from "../../core/plan/quotas/over-quota.ts";
import { isQuota, tightened, usedBeyond } from "../../core/plan/quotas/used-beyond.ts";
import { pointerTo } from "../../core/schema/field-path.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import type { Planning } from "./plan-object.ts";
import { deletedFrom, limitsOf, pluralOf } from "./quota-limits.ts";
import { isAsBefore, type Refused, refusedObject } from "./refused-object.ts";

/**
 * What of a plan is more than the quotas leave, though a dry run of each object alone goes through: what the server would refuse
 * ends as `invalid`; a workload without room for its pods gets a warning, and so does a quota that will allow less than there is.
 * One list of quotas for each namespace in which something grows or a quota shrinks, of limit ranges where there is a quota, and of
 * what a new one counts; where they may not be listed, nothing is said.
 *
 * @param deleted what merging deletes
 */
export async function withinQuotas(
  planning: Planning,
  ordered: readonly DesiredObject[],
  planned: readonly PlannedObject[],
  deleted: readonly ObjectRef[],
): Promise<PlannedObject[]> {
  const { outcomes, kube, made, findings } = planning;
  const desiredOf = new Map(ordered.map((one) => [one.key, one]));
  const byNamespace = Map.groupBy(
    ordered.flatMap(({ key }) => outcomes.get(key) ?? []),
    ({ after }) => after.metadata.namespace,
  );
  const over = new Map<string, OverQuota & Pick<Refused, "wasSo">>();
  for (const [namespace, unnamed] of byNamespace) {
    const quotas = unnamed.filter((one) => isQuota(one) && tightened(one).length > 0);
    if (namespace === undefined || !(quotas.length > 0 || unnamed.some(grows))) continue;
    const limits = await limitsOf(kube, namespace, made.namespaces.has(namespace), unnamed);
    if (limits.quotas.length === 0) continue;
    const own = await Promise.all(unnamed.map((one) => withPlural(kube, one)));
    const wasSo = unnamed.every(
      (one) => !(grows(one) || isQuota(one)) || isAsBefore(planning, desiredOf.get(one.key)!),
    );
    for (const one of overQuota(own, limits)) over.set(one.key, { ...one, wasSo });
    for (const quota of quotas) {
      if (usedBeyond(quota, own, limits, []) === undefined) continue;
      const beyond = usedBeyond(quota, own, limits, await deletedFrom(kube, namespace, deleted));
      if (beyond === undefined) continue;
      const message = `The cluster would take this ResourceQuota, and more is in use than it allows: ${beyond.told}. What is there stays, and nothing more of it is taken until less is in use`;
      const pointer = pointerTo("/spec/hard", beyond.names[0]!);
      const warning = { severity: "warning", rule: "over-quota", pointer, message } as const;
      findings.push(placedFinding(desiredOf.get(quota.key)!, warning));
    }
  }
  return planned.map((one, index) => {
    const desired = ordered[index]!;
    const found = over.get(desired.key);
    if (found === undefined) return one;
    if (found.what === "refused") {
      const reason = `with what is applied before it, it would need ${found.needs}`;
      return refusedObject(planning, desired, { reason, pointer: "", wasSo: found.wasSo });
    }
    const message = `The cluster would take this ${desired.ref.kind} and not all of its pods: they would need ${found.needs}`;
    const pointer = "/spec/replicas";
    findings.push(placedFinding(desired, { severity: "warning", rule: "over-quota", pointer, message }));
    return one;
  });
}

const withPlural = async (kube: KubeClient, outcome: Outcome): Promise<Outcome> => ({
  ...outcome,
  plural: await pluralOf(kube, outcome.after),
});
