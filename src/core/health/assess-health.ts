import type { KubeObject } from "../manifest/kube-object.ts";
import { groupOf } from "../manifest/kube-object.ts";
import { assessByConditions } from "./generic-rule.ts";
import type { Health } from "./health.ts";
import { assessKind } from "./kind-rules.ts";
import { podsFailure } from "./waiting-pods.ts";

/** The pods of a workload, and when they were looked at. */
export interface WorkloadPods {
  pods: readonly KubeObject[];
  now: Date;
}

/**
 * An object's health by what its status says, in kstatus' words
 * (https://github.com/kubernetes-sigs/cli-utils/tree/master/pkg/kstatus), and on top of it: a workload whose pod cannot
 * start (its image cannot be pulled, it crashes again and again) is `Failed` after 15 seconds, not when its deadline
 * of ten minutes is over.
 * @param workload those pods that belong to the object, for a workload; of a rollout only those of the new revision
 */
export function assessHealth(object: KubeObject, workload?: WorkloadPods): Health {
  const health = assessObject(object);
  if (workload === undefined || health.status !== "InProgress") return health;
  return podsFailure(workload) ?? health;
}

function assessObject(object: KubeObject): Health {
  if (object.metadata.deletionTimestamp !== undefined) {
    return { status: "Terminating", reason: "Terminating", message: "It is being deleted." };
  }
  return (
    assessByConditions(object) ??
    assessKind(`${groupOf(object.apiVersion)}/${object.kind}`, object) ?? { status: "Current", reason: "", message: "" }
  );
}
