import type { KubeObject } from "../../../../core/manifest/kube-object.ts";
import type { ClusterStore, ResourceName } from "../../store.ts";
import { controllerManager } from "../workloads/ownership.ts";

/** Takes a finalizer off an object that waits for nothing else. */
export function release(store: ClusterStore, resource: ResourceName, object: KubeObject, finalizer: string): void {
  const { name, namespace, finalizers = [] } = object.metadata;
  if (!finalizers.includes(finalizer)) return;
  const left = finalizers.filter((other) => other !== finalizer);
  store.update(
    resource,
    namespace,
    name,
    (copy) => ({ ...copy, metadata: { ...copy.metadata, finalizers: left } }),
    controllerManager,
  );
}
