import type { KubeObject } from "../../core/manifest/kube-object.ts";

/** How one pod is doing, in one word each. */
export type PodWord = "ready" | "starting" | "failing" | "stopping" | "done";

export interface PodDot {
  name: string;
  word: PodWord;
  /** Kubernetes' own reason where there is one: `ImagePullBackOff`. */
  reason: string | undefined;
}

/** The pods that a workload controls, through its ReplicaSets too; oldest first, so that a dot keeps its place. */
export function podDots(workload: KubeObject | undefined, live: readonly KubeObject[]): PodDot[] {
  const uid = workload?.metadata.uid;
  if (workload === undefined || uid === undefined) return [];
  if (workload.kind === "Pod") return [podDot(workload)];
  const controlledBy = (owner: string) => (object: KubeObject) =>
    object.metadata.ownerReferences?.some((reference) => reference.uid === owner) ?? false;
  const owners = [uid];
  for (const object of live) {
    if (object.kind === "ReplicaSet" && controlledBy(uid)(object) && object.metadata.uid)
      owners.push(object.metadata.uid);
  }
  return live
    .filter((object) => object.kind === "Pod" && owners.some((owner) => controlledBy(owner)(object)))
    .sort((a, b) => age(a).localeCompare(age(b)) || a.metadata.name.localeCompare(b.metadata.name))
    .map(podDot);
}

const age = (pod: KubeObject): string => pod.metadata.creationTimestamp ?? "";

interface PodStatus {
  phase?: string;
  reason?: string;
  conditions?: { type: string; status: string }[];
  containerStatuses?: { state?: { waiting?: { reason?: string } } }[];
}

function podDot(pod: KubeObject): PodDot {
  const status = (pod.status ?? {}) as PodStatus;
  const name = pod.metadata.name;
  if (pod.metadata.deletionTimestamp !== undefined) return { name, word: "stopping", reason: undefined };
  if (status.phase === "Failed") return { name, word: "failing", reason: status.reason };
  if (status.phase === "Succeeded") return { name, word: "done", reason: undefined };
  const waiting = status.containerStatuses?.map(({ state }) => state?.waiting?.reason).find(Boolean);
  if (waiting !== undefined && /BackOff|Err|Invalid|Failed/.test(waiting)) {
    return { name, word: "failing", reason: waiting };
  }
  const ready = status.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false;
  return ready ? { name, word: "ready", reason: undefined } : { name, word: "starting", reason: waiting };
}

/** `3 ready, 1 starting, 1 failing (ImagePullBackOff)`; empty without pods. */
export function countedInWords(dots: readonly PodDot[]): string {
  const words: PodWord[] = ["ready", "starting", "failing", "stopping", "done"];
  return words
    .map((word) => {
      const those = dots.filter((dot) => dot.word === word);
      if (those.length === 0) return "";
      const reasons = [...new Set(those.map(({ reason }) => reason).filter((reason) => reason !== undefined))];
      const why = word === "failing" && reasons.length > 0 ? ` (${reasons.join(", ")})` : "";
      return `${those.length} ${word}${why}`;
    })
    .filter((part) => part !== "")
    .join(", ");
}
