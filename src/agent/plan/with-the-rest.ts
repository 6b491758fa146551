import { groupOf, type KubeObject } from "../../core/manifest/kube-object.ts";
import { quoted } from "../../core/manifest/quoted.ts";
import type { DesiredObject } from "../../core/plan/desired-object.ts";
import type { SchemaPlaces } from "../../core/plan/list-keys.ts";
import { objectChanges } from "../../core/plan/object-changes.ts";
import { placeOf } from "../../core/plan/owned-lists.ts";
import type { FieldChange } from "../../core/plan/plan.ts";
import { podSecurityOf } from "../../core/plan/pod-security/policy.ts";
import { fitsIn, quotaRefusal } from "../../core/plan/quotas/quota-refusal.ts";
import { kindOf } from "../../core/plan/risks/risk.ts";
import { type CustomResource, customResourcesIn } from "../../core/schema/custom-resources.ts";
import { FIELD_MANAGER } from "../../kube/kube-client.ts";
import type { KubeError } from "../../kube/kube-error.ts";

/** What the server looks up by its name before it takes another object, and how it says that it is not there. */
const lookedUp: { [kind: string]: (name: string) => string[] } = {
  ServiceAccount: (name) => [`serviceaccount "${name}" not found`],
  PriorityClass: (name) => [`no PriorityClass with name ${name} was found`],
  RuntimeClass: (name) => [`RuntimeClass "${name}" not found`],
  Role: (name) => [`roles.rbac.authorization.k8s.io "${name}" not found`],
  ClusterRole: (name) => [`clusterroles.rbac.authorization.k8s.io "${name}" not found`],
};

/** As the server says it of a field that its definition does not have (https://github.com/kubernetes-sigs/structured-merge-diff). */
const unknownField = /field not declared in schema|unknown field "/;

/** The Pod Security level for which the server refuses a Pod, with its version. */
const refusingLevel = (message: string): string | undefined =>
  /violates PodSecurity "([a-z]+:[^"]+)"/.exec(message)?.[1];

export interface Rest {
  /** Everything that merging leads to. */
  merge: readonly DesiredObject[];
  before: ReadonlyMap<string, DesiredObject>;
  /** Keys of what is there. */
  memberKeys: ReadonlySet<string>;
}

/**
 * Whether an object is refused only because the merge has not brought the rest yet: its definition that learns the field, the service
 * account that it runs as, the quota that makes room for it, the level that its namespace enforces. Syncing applies those first.
 *
 * @returns what it waits for; undefined when that is not why
 */
export function waitsFor({ message }: KubeError, one: DesiredObject, rest: Rest): string | undefined {
  const { merge, before, memberKeys } = rest;
  if (unknownField.test(message)) {
    const defined = ({ group, kind }: CustomResource) => group === groupOf(one.ref.apiVersion) && kind === one.ref.kind;
    const schemasIn = (objects: Iterable<DesiredObject>) =>
      customResourcesIn([...objects].map(({ object }) => object)).filter(defined);
    const [now, then] = [schemasIn(before.values()), schemasIn(merge)].map((found) => JSON.stringify(found));
    return now === then || then === "[]" ? undefined : "its definition changes with it";
  }
  const refusal = quotaRefusal(message);
  if (refusal !== undefined) {
    const quota = merge.find(
      ({ object, ref }) =>
        kindOf(object) === "ResourceQuota" && ref.name === refusal.quota && ref.namespace === one.ref.namespace,
    );
    return quota && fitsIn(refusal, quota.object)
      ? `the quota ${quoted(refusal.quota)} has no room for it before it is changed`
      : undefined;
  }
  const level = refusingLevel(message);
  if (level !== undefined) {
    const namespace = merge.find(({ object, ref }) => kindOf(object) === "Namespace" && ref.name === one.ref.namespace);
    const will = namespace && podSecurityOf(namespace.object.metadata.labels ?? {}).enforce;
    const changes = will !== undefined && `${will.level}:${will.version}` !== level;
    return changes ? "the Pod Security level of its namespace changes with it" : undefined;
  }
  const needed = merge.find(
    ({ key, ref }) =>
      key !== one.key &&
      !memberKeys.has(key) &&
      lookedUp[ref.kind]?.(ref.name).some((words) => message.toLowerCase().includes(words.toLowerCase())),
  );
  return needed && `${needed.ref.kind} ${quoted(needed.ref.name)} is not there yet`;
}

/**
 * What the manifests alone tell of an object that is there.
 * @param base undefined when Git did not have it; then what it changes of the live object is told
 */
export function manifestChanges(
  base: KubeObject | undefined,
  merge: KubeObject,
  live: KubeObject,
  schemas: SchemaPlaces,
): FieldChange[] {
  const before = base ?? live;
  const rules = { ignore: [], manager: FIELD_MANAGER, behind: "drift" } as const;
  const only = base === undefined ? { onlyNamedBy: merge } : {};
  const place = placeOf(merge, schemas, [{ object: live, manifest: base }], FIELD_MANAGER);
  return objectChanges({ live: before, base: before, merge }, { ...rules, ...only }, { ofKind: () => place });
}
