import type { KubeObject } from "../manifest/kube-object.ts";
import { current, type Health, inProgress } from "./health.ts";
import { conditionsOf, number, specOf, statusOf } from "./status-fields.ts";

export function assessReplicaSet(replicaSet: KubeObject): Health {
  const failure = conditionsOf(replicaSet).find(({ type, status }) => type === "ReplicaFailure" && status === "True");
  if (failure !== undefined) return inProgress("ReplicaFailure", failure.message || "its pods cannot be made");

  const status = statusOf(replicaSet);
  const wanted = number(specOf(replicaSet).replicas, 1);
  const replicas = number(status.replicas, 0);
  const labelled = number(status.fullyLabeledReplicas, 0);
  const available = number(status.availableReplicas, 0);
  const ready = number(status.readyReplicas, 0);
  if (wanted > labelled) return inProgress("LessLabelled", `${labelled} of ${wanted} pods are there`);
  if (wanted > available) return inProgress("LessAvailable", `${available} of ${wanted} pods are available`);
  if (wanted > ready) return inProgress("LessReady", `${ready} of ${wanted} pods are ready`);
  if (replicas > wanted) return inProgress("ExtraPods", `${replicas - wanted} pods are still to end`);
  return current(`${ready} of ${wanted} pods are ready`);
}
