import type { KubeObject, ObjectRef } from "../../core/manifest/kube-object.ts";
import type { Outcome } from "../../core/plan/quotas/growth.ts";
import type { Limits } from "../../core/plan/quotas/over-quota.ts";
import { type Amounts, containerDefaults } from "../../core/plan/quotas/pod-amounts.ts";
import { hasScopes, quotaOf, uncounted } from "../../core/plan/quotas/quota.ts";
import { type Counted, countedBy, usageOf } from "../../core/plan/quotas/usage.ts";
import { kindOf } from "../../core/plan/risks/risk.ts";
import type { Resource } from "../../kube/discovery.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import { isRefusal } from "../../kube/kube-error.ts";
import { inParallel } from "../in-parallel.ts";

/**
 * As merging leaves them: what it creates or changes counts as it will be, over what is used of it now. Quotas with scopes are passed
 * over.
 */
export async function limitsOf(
  kube: KubeClient,
  namespace: string,
  isNew: boolean,
  outcomes: readonly Outcome[],
): Promise<Limits> {
  const merged = async (kind: string, plural: string) => {
    const resource = { group: "", version: "v1", kind, plural, namespaced: true, verbs: [] };
    const live = isNew ? [] : ((await listed(kube, resource, namespace)) ?? []);
    const changed = outcomes.filter(({ after }) => kindOf(after) === kind).map(({ after }) => after);
    const names = new Set(changed.map(({ metadata }) => metadata.name));
    return [...live.filter(({ metadata }) => !names.has(metadata.name)), ...changed];
  };
  const quotas = (await merged("ResourceQuota", "resourcequotas")).filter((quota) => !hasScopes(quota));
  if (quotas.length === 0) return { quotas: [], defaults: containerDefaults([]) };
  const names = new Set(quotas.flatMap(uncounted));
  const counted = isNew ? usedByNew(outcomes, names) : await usedOf(kube, namespace, names);
  const defaults = containerDefaults(await merged("LimitRange", "limitranges"));
  return { quotas: quotas.map((quota) => quotaOf(quota, counted)), defaults };
}

/** Every namespace comes with these, which take their part of its quotas. */
const brought = [
  { plural: "configmaps", object: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "kube-root-ca.crt" } } },
  { plural: "serviceaccounts", object: { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } } },
];

function usedByNew(outcomes: readonly Outcome[], names: ReadonlySet<string>): Amounts {
  const isDescribed = ({ object }: Counted) =>
    outcomes.some(({ after }) => kindOf(after) === object.kind && after.metadata.name === object.metadata.name);
  const used = usageOf(brought.filter((one) => !isDescribed(one)));
  return new Map([...names].map((name) => [name, used.get(name) ?? 0n]));
}

/** How much there is now of what a quota calls so; without what may not be listed, or is not known. */
async function usedOf(kube: KubeClient, namespace: string, names: ReadonlySet<string>): Promise<Amounts> {
  const used = new Map<string, bigint>();
  if (names.size === 0) return used;
  const resources = await kube.discovery.all();
  const byKind = Map.groupBy(names, (name) => {
    const counted = countedBy(name);
    return resources.find(({ group, plural }) => counted?.group === group && counted.plural === plural);
  });
  for (const [resource, those] of byKind) {
    const there = resource && (await listed(kube, resource, namespace));
    if (there === undefined) continue;
    const usage = usageOf(there.map((object) => ({ object, plural: resource!.plural })));
    for (const name of those) used.set(name, usage.get(name) ?? 0n);
  }
  return used;
}

/** @returns undefined where it may not be listed */
async function listed(kube: KubeClient, resource: Resource, namespace: string): Promise<KubeObject[] | undefined> {
  try {
    return (await kube.list(resource, { namespace })).items;
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown;
    return undefined;
  }
}

const atATime = 16;

/** Those of a namespace, as they are live. */
export async function deletedFrom(
  kube: KubeClient,
  namespace: string,
  deleted: readonly ObjectRef[],
): Promise<Counted[]> {
  const there = deleted.filter((ref) => ref.namespace === namespace);
  const counted = await inParallel(there, atATime, async (ref): Promise<Counted[]> => {
    const object = await kube.get(ref);
    const plural = object && (await pluralOf(kube, object));
    return plural === undefined ? [] : [{ object: object!, plural }];
  });
  return counted.flat();
}

/** As the server calls a kind. */
export async function pluralOf(kube: KubeClient, { apiVersion, kind }: KubeObject): Promise<string | undefined> {
  return (await kube.discovery.find(apiVersion, kind))?.plural;
}
