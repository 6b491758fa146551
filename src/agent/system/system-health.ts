import { assessHealth } from "../../core/health/assess-health.ts";
import type { Health, HealthStatus } from "../../core/health/health.ts";
import { notScheduled, unreadyPods } from "../../core/health/pod-reason.ts";
import type { DesiredObject } from "../../core/plan/desired-object.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import { isRefusal } from "../../kube/kube-error.ts";
import type { SystemState } from "../../link/messages.ts";
import type { ClusterView, Seen } from "../cluster/cluster-view.ts";
import { lookAtPods, type PodsOf } from "./pods-of.ts";

export interface Unhealthy {
  desired: DesiredObject;
  health: Health;
  /** `nginx 3 of 5 pods ready`, for a workload, and what its pods wait for without a node; else what its health says. */
  progress: string;
  /** `2 old pods still serve`, for a workload of which the cluster tells; what a failure means to whoever uses it. */
  serving?: string;
}

/** The worst first: one word for all objects of a system. */
const bySeverity: readonly HealthStatus[] = ["Failed", "NotFound", "Terminating", "InProgress", "Unknown", "Current"];

export function worstOf(statuses: Iterable<HealthStatus>): HealthStatus {
  const present = new Set(statuses);
  return bySeverity.find((status) => present.has(status)) ?? "Current";
}

/** By what was watched alone, without a request. */
export function healthOf(view: ClusterView, key: string): Health {
  const seen = view.get(key);
  return seen?.health ?? { status: "NotFound", reason: "NotFound", message: "It is not in the cluster." };
}

export interface Standing {
  /** Undefined before the first sync of this process. */
  desired: ReadonlyMap<string, DesiredObject> | undefined;
  /** Synced last. */
  revision: string | undefined;
  failure: string | undefined;
  /** Whether what failed is a commit on its way into the cluster, and not a request that nothing came of. */
  hasBroken: boolean;
  isRunning: boolean;
}

/** How a system fares, for the heartbeat. */
export function stateOf(
  view: ClusterView,
  { desired, revision, failure, hasBroken, isRunning }: Standing,
): Pick<SystemState, "revision" | "state" | "health" | "objects" | "message"> {
  const keys = [...(desired?.keys() ?? [])];
  const statuses = new Set(keys.map((key) => healthOf(view, key).status));
  // What a sync has not made yet is on its way; where nothing is there, the system is not.
  if (isRunning && statuses.size > 1 && statuses.delete("NotFound")) statuses.add("InProgress");
  const health = desired === undefined ? "Unknown" : worstOf(statuses);
  const untilNow = revision === undefined ? "unknown" : "synced";
  return {
    ...(revision === undefined ? {} : { revision }),
    state: failure !== undefined ? "failed" : isRunning ? "syncing" : untilNow,
    health: failure !== undefined && (hasBroken || health !== "Current") ? "Failed" : health,
    objects: keys.length,
    ...(failure === undefined ? {} : { message: failure }),
  };
}

/** Every object that is not healthy. Pods are asked for only where a workload is on its way. */
export async function unhealthyOf(
  kube: KubeClient,
  view: ClusterView,
  desired: Iterable<DesiredObject>,
  now: Date,
): Promise<Unhealthy[]> {
  const found = [...desired]
    .map((one) => ({ desired: one, seen: view.get(one.key), health: healthOf(view, one.key) }))
    .filter(({ health }) => health.status !== "Current");
  const onTheirWay = found.flatMap(({ health, seen }) => (health.status === "InProgress" && seen?.object) || []);
  const podsOf = lookAtPods(kube, onTheirWay);
  return Promise.all(
    found.map(async ({ desired, seen, health }): Promise<Unhealthy> => {
      const isOnItsWay = health.status === "InProgress" && seen !== undefined;
      const looked: Looked = isOnItsWay ? await withPods(podsOf, seen, now) : { health };
      const counts = progressOf(desired, seen, health);
      const progress = looked.unscheduled === undefined ? counts : `${counts}: ${looked.unscheduled}`;
      return { desired, health: looked.health, progress, ...servingOf(seen) };
    }),
  );
}

interface Looked {
  health: Health;
  /** Why one of its pods has no node. */
  unscheduled?: string;
}

async function withPods(podsOf: PodsOf, seen: Seen, now: Date): Promise<Looked> {
  const { object, health } = seen;
  if (object === undefined) return { health };
  try {
    const pods = await podsOf(object);
    if (pods === undefined) return { health };
    const [unscheduled] = unreadyPods(pods).flatMap((pod) => notScheduled(pod) ?? []);
    return { health: assessHealth(object, { pods, now }), ...(unscheduled === undefined ? {} : { unscheduled }) };
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown;
    return { health: { ...health, message: `${health.message} Its pods cannot be looked at: ${thrown.message}` } };
  }
}

interface WorkloadCounts {
  replicas?: number;
  readyReplicas?: number;
  updatedReplicas?: number;
  numberReady?: number;
  desiredNumberScheduled?: number;
}

function countsOf(seen: Seen | undefined): WorkloadCounts {
  return (seen?.object as { status?: WorkloadCounts } | undefined)?.status ?? {};
}

/** Pods that answer whatever becomes of the new ones. */
function servingOf(seen: Seen | undefined): Pick<Unhealthy, "serving"> {
  const { replicas, updatedReplicas = 0, readyReplicas = 0, numberReady } = countsOf(seen);
  const ready = numberReady ?? readyReplicas;
  if (replicas === undefined && numberReady === undefined) return {};
  if (ready === 0) return { serving: "None of its pods serves" };
  const areOld = replicas !== undefined && ready <= replicas - updatedReplicas;
  const pods = `${ready} ${areOld ? "old " : ""}pod${ready === 1 ? "" : "s"}`;
  return { serving: `${pods} still serve${ready === 1 ? "s" : ""}` };
}

function progressOf({ ref }: DesiredObject, seen: Seen | undefined, health: Health): string {
  const counts = countsOf(seen);
  if (ref.kind === "DaemonSet") {
    return `${ref.name} ${counts.numberReady ?? 0} of ${counts.desiredNumberScheduled ?? 0} pods ready`;
  }
  if (["Deployment", "StatefulSet", "ReplicaSet"].includes(ref.kind) && seen?.object !== undefined) {
    const { spec } = seen.object as { spec?: { replicas?: number } };
    // The API server leaves out zeros; a ReplicaSet has but one revision.
    const { replicas = 0, readyReplicas = 0 } = counts;
    const updatedReplicas = ref.kind === "ReplicaSet" ? replicas : (counts.updatedReplicas ?? 0);
    // Pods of the old revision that still serve are ready too, and say nothing about the new one.
    const old = Math.max(0, replicas - updatedReplicas);
    return `${ref.name} ${Math.max(0, readyReplicas - old)} of ${spec?.replicas ?? 1} ${old > 0 ? "new " : ""}pods ready`;
  }
  return `${ref.kind} ${ref.name}: ${health.message}`;
}
