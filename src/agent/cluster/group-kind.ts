import { groupOf } from "../../core/manifest/kube-object.ts";

export interface GroupKind {
  group: string;
  kind: string;
}

/** Each kind once. */
export function groupKindsOf(refs: Iterable<{ apiVersion: string; kind: string }>): GroupKind[] {
  const byName = new Map<string, GroupKind>();
  for (const { apiVersion, kind } of refs) {
    const group = groupOf(apiVersion);
    byName.set(`${group}/${kind}`, { group, kind });
  }
  return [...byName.values()];
}

/** Kinds that are what they are as soon as they are there: their metadata is enough to watch. */
const without = new Set([
  "/ConfigMap",
  "/Secret",
  "/ServiceAccount",
  "/LimitRange",
  "/ResourceQuota",
  "/Namespace",
  "networking.k8s.io/NetworkPolicy",
  "networking.k8s.io/IngressClass",
  "rbac.authorization.k8s.io/Role",
  "rbac.authorization.k8s.io/RoleBinding",
  "rbac.authorization.k8s.io/ClusterRole",
  "rbac.authorization.k8s.io/ClusterRoleBinding",
  "scheduling.k8s.io/PriorityClass",
  "storage.k8s.io/StorageClass",
  "admissionregistration.k8s.io/ValidatingWebhookConfiguration",
  "admissionregistration.k8s.io/MutatingWebhookConfiguration",
]);

/** Whether an object of the kind says by its status how it fares. Unknown kinds may. */
export function hasHealth({ group, kind }: GroupKind): boolean {
  return !without.has(`${group}/${kind}`);
}
