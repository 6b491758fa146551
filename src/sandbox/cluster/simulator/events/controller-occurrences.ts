import type { KubeObject } from "../../../../core/manifest/kube-object.ts";
import type { ClusterStore, WatchEvent } from "../../store.ts";
import { conditionOf } from "../workloads/conditions.ts";
import { as, type Job, type Pod, type ReplicaSet } from "../workloads/kinds.ts";
import { controllerOf } from "../workloads/ownership.ts";
import { isActive } from "../workloads/pod-state.ts";
import type { Occurrence } from "./occurrence.ts";

/** Kinds that make pods, with how their controllers call themselves. */
const makers: { readonly [kind: string]: { resource: string; source: string } } = {
  ReplicaSet: { resource: "replicasets.apps", source: "replicaset-controller" },
  StatefulSet: { resource: "statefulsets.apps", source: "statefulset-controller" },
  DaemonSet: { resource: "daemonsets.apps", source: "daemonset-controller" },
  Job: { resource: "jobs.batch", source: "job-controller" },
};

/** What the controllers of workloads tell when what they look after changes. */
export function controllerOccurrences(event: WatchEvent, store: ClusterStore): Occurrence[] {
  switch (event.resource) {
    case "pods":
      return [...madeOrDeleted(event, store)];
    case "replicasets.apps":
      return scaled(event, store);
    case "jobs.batch":
      return ended(event);
    default:
      return [];
  }
}

function madeOrDeleted({ type, object, previous }: WatchEvent, store: ClusterStore): Occurrence[] {
  const owner = controllerOf(object.metadata);
  const maker = owner === undefined ? undefined : makers[owner.kind];
  if (owner === undefined || maker === undefined) return [];
  const about = store.get(maker.resource, object.metadata.namespace, owner.name);
  if (about?.metadata.uid !== owner.uid) return [];
  const { name } = object.metadata;
  const told = (made: boolean): Occurrence => ({
    about,
    type: "Normal",
    reason: made ? "SuccessfulCreate" : "SuccessfulDelete",
    message:
      owner.kind === "StatefulSet"
        ? `${made ? "create" : "delete"} Pod ${name} in StatefulSet ${owner.name} successful`
        : `${made ? "Created" : "Deleted"} pod: ${name}`,
    source: maker.source,
  });
  if (type === "ADDED") return [told(true)];
  const ends = previous?.metadata.deletionTimestamp === undefined && object.metadata.deletionTimestamp !== undefined;
  const removed = type === "DELETED" && previous?.metadata.deletionTimestamp === undefined;
  return (ends || removed) && wasSurplus(about, store) ? [told(false)] : [];
}

/** Whether the pod's controller let it go: who else deletes a pod leaves too few. */
function wasSurplus(owner: KubeObject, store: ClusterStore): boolean {
  const { replicas } = (owner.spec ?? {}) as { replicas?: number };
  if (replicas === undefined || owner.metadata.deletionTimestamp !== undefined) return false;
  const left = store
    .list("pods", { namespace: owner.metadata.namespace! })
    .filter(({ metadata }) => controllerOf(metadata)?.uid === owner.metadata.uid)
    .filter((pod) => isActive(as<Pod>(pod)));
  return left.length >= replicas;
}

function scaled({ type, object, previous }: WatchEvent, store: ClusterStore): Occurrence[] {
  const owner = controllerOf(object.metadata);
  if (type === "DELETED" || owner?.kind !== "Deployment") return [];
  const about = store.get("deployments.apps", object.metadata.namespace, owner.name);
  const size = (it: KubeObject | undefined) => (it === undefined ? 0 : (as<ReplicaSet>(it).spec.replicas ?? 1));
  const [from, to] = [size(previous), size(object)];
  if (about === undefined || from === to) return [];
  const message = `Scaled ${to > from ? "up" : "down"} replica set ${object.metadata.name} from ${from} to ${to}`;
  return [{ about, type: "Normal", reason: "ScalingReplicaSet", message, source: "deployment-controller" }];
}

function ended({ type, object, previous }: WatchEvent): Occurrence[] {
  if (type !== "MODIFIED") return [];
  const condition = (it: KubeObject | undefined, name: string) =>
    it === undefined ? undefined : conditionOf(as<Job>(it).status?.conditions, name);
  const begins = (name: string) =>
    condition(object, name)?.status === "True" && condition(previous, name)?.status !== "True";
  const source = "job-controller";
  if (begins("Complete"))
    return [{ about: object, type: "Normal", reason: "Completed", message: "Job completed", source }];
  if (!begins("Failed")) return [];
  const { reason = "Failed", message = "" } = condition(object, "Failed") ?? {};
  return [{ about: object, type: "Warning", reason, message, source }];
}
