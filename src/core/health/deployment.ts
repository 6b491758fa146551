import type { KubeObject } from "../manifest/kube-object.ts";
import { current, failed, type Health, inProgress } from "./health.ts";
import { replicaFailure } from "./refused-pods.ts";
import { conditionsOf, number, specOf, statusOf } from "./status-fields.ts";

/** The controller's word for "no deadline": without one it never reports progress. */
const noDeadline = 2 ** 31 - 1;

export function assessDeployment(deployment: KubeObject): Health {
  const spec = specOf(deployment);
  const status = statusOf(deployment);
  const conditions = conditionsOf(deployment);
  const progressing = conditions.find(({ type }) => type === "Progressing");
  if (progressing?.reason === "ProgressDeadlineExceeded") {
    return failed(progressing.reason, progressing.message || "the rollout made no progress within its deadline");
  }

  const wanted = number(spec.replicas, 1);
  const replicas = number(status.replicas, 0);
  const updated = number(status.updatedReplicas, 0);
  const available = number(status.availableReplicas, 0);
  const ready = number(status.readyReplicas, 0);
  // There may be no pod to look at.
  const refusal = replicaFailure(deployment);
  const why = refusal === undefined ? "" : ` (${refusal})`;
  if (wanted > replicas) return inProgress("LessReplicas", `${replicas} of ${wanted} pods are there${why}`);
  if (wanted > updated) return inProgress("LessUpdated", `${updated} of ${wanted} pods are updated${why}`);
  if (replicas > wanted) return inProgress("ExtraPods", `${replicas - wanted} old pods are still to end`);
  if (updated > available) return inProgress("LessAvailable", `${available} of ${updated} pods are available`);
  if (wanted > ready) return inProgress("LessReady", `${ready} of ${wanted} pods are ready`);

  const hasDeadline = number(spec.progressDeadlineSeconds, noDeadline) !== noDeadline;
  const rolledOut = progressing?.status === "True" && progressing.reason === "NewReplicaSetAvailable";
  if (hasDeadline && !rolledOut) return inProgress("ReplicaSetNotAvailable", "its new ReplicaSet is not available yet");
  if (!conditions.some(({ type, status: is }) => type === "Available" && is === "True")) {
    return inProgress("DeploymentNotAvailable", "it is not available yet");
  }
  return current(`${ready} of ${wanted} pods are ready`);
}
