import type { JsonObject } from "../../../../core/manifest/kube-object.ts";
import type { ClusterStore } from "../../store.ts";
import type { Controller, Surroundings } from "../controller.ts";
import { fitsNode, nodeName } from "../node/node.ts";
import { as, type DaemonSet, type Pod } from "./kinds.ts";
import { countReady, isActive, isFinished, isTerminating, untilAvailable } from "./pod-state.ts";
import { createPod, deletePod, ownPods, templateHash, withoutZeros, writeStatus } from "./pods.ts";
import { limitsOf } from "./rollout.ts";

const revisionLabel = "controller-revision-hash";

/** Keeps one pod of a DaemonSet on the node, if its `nodeSelector` fits: https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/ */
export function daemonSetController({ store, clock }: Surroundings): Controller {
  return {
    resource: "daemonsets.apps",
    reconcile(object) {
      const set = as<DaemonSet>(object);
      const { minReadySeconds, template } = set.spec;
      const now = clock.now();
      const node = store.get("nodes", undefined, nodeName);
      const desired = node !== undefined && fitsNode(template.spec.nodeSelector, node) ? 1 : 0;
      const revision = templateHash(template);
      if (set.metadata.deletionTimestamp === undefined) {
        if (desired === 0) for (const pod of ownPods(store, set)) isActive(pod) && deletePod(store, pod);
        else step(store, set, revision, now);
      }
      const pods = ownPods(store, set).filter(isActive);
      const { ready, available, next } = countReady(pods, minReadySeconds, now);
      const scheduled = Math.min(pods.length, desired);
      writeStatus(store, "daemonsets.apps", set, {
        currentNumberScheduled: scheduled,
        numberMisscheduled: 0,
        desiredNumberScheduled: desired,
        numberReady: Math.min(ready, desired),
        ...withoutZeros({
          observedGeneration: set.metadata.generation,
          updatedNumberScheduled: Math.min(pods.filter((pod) => isOf(pod, revision)).length, desired),
          numberAvailable: Math.min(available, desired),
          numberUnavailable: desired - Math.min(available, desired),
        }),
      });
      return next;
    },
  };
}

function isOf({ metadata }: Pod, revision: string): boolean {
  return metadata.labels?.[revisionLabel] === revision;
}

function step(store: ClusterStore, set: DaemonSet, revision: string, now: Date): void {
  const { template, updateStrategy, minReadySeconds } = set.spec;
  const pods = ownPods(store, set);
  for (const pod of pods) if (isFinished(pod) && !isTerminating(pod)) deletePod(store, pod);
  const active = pods.filter(isActive);
  const current = active.filter((pod) => isOf(pod, revision));
  const outdated = active.filter((pod) => !isOf(pod, revision));
  // With one node a surge is all or nothing: the new pod comes first, or the old one goes first.
  const surge = limitsOf(1, { maxSurge: 0, ...updateStrategy?.rollingUpdate }).maxSurge > 0;
  const counted = set.metadata.annotations?.["deprecated.daemonset.template.generation"];
  const labels = {
    [revisionLabel]: revision,
    ...(counted !== undefined && { "pod-template-generation": counted }),
  };
  const create = () => createPod(store, set, template, { labels, spec: onlyOnNode(template.spec) });

  if (outdated.length > 0 && updateStrategy?.type !== "OnDelete") {
    const available = current.some((pod) => untilAvailable(pod, minReadySeconds, now) === 0);
    if (surge && current.length === 0) create();
    if (!surge || available) for (const pod of outdated) deletePod(store, pod);
    return;
  }
  const [first, ...others] = current.length > 0 ? current : outdated;
  if (first === undefined && !pods.some(isTerminating)) create();
  for (const pod of others) deletePod(store, pod);
}

/** A daemon's pod names its node and tolerates what would drive others from it. */
function onlyOnNode(spec: object): JsonObject {
  const { affinity = {}, tolerations = [] } = spec as { affinity?: JsonObject; tolerations?: JsonObject[] };
  const matchFields = [{ key: "metadata.name", operator: "In", values: [nodeName] }];
  const always = ["not-ready", "unreachable"].map((name) => ({
    key: `node.kubernetes.io/${name}`,
    operator: "Exists",
    effect: "NoExecute",
  }));
  const pressed = ["disk-pressure", "memory-pressure", "pid-pressure", "unschedulable"].map((name) => ({
    key: `node.kubernetes.io/${name}`,
    operator: "Exists",
    effect: "NoSchedule",
  }));
  return {
    affinity: {
      ...affinity,
      nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] } },
    },
    tolerations: [...tolerations, ...always, ...pressed],
  };
}
