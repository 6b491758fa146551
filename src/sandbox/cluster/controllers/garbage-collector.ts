import type { KubeObject, OwnerReference } from "../../../core/manifest/kube-object.ts";
import { foregroundFinalizer, orphanFinalizer } from "../registry/deletion.ts";
import type { ResourceName } from "../store.ts";
import type { ControlledCluster } from "./controlled-cluster.ts";
import type { Later } from "./later.ts";

const manager = "kube-controller-manager";

interface Place {
  resource: ResourceName;
  namespace: string | undefined;
  name: string;
}

/**
 * Deletes what its owners left behind, by `ownerReferences`: in the background once the owner is gone, in the foreground
 * before it goes, or not at all.
 * https://kubernetes.io/docs/concepts/architecture/garbage-collection/
 * @returns stop
 */
export function collectGarbage({ storage, store }: ControlledCluster, work: Later): () => void {
  const places = new Map<string, Place>();
  const dependents = new Map<string, Set<string>>();

  const read = ({ resource, namespace, name }: Place) => storage.get(resource, namespace ?? "", name);
  const dependentsOf = (uid: string) =>
    [...(dependents.get(uid) ?? [])].flatMap((dependent) => {
      const place = places.get(dependent);
      const object = place === undefined ? undefined : read(place);
      return place === undefined || object === undefined ? [] : [{ place, object }];
    });

  const index = (resource: ResourceName, object: KubeObject) => {
    const { uid, name, namespace, ownerReferences = [] } = object.metadata;
    if (uid === undefined) return;
    places.set(uid, { resource, namespace, name });
    for (const owner of ownerReferences) {
      const those = dependents.get(owner.uid) ?? new Set();
      dependents.set(owner.uid, those.add(uid));
    }
  };

  const forget = (object: KubeObject) => {
    const { uid, ownerReferences = [] } = object.metadata;
    if (uid === undefined) return;
    places.delete(uid);
    for (const owner of ownerReferences) {
      dependents.get(owner.uid)?.delete(uid);
      if (dependents.get(owner.uid)?.size === 0) dependents.delete(owner.uid);
    }
  };

  /** Deletes an object none of whose owners is left, and takes the references to lost ones off another. */
  const settle = (place: Place) => {
    const object = read(place);
    const owners = object?.metadata.ownerReferences ?? [];
    if (object === undefined || owners.length === 0 || object.metadata.deletionTimestamp !== undefined) return;
    const left = owners.filter(({ uid }) => places.has(uid));
    if (left.length === owners.length) return;
    const { resource, namespace, name } = place;
    if (left.length === 0) store.delete(resource, namespace, name, { uid: object.metadata.uid! });
    else setOwners(place, left);
  };

  const setOwners = ({ resource, namespace, name }: Place, owners: OwnerReference[]) => {
    const change = (copy: KubeObject) => {
      const { ownerReferences: _, ...metadata } = copy.metadata;
      copy.metadata = owners.length === 0 ? metadata : { ...metadata, ownerReferences: owners };
      return copy;
    };
    store.update(resource, namespace, name, change, { manager });
  };

  const release = (place: Place, finalizer: string) => {
    const change = (copy: KubeObject) => {
      copy.metadata.finalizers = (copy.metadata.finalizers ?? []).filter((it) => it !== finalizer);
      return copy;
    };
    store.update(place.resource, place.namespace, place.name, change, { manager });
  };

  /** Goes on with an owner that waits for its dependents. */
  const proceed = (uid: string) => {
    const place = places.get(uid);
    const object = place === undefined ? undefined : read(place);
    if (place === undefined || object?.metadata.deletionTimestamp === undefined) return;
    const { finalizers = [] } = object.metadata;
    const owned = dependentsOf(uid);
    if (finalizers.includes(orphanFinalizer)) {
      for (const { place: dependent, object: it } of owned) {
        setOwners(
          dependent,
          it.metadata.ownerReferences!.filter((owner) => owner.uid !== uid),
        );
      }
      release(place, orphanFinalizer);
      return;
    }
    if (!finalizers.includes(foregroundFinalizer)) return;
    const blocking = owned.filter(({ object: it }) =>
      it.metadata.ownerReferences?.some((owner) => owner.uid === uid && owner.blockOwnerDeletion === true),
    );
    for (const { place: dependent, object: it } of owned) {
      if (it.metadata.deletionTimestamp !== undefined) continue;
      const others = it.metadata.ownerReferences!.filter((owner) => owner.uid !== uid && places.has(owner.uid));
      if (others.length > 0) setOwners(dependent, others);
      else store.delete(dependent.resource, dependent.namespace, dependent.name, { propagation: "Foreground" });
    }
    if (blocking.length === 0) release(place, foregroundFinalizer);
  };

  const consider = (resource: ResourceName, object: KubeObject) => {
    const { uid, name, namespace, ownerReferences = [], finalizers = [], deletionTimestamp } = object.metadata;
    if (ownerReferences.length > 0) work.note(`settle ${uid}`, () => settle({ resource, namespace, name }));
    const waits = finalizers.includes(foregroundFinalizer) || finalizers.includes(orphanFinalizer);
    if (deletionTimestamp !== undefined && waits) work.note(`proceed ${uid}`, () => proceed(uid!));
  };

  for (const resource of storage.resources()) for (const object of storage.list(resource)) index(resource, object);
  for (const resource of storage.resources()) for (const object of storage.list(resource)) consider(resource, object);

  return storage.subscribe("*", ({ type, resource, object, previous }) => {
    if (previous !== undefined && (type === "DELETED" || ownersOf(previous) !== ownersOf(object))) forget(previous);
    if (type !== "DELETED") {
      index(resource, object);
      consider(resource, object);
      return;
    }
    const { uid, ownerReferences = [] } = object.metadata;
    for (const { place } of dependentsOf(uid!)) {
      work.note(`settle ${place.resource} ${place.namespace}/${place.name}`, () => settle(place));
    }
    for (const owner of ownerReferences) work.note(`proceed ${owner.uid}`, () => proceed(owner.uid));
  });
}

function ownersOf({ metadata }: KubeObject): string {
  return (metadata.ownerReferences ?? []).map(({ uid }) => uid).join();
}
