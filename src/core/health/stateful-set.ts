import type { KubeObject } from "../manifest/kube-object.ts";
import { current, type Health, inProgress } from "./health.ts";
import { mapping, number, specOf, statusOf, text } from "./status-fields.ts";

export function assessStatefulSet(statefulSet: KubeObject): Health {
  const spec = specOf(statefulSet);
  const strategy = mapping(spec.updateStrategy);
  if (strategy.type === "OnDelete") return current("its pods are updated when somebody deletes them");

  const status = statusOf(statefulSet);
  const wanted = number(spec.replicas, 1);
  const replicas = number(status.replicas, 0);
  const ready = number(status.readyReplicas, 0);
  const updated = number(status.updatedReplicas, 0);
  if (wanted > replicas) return inProgress("LessReplicas", `${replicas} of ${wanted} pods are there`);
  if (wanted > ready) return inProgress("LessReady", `${ready} of ${wanted} pods are ready`);
  if (replicas > wanted) return inProgress("ExtraPods", `${replicas - wanted} pods are still to end`);

  // Pods below the partition keep the old revision on purpose.
  const partition = mapping(strategy.rollingUpdate).partition;
  if (typeof partition === "number") {
    const due = wanted - partition;
    if (updated < due) return inProgress("PartitionRollout", `${updated} of ${due} pods are updated`);
    return current(`${ready} of ${wanted} pods are ready`);
  }
  const onCurrent = number(status.currentReplicas, 0);
  if (wanted > onCurrent) return inProgress("LessCurrent", `${onCurrent} of ${wanted} pods are current`);
  if (text(status.currentRevision) !== text(status.updateRevision)) {
    return inProgress("RevisionMismatch", "not all pods have the new revision yet");
  }
  return current(`${ready} of ${wanted} pods are ready`);
}
