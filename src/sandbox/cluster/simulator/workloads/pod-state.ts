import { conditionOf, isTrue } from "./conditions.ts";
import type { Pod } from "./kinds.ts";

export function isTerminating(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined;
}

export function isFinished({ status }: Pod): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

/** Neither finished nor on its way out. */
export function isActive(pod: Pod): boolean {
  return !isFinished(pod) && !isTerminating(pod);
}

export function isReady({ status }: Pod): boolean {
  return isTrue(status?.conditions, "Ready");
}

/**
 * Milliseconds until a pod counts as available, which it does when it has been ready for `minReadySeconds`: 0 when it
 * does, infinity while it is not ready.
 */
export function untilAvailable(pod: Pod, minReadySeconds: number | undefined, now: Date): number {
  if (!isReady(pod)) return Number.POSITIVE_INFINITY;
  const since = Date.parse(conditionOf(pod.status?.conditions, "Ready")?.lastTransitionTime ?? "");
  return minReadySeconds ? Math.max(0, since + minReadySeconds * 1000 - now.getTime()) : 0;
}

/** How many are ready and available, and milliseconds until another one of the ready ones becomes available. */
export function countReady(pods: readonly Pod[], minReadySeconds: number | undefined, now: Date) {
  const waits = pods.map((pod) => untilAvailable(pod, minReadySeconds, now)).filter(Number.isFinite);
  const pending = waits.filter((wait) => wait > 0);
  return {
    ready: waits.length,
    available: waits.length - pending.length,
    next: pending.length > 0 ? Math.min(...pending) : undefined,
  };
}

/** Which pods a smaller workload does without first: those that serve least and last. */
export function byDispensability(a: Pod, b: Pod): number {
  const cost = (pod: Pod) => Number(pod.metadata.annotations?.["controller.kubernetes.io/pod-deletion-cost"] ?? 0) || 0;
  const readySince = (pod: Pod) => conditionOf(pod.status?.conditions, "Ready")?.lastTransitionTime ?? "";
  return (
    Number(a.spec.nodeName !== undefined) - Number(b.spec.nodeName !== undefined) ||
    Number(a.status?.phase === "Running") - Number(b.status?.phase === "Running") ||
    Number(isReady(a)) - Number(isReady(b)) ||
    cost(a) - cost(b) ||
    readySince(b).localeCompare(readySince(a)) ||
    (b.metadata.creationTimestamp ?? "").localeCompare(a.metadata.creationTimestamp ?? "") ||
    a.metadata.name.localeCompare(b.metadata.name)
  );
}
