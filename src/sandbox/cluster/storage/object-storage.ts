import type { KubeObject } from "../../../core/manifest/kube-object.ts";
import { StatusError } from "../status-error.ts";
import type { ResourceName, WatchEvent } from "../store.ts";
import type { Journal } from "./journal.ts";

/** What etcd takes at most. */
const largestObject = 1.5 * 1024 * 1024;

/** A change with the version it led to. */
export type Change = WatchEvent & { version: number };

/**
 * All objects, in memory, written through to the journal. It knows versions and the past; what an object may be is the
 * registry's business. Objects in it are never changed, only replaced.
 */
export interface ObjectStorage {
  get(resource: ResourceName, namespace: string, name: string): KubeObject | undefined;
  /** In the order of namespace and name. */
  list(resource: ResourceName, namespace?: string): KubeObject[];
  /** As it was at an earlier version; undefined when that is too long ago to know. */
  listAt(resource: ResourceName, version: number, namespace?: string): KubeObject[] | undefined;
  /** Stores the object under the next version, which is set on it. */
  put(resource: ResourceName, object: KubeObject): KubeObject;
  /** @returns the object as its DELETED event tells it, with the deletion's version */
  remove(resource: ResourceName, object: KubeObject): KubeObject;
  version(): number;
  /** Changes of a resource after a version, oldest first; undefined when that is too long ago to know. */
  since(resource: ResourceName, version: number): Change[] | undefined;
  subscribe(resource: ResourceName | "*", listener: (change: Change) => void): () => void;
  resources(): ResourceName[];
}

/** @param remembered so many changes of each resource are kept for watches that resume and lists that go on */
export function createObjectStorage(journal: Journal, remembered = 4_096): ObjectStorage {
  const objects = new Map<ResourceName, Map<string, KubeObject>>();
  const sorted = new Map<ResourceName, KubeObject[]>();
  const history = new Map<ResourceName, Change[]>();
  const forgotten = new Map<ResourceName, number>();
  const listeners = new Map<ResourceName | "*", Set<(change: Change) => void>>();

  for (const { resource, object } of journal.read()) of(resource).set(keyOf(object), object);
  let version = journal.version();
  // What happened before this start is known to nobody.
  const oldest = version;

  function of(resource: ResourceName): Map<string, KubeObject> {
    let found = objects.get(resource);
    if (found === undefined) {
      found = new Map();
      objects.set(resource, found);
    }
    return found;
  }

  const tell = (change: Change) => {
    let past = history.get(change.resource);
    if (past === undefined) {
      past = [];
      history.set(change.resource, past);
    }
    past.push(change);
    if (past.length > 2 * remembered) {
      forgotten.set(change.resource, past[past.length - remembered - 1]!.version);
      past.splice(0, past.length - remembered);
    }
    for (const topic of [change.resource, "*"]) {
      for (const listener of [...(listeners.get(topic) ?? [])]) listener(change);
    }
  };

  const list = (resource: ResourceName, namespace: string | undefined) => {
    let all = sorted.get(resource);
    if (all === undefined) {
      all = inOrder(of(resource));
      sorted.set(resource, all);
    }
    return namespace === undefined ? all : all.filter((object) => object.metadata.namespace === namespace);
  };

  const since = (resource: ResourceName, from: number): Change[] | undefined => {
    if (from < Math.max(oldest, forgotten.get(resource) ?? 0)) return undefined;
    const past = history.get(resource) ?? [];
    let start = past.length;
    while (start > 0 && past[start - 1]!.version > from) start -= 1;
    return past.slice(start);
  };

  return {
    get: (resource, namespace, name) => objects.get(resource)?.get(`${namespace}/${name}`),
    list,
    listAt(resource, at, namespace) {
      const changes = since(resource, at);
      if (changes === undefined) return undefined;
      const past = new Map(of(resource));
      for (const { object, previous } of changes.toReversed()) {
        if (previous === undefined) past.delete(keyOf(object));
        else past.set(keyOf(previous), previous);
      }
      const all = inOrder(past);
      return namespace === undefined ? all : all.filter((object) => object.metadata.namespace === namespace);
    },
    put(resource, object) {
      if (Buffer.byteLength(JSON.stringify(object)) > largestObject) {
        throw new StatusError(500, "", "etcdserver: request is too large");
      }
      const key = keyOf(object);
      const previous = of(resource).get(key);
      version += 1;
      object.metadata.resourceVersion = String(version);
      of(resource).set(key, object);
      sorted.delete(resource);
      journal.put(resource, key, object, version);
      if (previous === undefined) tell({ type: "ADDED", resource, object, version });
      else tell({ type: "MODIFIED", resource, object, previous, version });
      return object;
    },
    remove(resource, object) {
      const key = keyOf(object);
      version += 1;
      const last = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
      of(resource).delete(key);
      sorted.delete(resource);
      journal.remove(resource, key, version);
      tell({ type: "DELETED", resource, object: last, previous: object, version });
      return last;
    },
    version: () => version,
    since,
    subscribe(topic, listener) {
      const those = listeners.get(topic) ?? new Set();
      listeners.set(topic, those);
      those.add(listener);
      return () => those.delete(listener);
    },
    resources: () => [...objects].filter(([, those]) => those.size > 0).map(([resource]) => resource),
  };
}

function keyOf({ metadata: { namespace = "", name } }: KubeObject): string {
  return `${namespace}/${name}`;
}

function inOrder(objects: ReadonlyMap<string, KubeObject>): KubeObject[] {
  return [...objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
}
