import type { JsonObject, KubeObject } from "../../../../core/manifest/kube-object.ts";
import { deepEqual } from "../../apply/typed-value.ts";
import { StatusError } from "../../status-error.ts";
import type { ClusterStore } from "../../store.ts";
import { as, type Deployment, type PodTemplate, type ReplicaSet } from "./kinds.ts";
import { claim, controllerManager, controllerOf, controllerReference } from "./ownership.ts";
import { templateHash } from "./pods.ts";

const hashLabel = "pod-template-hash";
const prefix = "deployment.kubernetes.io/";
export const revisionAnnotation = `${prefix}revision`;
export const desiredAnnotation = `${prefix}desired-replicas`;
export const maxAnnotation = `${prefix}max-replicas`;
const historyAnnotation = `${prefix}revision-history`;

/** What a ReplicaSet does not take over from its Deployment. */
const ownAnnotations = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  "deprecated.deployment.rollback.to",
  revisionAnnotation,
  historyAnnotation,
  desiredAnnotation,
  maxAnnotation,
]);

export function replicaSetsOf(store: ClusterStore, deployment: Deployment): ReplicaSet[] {
  return claim(store, deployment, "replicasets.apps")
    .map((set) => as<ReplicaSet>(set))
    .sort((a, b) => created(a).localeCompare(created(b)) || revisionOf(a) - revisionOf(b));
}

export function created({ metadata }: ReplicaSet): string {
  // Within a second, in which a test makes several, the revision tells which is older.
  return `${metadata.creationTimestamp ?? ""} ${String(Number(metadata.annotations?.[revisionAnnotation]) || 0).padStart(12, "0")}`;
}

export function revisionOf({ metadata }: ReplicaSet): number {
  return Number(metadata.annotations?.[revisionAnnotation]) || 0;
}

/** The oldest ReplicaSet with the Deployment's template. */
export function currentOf(deployment: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  const wanted = deployment.spec.template as unknown as JsonObject;
  return sets.find(({ spec }) => deepEqual(withoutHash(spec.template) as unknown as JsonObject, wanted));
}

function withoutHash(template: PodTemplate): PodTemplate {
  const { [hashLabel]: _, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

/** The ReplicaSet's annotations as its Deployment and its place in the history want them. */
function annotationsFor(
  deployment: Deployment,
  existing: ReplicaSet | undefined,
  revision: number,
): { [name: string]: string } {
  const copied = Object.entries(deployment.metadata.annotations ?? {}).filter(([name]) => !ownAnnotations.has(name));
  const before = existing?.metadata.annotations ?? {};
  const result: { [name: string]: string } = { ...before, ...Object.fromEntries(copied) };
  if (revision > (Number(before[revisionAnnotation]) || 0)) {
    result[revisionAnnotation] = String(revision);
    const was = before[revisionAnnotation];
    // Going back to a template gives its ReplicaSet a new number; the old ones are kept as history.
    if (was !== undefined) result[historyAnnotation] = [before[historyAnnotation], was].filter(Boolean).join(",");
  }
  return result;
}

/** Makes the current ReplicaSet the newest revision, with its Deployment's annotations. */
export function renumber(
  store: ClusterStore,
  deployment: Deployment,
  current: ReplicaSet,
  old: readonly ReplicaSet[],
): void {
  const annotations = annotationsFor(deployment, current, Math.max(0, ...old.map(revisionOf)) + 1);
  const { minReadySeconds } = deployment.spec;
  if (deepEqual(annotations, current.metadata.annotations) && minReadySeconds === current.spec.minReadySeconds) return;
  store.update(
    "replicasets.apps",
    current.metadata.namespace,
    current.metadata.name,
    (copy) => {
      const { minReadySeconds: _, ...spec } = copy.spec as JsonObject;
      return {
        ...copy,
        metadata: { ...copy.metadata, annotations },
        spec: { ...spec, ...(minReadySeconds !== undefined && { minReadySeconds }) },
      };
    },
    controllerManager,
  );
}

/** Raised when another template has the name already: the Deployment is to be looked at again with another one. */
export class HashCollision extends Error {}

/** Makes the ReplicaSet of the Deployment's template. Throws HashCollision, or StatusError as the store does. */
export function createRevision(
  store: ClusterStore,
  deployment: Deployment,
  old: readonly ReplicaSet[],
  size: { replicas: number; allowed: number },
): ReplicaSet {
  const { spec, metadata, status } = deployment;
  const hash = templateHash(spec.template, status?.collisionCount);
  const name = `${metadata.name.slice(0, 252 - hash.length)}-${hash}`;
  const labels = { ...spec.template.metadata?.labels, [hashLabel]: hash };
  const set = {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name,
      namespace: metadata.namespace,
      labels,
      annotations: {
        ...annotationsFor(deployment, undefined, Math.max(0, ...old.map(revisionOf)) + 1),
        [desiredAnnotation]: String(spec.replicas ?? 1),
        [maxAnnotation]: String(size.allowed),
      },
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas: size.replicas,
      ...(spec.minReadySeconds !== undefined && { minReadySeconds: spec.minReadySeconds }),
      selector: { ...spec.selector, matchLabels: { ...spec.selector.matchLabels, [hashLabel]: hash } },
      template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
    },
  };
  try {
    return as<ReplicaSet>(store.create(structuredClone(set) as unknown as KubeObject, controllerManager));
  } catch (error) {
    if (!(error instanceof StatusError) || error.reason !== "AlreadyExists") throw error;
    const existing = store.get("replicasets.apps", metadata.namespace, name);
    // One of our own that is on its way out goes by itself; any other name that is taken is a collision.
    if (existing !== undefined && controllerOf(existing.metadata)?.uid === metadata.uid) throw error;
    throw new HashCollision();
  }
}
