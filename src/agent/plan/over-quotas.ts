import type { KubeObject } from "../../core/manifest/kube-object.ts";
import { placedFinding } from "../../core/manifest/placed-finding.ts";
import type { DesiredObject } from "../../core/plan/desired-object.ts";
import type { PlannedObject } from "../../core/plan/plan.ts";
import { grows, type Limits, type Outcome, type OverQuota, overQuota } from "../../core/plan/quotas/over-quota.ts";
import { kindOf } from "../../core/plan/risks/risk.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import { isRefusal } from "../../kube/kube-error.ts";
import { type Planning, refusedObject } from "./plan-object.ts";

/**
 * What of a plan is more than the quotas leave, though a dry run of each object alone goes through: what the server would refuse
 * ends as `invalid`, and a workload without room for its pods gets a warning. One list of quotas for each namespace in which
 * something grows, and of limit ranges where there is a quota; where they may not be listed, nothing is said.
 */
export async function withinQuotas(
  planning: Planning,
  ordered: readonly DesiredObject[],
  planned: readonly PlannedObject[],
): Promise<PlannedObject[]> {
  const { outcomes, kube, made, findings } = planning;
  const byNamespace = Map.groupBy(
    ordered.flatMap(({ key }) => outcomes.get(key) ?? []),
    ({ after }) => after.metadata.namespace,
  );
  const over = new Map<string, OverQuota>();
  for (const [namespace, own] of byNamespace) {
    if (namespace === undefined || !own.some(grows)) continue;
    const limits = await limitsOf(kube, namespace, made.namespaces.has(namespace), own);
    if (limits.quotas.length === 0) continue;
    const named = await Promise.all(own.map((one) => withPlural(kube, one)));
    for (const one of overQuota(named, limits)) over.set(one.key, one);
  }
  return planned.map((one, index) => {
    const desired = ordered[index]!;
    const found = over.get(desired.key);
    if (found === undefined) return one;
    if (found.what === "refused") {
      return refusedObject(planning, desired, `with what is applied before it, it would need ${found.needs}`, "");
    }
    const message = `The cluster would take this ${desired.ref.kind} and not all of its pods: they would need ${found.needs}`;
    const pointer = "/spec/replicas";
    findings.push(placedFinding(desired, { severity: "warning", rule: "over-quota", pointer, message }));
    return one;
  });
}

/** As merging leaves them: what it creates or changes counts as it will be, over what is used of it now. */
async function limitsOf(
  kube: KubeClient,
  namespace: string,
  isNew: boolean,
  outcomes: readonly Outcome[],
): Promise<Limits> {
  const merged = async (kind: string, plural: string) => {
    const live = isNew ? [] : await listed(kube, kind, plural, namespace);
    const changed = outcomes.filter(({ after }) => kindOf(after) === kind).map(({ after }) => after);
    const names = new Set(changed.map(({ metadata }) => metadata.name));
    return [...live.filter(({ metadata }) => !names.has(metadata.name)), ...changed];
  };
  const quotas = await merged("ResourceQuota", "resourcequotas");
  return { quotas, limitRanges: quotas.length === 0 ? [] : await merged("LimitRange", "limitranges") };
}

async function listed(kube: KubeClient, kind: string, plural: string, namespace: string): Promise<KubeObject[]> {
  try {
    const resource = { group: "", version: "v1", kind, plural, namespaced: true, verbs: [] };
    return (await kube.list(resource, { namespace })).items;
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown;
    return [];
  }
}

async function withPlural(kube: KubeClient, outcome: Outcome): Promise<Outcome> {
  const resource = await kube.discovery.find(outcome.after.apiVersion, outcome.after.kind);
  return { ...outcome, plural: resource?.plural };
}
