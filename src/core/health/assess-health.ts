import { withoutCredentialsInWords } from "../manifest/credentials-in-text.ts";
import { groupOf, type KubeObject } from "../manifest/kube-object.ts";
import { assessByConditions, assessByReady } from "./generic-rule.ts";
import { current, type Health } from "./health.ts";
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
 * @param workload those pods that tell about it, see ./current-pods.ts; without them no time is looked at
 */
export function assessHealth(object: KubeObject, workload?: WorkloadPods): Health {
  const groupKind = `${groupOf(object.apiVersion)}/${object.kind}`;
  const health = assessObject(object, groupKind, workload?.now);
  // Until the latest change is observed, the pods that are there belong to an older one.
  const isObserved = health.reason !== "LatestGenerationNotObserved";
  // A job is current as soon as it runs, also when its pods never get to.
  const mayStillFail = health.status === "InProgress" || (health.status === "Current" && groupKind === "batch/Job");
  return told((isObserved && mayStillFail && workload !== undefined ? podsFailure(workload) : undefined) ?? health);
}

/** Controllers and nodes quote what they fail on, such as an image's address with a login in it. */
function told(health: Health): Health {
  return health.message === "" ? health : { ...health, message: withoutCredentialsInWords(health.message) };
}

function assessObject(object: KubeObject, groupKind: string, now: Date | undefined): Health {
  if (object.metadata.deletionTimestamp !== undefined) {
    return { status: "Terminating", reason: "Terminating", message: "it is being deleted" };
  }
  return assessByConditions(object) ?? assessKind(groupKind, object, now) ?? assessByReady(object) ?? current("");
}
