import type { JsonObject, KubeObject } from "../../../core/manifest/kube-object.ts";
import { entryTime } from "../apply/managers.ts";
import type { Resource } from "../resources/resource.ts";
import { conflict, forbidden } from "../status-error.ts";
import type { ObjectStorage } from "../storage/object-storage.ts";
import type { Propagation } from "../store.ts";

export interface Deletion {
  propagation?: Propagation | undefined;
  gracePeriodSeconds?: number | undefined;
  uid?: string | undefined;
  resourceVersion?: string | undefined;
  dryRun?: boolean;
}

export interface DeletionResult {
  /** As it was at the end, or as it is now. */
  object: KubeObject;
  gone: boolean;
}

/** Namespaces that every cluster has, and keeps. */
const immortal = new Set(["default", "kube-system", "kube-public"]);

/** Holds a definition until all that it defines is gone; it comes with the wish to delete it. */
export const cleanupFinalizer = "customresourcecleanup.apiextensions.k8s.io";
export const foregroundFinalizer = "foregroundDeletion";
export const orphanFinalizer = "orphan";

/** Deletes an object, or marks it when something has to happen first: finalizers, a grace period, a namespace's contents. */
export function deleteObject({
  storage,
  resource,
  live,
  options,
  now,
}: {
  storage: ObjectStorage;
  resource: Resource;
  live: KubeObject;
  options: Deletion;
  now: Date;
}): DeletionResult {
  checkPreconditions(resource, live, options);
  const { metadata } = live;
  if (resource.name === "namespaces" && immortal.has(metadata.name)) {
    throw forbidden({ group: "", resource: "namespaces" }, metadata.name, "this namespace may not be deleted");
  }
  // The oldest of the controllers leaves its pods behind.
  const byItself = resource.name === "replicationcontrollers" ? "Orphan" : undefined;
  const finalizers = finalizersAfter(metadata.finalizers ?? [], options.propagation ?? byItself);
  const isDefinition = resource.name === "customresourcedefinitions.apiextensions.k8s.io";
  const begins = isDefinition && metadata.deletionTimestamp === undefined;
  if (begins && !finalizers.includes(cleanupFinalizer)) finalizers.push(cleanupFinalizer);
  const grace = gracePeriod(resource, live, options.gracePeriodSeconds);
  const stays = finalizers.length > 0 || grace > 0 || ownFinalizers(live).length > 0;
  if (!stays) {
    return { object: options.dryRun === true ? live : storage.remove(resource.name, live), gone: true };
  }
  const sooner = metadata.deletionTimestamp === undefined || grace < Number(metadata.deletionGracePeriodSeconds ?? 0);
  const sameFinalizers = finalizers.join() === (metadata.finalizers ?? []).join();
  if (!sooner && sameFinalizers) return { object: live, gone: false };
  const { finalizers: _, ...kept } = metadata;
  const marked: KubeObject = {
    ...live,
    metadata: {
      ...kept,
      ...(finalizers.length > 0 && { finalizers }),
      ...(sooner && {
        deletionTimestamp: entryTime(new Date(now.getTime() + grace * 1_000)),
        ...(resource.name !== "namespaces" && { deletionGracePeriodSeconds: grace }),
        ...(metadata.generation !== undefined && { generation: metadata.generation + 1 }),
      }),
    },
    ...(resource.name === "namespaces" && { status: { ...(live.status as JsonObject), phase: "Terminating" } }),
    ...(begins && { status: terminating(live.status as JsonObject, entryTime(now)) }),
  };
  return { object: options.dryRun === true ? marked : storage.put(resource.name, marked), gone: false };
}

function terminating(status: JsonObject | undefined, lastTransitionTime: string): JsonObject {
  const conditions = ((status?.conditions ?? []) as JsonObject[]).filter(({ type }) => type !== "Terminating");
  const message = "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon";
  const condition = {
    type: "Terminating",
    status: "True",
    lastTransitionTime,
    reason: "InstanceDeletionPending",
    message,
  };
  return { ...status, conditions: [...conditions, condition] };
}

/**
 * Stores an updated object; or removes it, when it was to be deleted and nothing holds it any more. Its end is told with
 * the state before this update.
 * @returns the object as it was to be stored
 */
export function storeOrRemove(
  storage: ObjectStorage,
  resource: Resource,
  object: KubeObject,
  live: KubeObject,
): KubeObject {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers = [] } = object.metadata;
  const held = finalizers.length > 0 || ownFinalizers(object).length > 0 || Number(deletionGracePeriodSeconds ?? 0) > 0;
  if (deletionTimestamp === undefined || held) return storage.put(resource.name, object);
  storage.remove(resource.name, live);
  return object;
}

function checkPreconditions({ group, kind }: Resource, { metadata }: KubeObject, options: Deletion): void {
  const refuse = (what: string, wanted: string, found: string | undefined, how: string) =>
    conflict(
      // The API server names the kind here, not the plural.
      { group, resource: kind },
      metadata.name,
      `the ${what} in the precondition (${wanted}) does not match the ${what} in record (${found}). The object might have been ${how}`,
    );
  const { uid, resourceVersion } = options;
  if (uid !== undefined && uid !== metadata.uid) {
    throw refuse("UID", uid, metadata.uid, "deleted and then recreated");
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    throw refuse("ResourceVersion", resourceVersion, metadata.resourceVersion, "modified");
  }
}

function finalizersAfter(finalizers: readonly string[], propagation: Propagation | undefined): string[] {
  if (propagation === undefined) return [...finalizers];
  const others = finalizers.filter((it) => it !== foregroundFinalizer && it !== orphanFinalizer);
  if (propagation === "Foreground") return [...others, foregroundFinalizer];
  return propagation === "Orphan" ? [...others, orphanFinalizer] : others;
}

/** Seconds that an object stays to end in peace: a Pod on a node that has not ended yet. */
function gracePeriod({ name }: Resource, object: KubeObject, asked: number | undefined): number {
  if (name !== "pods") return 0;
  const spec = (object.spec ?? {}) as { nodeName?: string; terminationGracePeriodSeconds?: number };
  const { phase } = (object.status ?? {}) as { phase?: string };
  if (spec.nodeName === undefined || phase === "Succeeded" || phase === "Failed") return 0;
  return asked ?? spec.terminationGracePeriodSeconds ?? 30;
}

/** A namespace is held by finalizers of its spec. */
function ownFinalizers(object: KubeObject): string[] {
  if (object.kind !== "Namespace" || object.apiVersion !== "v1") return [];
  return ((object.spec as { finalizers?: string[] } | undefined)?.finalizers ?? []) as string[];
}
