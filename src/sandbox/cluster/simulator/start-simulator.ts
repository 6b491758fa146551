import type { KubeObject } from "../../../core/manifest/kube-object.ts";
import { type Clock, systemClock } from "../clock.ts";
import { StatusError } from "../status-error.ts";
import type { ClusterStore, WatchEvent } from "../store.ts";
import type { Controller, ObjectKey, Surroundings } from "./controller.ts";
import { tellEvents } from "./events/tell-events.ts";
import { kubelet } from "./node/kubelet.ts";
import { nodeController, nodeName } from "./node/node.ts";
import { lifelike, type Pace } from "./pace.ts";
import { loadBalancerController } from "./provisioning/load-balancers.ts";
import { serviceAccountController } from "./provisioning/service-accounts.ts";
import { volumeClaimController } from "./provisioning/volume-claims.ts";
import { volumeController } from "./provisioning/volumes.ts";
import { createWorkQueue } from "./work-queue.ts";
import { daemonSetController } from "./workloads/daemon-sets.ts";
import { deploymentController } from "./workloads/deployments.ts";
import { jobController } from "./workloads/jobs.ts";
import { controllerOf } from "./workloads/ownership.ts";
import { replicaSetController } from "./workloads/replica-sets.ts";
import { statefulSetController } from "./workloads/stateful-sets.ts";

const controllers: readonly ((surroundings: Surroundings) => Controller)[] = [
  deploymentController,
  replicaSetController,
  statefulSetController,
  daemonSetController,
  jobController,
  kubelet,
  nodeController,
  volumeClaimController,
  volumeController,
  loadBalancerController,
  serviceAccountController,
];

/** Who makes objects of a resource, so that it has to look when one that nobody controls might be its own. */
const makers: { readonly [resource: string]: readonly string[] } = {
  pods: ["replicasets.apps", "statefulsets.apps", "daemonsets.apps", "jobs.batch"],
  "replicasets.apps": ["deployments.apps"],
};

const resourceOfKind: { readonly [kind: string]: string } = {
  "apps/v1 Deployment": "deployments.apps",
  "apps/v1 ReplicaSet": "replicasets.apps",
  "apps/v1 StatefulSet": "statefulsets.apps",
  "apps/v1 DaemonSet": "daemonsets.apps",
  "batch/v1 Job": "jobs.batch",
};

/**
 * Makes the objects of a cluster come alive: workloads get their pods, pods run on one node that is nowhere
 * (`sandbox-node`), claims get volumes, load balancers addresses, namespaces their default ServiceAccount. It goes on with
 * whatever is in the store already.
 *
 * All images are good but those of a registry under `.invalid`; what a command does is not simulated, but that one like
 * `exit 1` fails (node/container-outcome.ts). What happens is told by Events (events/). CronJobs, autoscalers, disruption budgets and endpoints stay as they are.
 * @param onFault told of a fault of ours; what the store refuses is no fault and is tried again
 */
export function startSimulator({
  store,
  clock = systemClock,
  pace = lifelike,
  onFault = (error) => console.error("A fault in the simulated cluster:", error),
}: {
  store: ClusterStore;
  clock?: Clock;
  pace?: Pace;
  onFault?: (error: unknown) => void;
}): { stop(): void } {
  const byResource = new Map(
    controllers.map((make) => {
      const controller = make({ store, clock, pace });
      return [controller.resource, controller];
    }),
  );
  const queue = createWorkQueue(
    clock,
    (key) => {
      const controller = byResource.get(key.resource);
      const object = store.get(key.resource, key.namespace, key.name);
      if (object !== undefined) return controller?.reconcile(object);
      controller?.missing?.(key);
      return undefined;
    },
    (error) => {
      if (!(error instanceof StatusError)) onFault(error);
    },
  );

  const look = (resource: string, object: KubeObject) => {
    if (byResource.has(resource)) queue.add(keyOf(resource, object));
  };
  const lookAll = (resource: string, namespace?: string) => {
    for (const object of store.list(resource, namespace === undefined ? {} : { namespace })) look(resource, object);
  };
  const lookAtMaker = (resource: string, object: KubeObject) => {
    const { namespace } = object.metadata;
    const owner = controllerOf(object.metadata);
    if (owner === undefined) {
      for (const maker of makers[resource] ?? []) lookAll(maker, namespace);
      return;
    }
    const maker = resourceOfKind[`${owner.apiVersion} ${owner.kind}`];
    if (maker !== undefined) queue.add({ resource: maker, namespace, name: owner.name });
  };

  const stopWatching = store.watch("*", ({ type, resource, object, previous }: WatchEvent) => {
    look(resource, object);
    if (makers[resource] !== undefined) {
      lookAtMaker(resource, object);
      const before = previous === undefined ? undefined : controllerOf(previous.metadata)?.uid;
      if (previous !== undefined && before !== controllerOf(object.metadata)?.uid) lookAtMaker(resource, previous);
    }
    // A claim that is being deleted waits for the pods that use it.
    if (resource === "pods" && type === "DELETED") lookAll("persistentvolumeclaims", object.metadata.namespace);
    if (resource === "serviceaccounts" && object.metadata.name === "default") {
      queue.add({ resource: "namespaces", namespace: undefined, name: object.metadata.namespace ?? "" });
    }
    if (resource === "nodes") {
      lookAll("pods");
      lookAll("daemonsets.apps");
    }
  });
  const stopEvents = tellEvents(store, clock);
  queue.add({ resource: "nodes", namespace: undefined, name: nodeName });
  for (const resource of byResource.keys()) lookAll(resource);

  return {
    stop() {
      stopWatching();
      stopEvents();
      queue.stop();
    },
  };
}

function keyOf(resource: string, { metadata: { namespace, name } }: KubeObject): ObjectKey {
  return { resource, namespace, name };
}
