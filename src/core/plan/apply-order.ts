import { groupOf, type KubeObject, type ObjectRef } from "../manifest/kube-object.ts";

/**
 * Ranks of what must or should be there before what. An edge only ever leads from a lower rank to a higher one, so the
 * graph cannot have a cycle. The first two are required (a namespace before what lives in it, a definition before its
 * instances), the others spare restarts: configuration before the workloads that read it.
 */
const ranks: readonly (readonly [name: string, belongs: (group: string, kind: string) => boolean])[] = [
  ["namespaces", (group, kind) => group === "" && kind === "Namespace"],
  ["definitions", (group, kind) => group === "apiextensions.k8s.io" && kind === "CustomResourceDefinition"],
  ["policies", (group, kind) => policyKinds.has(kind) && (group === "" || group.endsWith(".k8s.io"))],
  ["accounts", (group, kind) => (group === "" && kind === "ServiceAccount") || group === "rbac.authorization.k8s.io"],
  ["configuration", (group, kind) => group === "" && configKinds.has(kind)],
  ["services", (group, kind) => group === "" && kind === "Service"],
  ["workloads", (group, kind) => (group === "" && kind === "Pod") || group === "apps" || group === "batch"],
];
const policyKinds = new Set([
  "PriorityClass",
  "StorageClass",
  "IngressClass",
  "RuntimeClass",
  "ResourceQuota",
  "LimitRange",
]);
const configKinds = new Set(["ConfigMap", "Secret", "PersistentVolume", "PersistentVolumeClaim"]);
/** Webhooks last: one that fails closed before its server runs would refuse everything after it. */
const lastKinds = /^(Validating|Mutating)(WebhookConfiguration|AdmissionPolicy(Binding)?)$/;

/** Objects in waves: everything of a wave may be applied at once, after the waves before it. */
export function applyWaves<T>(
  items: readonly T[],
  objectOf: (item: T) => Pick<KubeObject, "apiVersion" | "kind">,
): T[][] {
  const waves = Array.from({ length: ranks.length + 2 }, (): T[] => []);
  for (const item of items) waves[rankOf(objectOf(item))]!.push(item);
  return waves.filter((wave) => wave.length > 0);
}

/**
 * Whether an object cannot do, or should not begin, without another one that the cluster refused: what lives in a namespace,
 * what is of a defined kind, a workload whose configuration or account may be it, and a webhook, whose server may hang on
 * anything. Everything else goes on.
 */
export function heldUpBy(one: Waiting, refused: Waiting): boolean {
  if (lastKinds.test(one.kind)) return true;
  const rank = rankName(refused);
  if (rank === "namespaces") return one.namespace === refused.name;
  if (rank === "definitions") return groupOf(one.apiVersion) === refused.name.slice(refused.name.indexOf(".") + 1);
  const isRead = rank === "configuration" || refused.kind === "ServiceAccount";
  return isRead && rankName(one) === "workloads" && one.namespace === refused.namespace;
}

type Waiting = Pick<ObjectRef, "apiVersion" | "kind" | "name" | "namespace">;

const rankName = (object: Waiting): string | undefined => ranks[rankOf(object)]?.[0];

function rankOf({ apiVersion, kind }: Pick<KubeObject, "apiVersion" | "kind">): number {
  if (lastKinds.test(kind)) return ranks.length + 1;
  const found = ranks.findIndex(([, belongs]) => belongs(groupOf(apiVersion), kind));
  return found < 0 ? ranks.length : found;
}
