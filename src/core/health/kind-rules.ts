import type { KubeObject } from "../manifest/kube-object.ts";
import { assessDaemonSet } from "./daemon-set.ts";
import { assessDeployment } from "./deployment.ts";
import { current, failed, type Health, inProgress } from "./health.ts";
import { assessPod } from "./pod.ts";
import { assessReplicaSet } from "./replica-set.ts";
import { assessStatefulSet } from "./stateful-set.ts";
import { conditionsOf, specOf, statusOf, text } from "./status-fields.ts";

/** By group and kind, https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/status/core.go */
const rules: { readonly [groupKind: string]: (object: KubeObject, now: Date | undefined) => Health } = {
  "/Pod": assessPod,
  "/Service": assessService,
  "/PersistentVolumeClaim": assessClaim,
  "apps/Deployment": assessDeployment,
  "apps/ReplicaSet": assessReplicaSet,
  "apps/StatefulSet": assessStatefulSet,
  "apps/DaemonSet": assessDaemonSet,
  "batch/Job": assessJob,
  "apiextensions.k8s.io/CustomResourceDefinition": assessDefinition,
};

/** @returns undefined for a kind without a rule of its own */
export function assessKind(groupKind: string, object: KubeObject, now: Date | undefined): Health | undefined {
  return Object.hasOwn(rules, groupKind) ? rules[groupKind]!(object, now) : undefined;
}

function assessService(service: KubeObject): Health {
  const { type, clusterIP } = specOf(service);
  if (type === "LoadBalancer" && text(clusterIP) === "") {
    return inProgress("NoIPAssigned", "no cluster IP is assigned yet");
  }
  return current("");
}

function assessClaim(claim: KubeObject): Health {
  const phase = text(statusOf(claim).phase) || "unknown";
  if (phase === "Bound") return current("it is bound");
  return inProgress("NotBound", `no volume is bound to it yet (phase ${phase})`);
}

/** A job is fine once it runs: how long it takes is its own affair. */
function assessJob(job: KubeObject): Health {
  for (const { type, status, reason, message } of conditionsOf(job)) {
    if (status !== "True") continue;
    if (type === "Complete") return current("it completed");
    if (type === "Suspended") return current("it is suspended");
    if (type === "Failed") return failed(reason || "JobFailed", message || "the job failed");
  }
  if (text(statusOf(job).startTime) === "") return inProgress("JobNotStarted", "it has not started yet");
  return current("it is running");
}

function assessDefinition(definition: KubeObject): Health {
  for (const { type, status, reason, message } of conditionsOf(definition)) {
    if (type === "NamesAccepted" && status === "False") return failed(reason || "NamesNotAccepted", message);
    if (type !== "Established") continue;
    if (status === "True") return current("it is established");
    if (status === "False" && reason !== "Installing") return failed(reason || "NotEstablished", message);
  }
  return inProgress("Installing", "its kinds are not served yet");
}
