import type { JsonObject, KubeObject } from "../../../../core/manifest/kube-object.ts";
import type { ClusterStore } from "../../store.ts";
import type { Controller, Surroundings } from "../controller.ts";
import { as, type Pod, type StatefulSet } from "./kinds.ts";
import { controllerManager } from "./ownership.ts";
import { countReady, isActive, isFinished, isTerminating, untilAvailable } from "./pod-state.ts";
import { createPod, deletePod, ownPods, templateHash, withoutZeros, writeStatus } from "./pods.ts";

const revisionLabel = "controller-revision-hash";

/**
 * Keeps a StatefulSet's pods, each with its number and its claims. With the policy `OrderedReady` one after the other:
 * the next when all before it are available, the highest goes first:
 * https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/
 */
export function statefulSetController({ store, clock }: Surroundings): Controller {
  return {
    resource: "statefulsets.apps",
    reconcile(object) {
      const set = as<StatefulSet>(object);
      const { replicas = 1, minReadySeconds, template } = set.spec;
      const first = set.spec.ordinals?.start ?? 0;
      const update = `${set.metadata.name}-${templateHash(template)}`;
      const current = set.status?.currentRevision ?? update;
      const now = clock.now();
      const before = byOrdinal(set, ownPods(store, set));
      if (set.metadata.deletionTimestamp === undefined) step(store, set, before, { first, replicas, update, now });

      const pods = [...byOrdinal(set, ownPods(store, set)).values()].filter(isActive);
      const { ready, available, next } = countReady(pods, minReadySeconds, now);
      const updated = pods.filter((pod) => pod.metadata.labels?.[revisionLabel] === update).length;
      const complete = updated === replicas && available === replicas && pods.length === replicas;
      writeStatus(store, "statefulsets.apps", set, {
        replicas: pods.length,
        availableReplicas: available,
        ...withoutZeros({
          observedGeneration: set.metadata.generation,
          readyReplicas: ready,
          updatedReplicas: updated,
          currentReplicas: complete
            ? updated
            : pods.filter((pod) => pod.metadata.labels?.[revisionLabel] === current).length,
        }),
        currentRevision: complete ? update : current,
        updateRevision: update,
        collisionCount: 0,
      });
      return next;
    },
  };
}

function step(
  store: ClusterStore,
  set: StatefulSet,
  pods: ReadonlyMap<number, Pod>,
  { first, replicas, update, now }: { first: number; replicas: number; update: string; now: Date },
): void {
  const { minReadySeconds, podManagementPolicy, updateStrategy } = set.spec;
  const parallel = podManagementPolicy === "Parallel";
  const settled = (pod: Pod | undefined) =>
    pod !== undefined && !isTerminating(pod) && untilAvailable(pod, minReadySeconds, now) === 0;

  const partition = updateStrategy?.rollingUpdate?.partition ?? 0;
  for (let ordinal = first; ordinal < first + replicas; ordinal++) {
    const pod = pods.get(ordinal);
    if (pod === undefined) {
      // Below the partition a lost pod comes back by today's template too: older templates are not kept.
      createOrdinal(store, set, ordinal, update);
      if (!parallel) return;
    } else if (isFinished(pod) && !isTerminating(pod)) {
      deletePod(store, pod);
      if (!parallel) return;
    } else if (!parallel && !settled(pod)) {
      // Also a pod that will never get ready is waited for, even when its template has been mended since:
      // https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback
      return;
    }
  }

  const surplus = [...pods].filter(([ordinal]) => ordinal < first || ordinal >= first + replicas).sort(highestFirst);
  for (const [, pod] of surplus) {
    if (!isTerminating(pod)) deletePod(store, pod);
    if (!parallel) return;
  }
  if (updateStrategy?.type === "OnDelete") return;
  const outdated = [...pods]
    .filter(([ordinal, pod]) => ordinal >= first + partition && pod.metadata.labels?.[revisionLabel] !== update)
    .sort(highestFirst)
    .map(([, pod]) => pod);
  const failing = parallel ? outdated.filter((pod) => !settled(pod) && !isTerminating(pod)) : [];
  for (const pod of failing) deletePod(store, pod);
  const [next] = outdated;
  const calm = pods.size === replicas && [...pods.values()].every(settled);
  if (failing.length === 0 && next !== undefined && calm) deletePod(store, next);
}

const highestFirst = ([a]: [number, Pod], [b]: [number, Pod]) => b - a;

function byOrdinal({ metadata }: StatefulSet, pods: readonly Pod[]): Map<number, Pod> {
  const numbered = pods.flatMap((pod): [number, Pod][] => {
    const { name } = pod.metadata;
    const number = name.startsWith(`${metadata.name}-`) ? name.slice(metadata.name.length + 1) : "";
    return /^\d+$/.test(number) ? [[Number(number), pod]] : [];
  });
  return new Map(numbered.sort(([a], [b]) => a - b));
}

function createOrdinal(store: ClusterStore, set: StatefulSet, ordinal: number, revision: string): void {
  const { template, serviceName, selector, volumeClaimTemplates = [] } = set.spec;
  const { namespace } = set.metadata;
  const name = `${set.metadata.name}-${ordinal}`;
  const claimName = (claim: { metadata: { name: string } }) => `${claim.metadata.name}-${name}`;
  for (const claim of volumeClaimTemplates) {
    if (store.get("persistentvolumeclaims", namespace, claimName(claim)) !== undefined) continue;
    const labels = { ...claim.metadata.labels, ...selector.matchLabels };
    const metadata = { ...claim.metadata, name: claimName(claim), namespace, labels };
    const made = { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata, spec: structuredClone(claim.spec) };
    store.create(made as KubeObject, controllerManager);
  }
  const own = new Set(volumeClaimTemplates.map(({ metadata }) => metadata.name));
  const volumes: JsonObject[] = [
    ...volumeClaimTemplates.map((claim) => ({
      name: claim.metadata.name,
      persistentVolumeClaim: { claimName: claimName(claim) },
    })),
    ...(template.spec.volumes ?? []).filter(({ name }) => !own.has(String(name))),
  ];
  createPod(store, set, template, {
    name,
    labels: {
      "statefulset.kubernetes.io/pod-name": name,
      "apps.kubernetes.io/pod-index": String(ordinal),
      [revisionLabel]: revision,
    },
    spec: {
      hostname: name,
      ...(serviceName !== undefined && serviceName !== "" && { subdomain: serviceName }),
      ...(volumes.length > 0 && { volumes }),
    },
  });
}
