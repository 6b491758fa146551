import type { KubeObject } from "../manifest/kube-object.ts";
import { conditionsOf } from "./status-fields.ts";

/** Why a workload's pods cannot be made, as a Deployment or a ReplicaSet says it: a quota or a policy refuses them. */
export function replicaFailure(workload: KubeObject): string | undefined {
  const failure = conditionsOf(workload).find(({ type, status }) => type === "ReplicaFailure" && status === "True");
  return failure === undefined || failure.message === "" ? undefined : refusedPods(failure.message);
}

/** Without the name of a pod that never came to be, and how its controller tried; other words as they are. */
export function refusedPods(message: string): string {
  return message
    .replace(/^(?:Error creating|[Cc]reate Pod \S+ in StatefulSet \S+ failed error): /, "")
    .replace(/^pods "[^"]*" is/, "its pods are");
}
