import type { KubeObject } from "../manifest/kube-object.ts";
import { current, failed, type Health, inProgress } from "./health.ts";
import { conditionsOf, statusOf } from "./status-fields.ts";

/**
 * What an object of any kind says of itself, before its kind's own rule: whether its controller has seen the latest
 * change, and the conditions `Reconciling` and `Stalled`
 * (https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/status/generic.go).
 * @returns undefined when it says nothing
 */
export function assessByConditions(object: KubeObject): Health | undefined {
  const { generation } = object.metadata;
  const { observedGeneration } = statusOf(object);
  if (generation !== undefined && typeof observedGeneration === "number" && observedGeneration !== generation) {
    return inProgress("LatestGenerationNotObserved", "its controller has not seen the latest change yet");
  }
  for (const { type, status, reason, message } of conditionsOf(object)) {
    if (status !== "True") continue;
    if (type === "Reconciling") return inProgress(reason || type, message || "it is being reconciled");
    if (type === "Stalled") return failed(reason || type, message || "it is stalled");
  }
  return undefined;
}

/** For kinds without a rule of their own: the condition `Ready`, when there is one. */
export function assessByReady(object: KubeObject): Health | undefined {
  const ready = conditionsOf(object).find(({ type }) => type === "Ready");
  if (ready === undefined) return undefined;
  if (ready.status === "True") return current(ready.message || "it is ready");
  return inProgress(ready.reason || "NotReady", ready.message || "it is not ready yet");
}
