import type { KubeObject } from "../../manifest/kube-object.ts";
import { kindOf, numberAt, partAt, textAt } from "./risk.ts";

/** How many pods of a workload, from the first on, keep what they are made from when its template changes. */
export function heldBack(workload: KubeObject): number {
  if (kindOf(workload) === "Deployment.apps") return partAt(workload, "spec", "paused") === true ? Infinity : 0;
  const strategy = partAt(workload, "spec", "updateStrategy");
  if (textAt(strategy, "type") === "OnDelete") return Infinity;
  return numberAt(strategy, "rollingUpdate", "partition") ?? 0;
}

/**
 * How many pods a changed template waits for that nothing holds back any more: a Deployment goes on, a partition is lowered.
 * @param pods how many there are
 */
export function letGo(live: KubeObject, after: KubeObject, pods: number): number {
  const free = Math.min(heldBack(live), pods) - heldBack(after);
  return Math.max(0, Math.min(free, outdated(live, pods)));
}

/** Pods that are not made from the template as it is; all of them where their controller has not looked at it yet. */
function outdated({ metadata: { generation }, status }: KubeObject, pods: number): number {
  if ((numberAt(status, "observedGeneration") ?? 0) < (generation ?? 0)) return pods;
  const updated = numberAt(status, "updatedReplicas") ?? numberAt(status, "updatedNumberScheduled") ?? 0;
  return (numberAt(status, "replicas") ?? numberAt(status, "currentNumberScheduled") ?? 0) - updated;
}
