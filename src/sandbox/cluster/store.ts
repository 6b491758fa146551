import type { KubeObject } from "../../core/manifest/kube-object.ts";

/**
 * A resource as kubectl writes it: the plural, then the group unless it is the core group: `pods`, `deployments.apps`,
 * `customresourcedefinitions.apiextensions.k8s.io`.
 */
export type ResourceName = string;

export type Propagation = "Background" | "Foreground" | "Orphan";

export interface WatchEvent {
  type: "ADDED" | "MODIFIED" | "DELETED";
  resource: ResourceName;
  /** Never changed by anybody after it was handed out; of a DELETED object the last state, with the deletion's version. */
  object: KubeObject;
  /** The state before; absent for ADDED. */
  previous?: KubeObject;
}

/**
 * The cluster's objects for parts that run in its process: a workload controller, garbage collection. It is the same
 * registry that HTTP requests go through: defaults, validation, `metadata.generation`, `managedFields` and
 * `resourceVersion` are the registry's, never the caller's. All calls are synchronous, and all throw `StatusError`
 * (`status-error.ts`) where a request would be answered with that Status.
 *
 * Objects handed out are shared and must never be changed; `update` hands out a copy for that.
 */
export interface ClusterStore {
  get(resource: ResourceName, namespace: string | undefined, name: string): KubeObject | undefined;
  /**
   * @param options.namespace all namespaces when absent
   * @param options.labelSelector as in a URL: `app=web,tier in (a,b)`, or the map form `{app: "web"}`
   */
  list(
    resource: ResourceName,
    options?: { namespace?: string; labelSelector?: string | { [label: string]: string } },
  ): KubeObject[];
  /** `metadata.generateName` works. The status is dropped for resources with a status subresource, as over HTTP. */
  create(object: KubeObject, options: { manager: string }): KubeObject;
  /**
   * Reads, changes a copy, writes; being synchronous it cannot conflict. Without `subresource` a change of the status is
   * dropped, with `subresource: "status"` only the status (and metadata such as labels) counts, as over HTTP. With
   * `binding` a scheduler puts a Pod on a node: nobody comes to own that, and it counts as no new generation.
   * @param mutate changes the copy it gets and returns it (or another object); undefined leaves everything as it is
   * @returns the object as it is now; undefined when there is none of that name
   */
  update(
    resource: ResourceName,
    namespace: string | undefined,
    name: string,
    mutate: (copy: KubeObject) => KubeObject | undefined,
    options: { manager: string; subresource?: "status" | "scale" | "binding" },
  ): KubeObject | undefined;
  /**
   * With finalizers on it the object only gets a `deletionTimestamp`, and goes when the last finalizer does. So does a Pod
   * that sits on a node (`spec.nodeName`): whoever plays the kubelet ends it with `gracePeriodSeconds: 0`.
   * @param options.propagation `Background` when absent
   * @returns the object as it was at the end or is now (terminating); undefined when there was none
   */
  delete(
    resource: ResourceName,
    namespace: string | undefined,
    name: string,
    options?: { propagation?: Propagation; gracePeriodSeconds?: number; uid?: string },
  ): KubeObject | undefined;
  /**
   * Changes from now on (no initial list), in order, told before the writing call returns. A listener that writes in
   * turn nests: take a note and do the work later.
   * @returns what ends the watch
   */
  watch(resource: ResourceName | "*", listener: (event: WatchEvent) => void): () => void;
}
