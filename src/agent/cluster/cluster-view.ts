import { hash } from "node:crypto";
import { assessHealth } from "../../core/health/assess-health.ts";
import type { Health } from "../../core/health/health.ts";
import { identityKey, type KubeObject, type ObjectMeta, type ObjectRef } from "../../core/manifest/kube-object.ts";
import { appliedEntry } from "../../core/plan/field-ownership.ts";
import { hasOtherWriters } from "../../core/plan/foreign-fields.ts";
import { PART_OF } from "../../core/plan/guards/foreign-owner.ts";
import { isProtected } from "../../core/plan/guards/protected-object.ts";
import type { Resource } from "../../kube/discovery.ts";
import { FIELD_MANAGER, type KubeClient, type PartialObject } from "../../kube/kube-client.ts";
import { isKubeError, isRefusal, KubeError } from "../../kube/kube-error.ts";
import { isOlderVersion } from "../../kube/resource-version.ts";
import { watchKind } from "../../kube/watch.ts";
import { type Confinement, clusterScoped } from "./confinement.ts";
import { type GroupKind, hasHealth } from "./group-kind.ts";
import { writtenOf } from "./written.ts";

/** What is remembered of an object that belongs to some ApplySet. */
export interface Seen {
  key: string;
  ref: ObjectRef;
  uid: string;
  resourceVersion: string;
  /** Id of the ApplySet that owns it. */
  partOf: string;
  /** Whether we applied it. Labels are also copied by controllers, such as a Service's to its EndpointSlices. */
  ours: boolean;
  /** Changes whenever somebody may have changed what we applied. */
  fingerprint: string;
  /** Changes with every write but those of its status. */
  written: string;
  /** Whether others than we have written it, be it what does not concern us. */
  hasOthers: boolean;
  terminating: boolean;
  /** It says itself that it is not to be deleted. */
  isProtected: boolean;
  health: Health;
  /** The whole object, only while it is on its way to be healthy. */
  object?: KubeObject;
}

/**
 * The cluster's objects that belong to ApplySets, ours and others', kept current by one watch per kind, or where the agent is
 * confined per kind and namespace. Answers to our own writes are noted at once, ahead of the watch.
 */
export interface ClusterView {
  /**
   * Begins to watch a kind. @returns when what is there is known; false when the cluster does not serve it.
   * @throws KubeError when the cluster does not allow it or the agent is confined to less, or the signal's reason
   */
  follow(kind: GroupKind, signal: AbortSignal): Promise<boolean>;
  /** The same from the start, for a kind whose definition was made anew. */
  refollow(kind: GroupKind, signal: AbortSignal): Promise<boolean>;
  get(key: string): Seen | undefined;
  /**
   * Those that we applied.
   * @param described by Git until now: such a one is ours even when somebody took away the record of who wrote it
   */
  members(applySet: string, described?: { has(key: string): boolean }): Seen[];
  /** @param object as the server answered it */
  note(object: KubeObject): void;
  /** Calls back for each object of the ApplySet that came, changed or went. */
  subscribe(applySet: string, onChange: (key: string) => void): () => void;
  /** Calls back for each object of any ApplySet that came, went, or was written by anybody other than to its status. */
  onWritten(onChange: (key: string, applySet: string) => void): () => void;
  close(): Promise<void>;
}

interface Watching {
  listed: Promise<void>;
  stop(): Promise<void>;
}

/** @param confine the only namespaces that may be looked into */
export function openClusterView(
  kube: KubeClient,
  confine: Confinement | undefined,
  onBreak: (kind: GroupKind, error: unknown) => void,
): ClusterView {
  const seen = new Map<string, Seen>();
  const watching = new Map<string, Promise<Watching | undefined>>();
  const subscribers = new Map<string, Set<(key: string) => void>>();
  const readers = new Set<(key: string, applySet: string) => void>();

  const tell = (applySet: string | undefined, key: string) => {
    for (const onChange of subscribers.get(applySet ?? "") ?? []) onChange(key);
  };

  function put(next: Seen): void {
    const known = seen.get(next.key);
    if (known !== undefined && isOlderVersion(next.resourceVersion, known.resourceVersion)) return;
    seen.set(next.key, next);
    if (known?.written !== next.written) for (const onChange of readers) onChange(next.key, next.partOf);
    if (known !== undefined && known.partOf !== next.partOf) tell(known.partOf, next.key);
    tell(next.partOf, next.key);
  }

  function drop(key: string, resourceVersion: string | undefined): void {
    const known = seen.get(key);
    if (known === undefined || isOlderVersion(resourceVersion, known.resourceVersion)) return;
    seen.delete(key);
    for (const onChange of readers) onChange(key, known.partOf);
    tell(known.partOf, key);
  }

  async function start({ group, kind }: GroupKind): Promise<Watching | undefined> {
    const resource = await kube.discovery.findGroupKind(group, kind);
    if (resource === undefined) return undefined;
    if (confine === undefined) return watchIn(undefined, resource, { group, kind });
    if (!resource.namespaced) throw new KubeError(403, "Confined", clusterScoped(kind, confine), []);
    const watches = confine.map((namespace) => watchIn(namespace, resource, { group, kind }));
    return {
      listed: Promise.all(watches.map(({ listed }) => listed)).then(() => undefined),
      stop: () => Promise.all(watches.map(({ stop }) => stop())).then(() => undefined),
    };
  }

  function watchIn(namespace: string | undefined, resource: Resource, { group, kind }: GroupKind): Watching {
    const first = Promise.withResolvers<void>();
    const take = (object: PartialObject) => {
      const next = seenOf(resource, object);
      if (next !== undefined) put(next);
    };
    const watch = watchKind(
      kube,
      resource,
      { labelSelector: PART_OF, whole: hasHealth({ group, kind }), ...(namespace === undefined ? {} : { namespace }) },
      {
        onList(items, resourceVersion) {
          const there = new Set(items.map(({ metadata }) => keyOf(resource, metadata)));
          for (const { key, ref } of seen.values()) {
            if (namespace !== undefined && ref.namespace !== namespace) continue;
            if (ref.kind === kind && groupOfKey(key) === group && !there.has(key)) drop(key, resourceVersion);
          }
          items.forEach(take);
        },
        // Who may list and not watch would never see what drifts.
        onOpen: () => first.resolve(),
        onEvent(type, object) {
          if (type === "DELETED") drop(keyOf(resource, object.metadata), object.metadata.resourceVersion);
          else take(object);
        },
        onBreak(error) {
          onBreak({ group, kind }, error);
          if (isKubeError(error, 401) || isRefusal(error)) first.reject(error);
        },
      },
    );
    first.promise.catch(() => undefined);
    return {
      listed: first.promise,
      async stop() {
        await watch.stop();
        // Whoever waits for it would wait for ever; what has taken its place is there by now.
        first.resolve();
      },
    };
  }

  async function follow(kind: GroupKind, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    const name = nameOf(kind);
    const started = watching.get(name) ?? start(kind);
    // Who is to be told may have been aborted by then.
    started.catch(() => undefined);
    watching.set(name, started);
    try {
      const watch = await orAborted(started, signal);
      if (watch === undefined) watching.delete(name);
      else await orAborted(watch.listed, signal);
      const isReplaced = watch !== undefined && watching.get(name) !== started;
      return isReplaced ? follow(kind, signal) : watch !== undefined;
    } catch (thrown) {
      if (!signal.aborted) {
        if (watching.get(name) === started) watching.delete(name);
        await (await started.catch(() => undefined))?.stop();
      }
      if (isKubeError(thrown, 404)) return false;
      throw thrown;
    }
  }

  return {
    follow,
    async refollow(kind, signal) {
      const old = await watching.get(nameOf(kind))?.catch(() => undefined);
      watching.delete(nameOf(kind));
      await old?.stop();
      return follow(kind, signal);
    },
    get: (key) => seen.get(key),
    members: (applySet, described) =>
      [...seen.values()].filter((one) => one.partOf === applySet && (one.ours || described?.has(one.key))),
    note(object) {
      const next = seenOf(object, object);
      if (next !== undefined) put(next);
    },
    subscribe(applySet, onChange) {
      const those = subscribers.get(applySet) ?? new Set();
      subscribers.set(applySet, those.add(onChange));
      return () => those.delete(onChange);
    },
    onWritten(onChange) {
      readers.add(onChange);
      return () => readers.delete(onChange);
    },
    async close() {
      const all = await Promise.allSettled(watching.values());
      await Promise.all(all.map((one) => (one.status === "fulfilled" ? one.value?.stop() : undefined)));
    },
  };
}

async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  return Promise.race([work, promise]).finally(() => signal.removeEventListener("abort", onAbort));
}

type TypeOf = Pick<KubeObject, "apiVersion" | "kind"> | Resource;

const apiVersionOf = (type: TypeOf): string =>
  "apiVersion" in type ? type.apiVersion : type.group === "" ? type.version : `${type.group}/${type.version}`;

function refIn(type: TypeOf, { name, namespace }: ObjectMeta): ObjectRef {
  const ref = { apiVersion: apiVersionOf(type), kind: type.kind, name };
  return namespace === undefined ? ref : { ...ref, namespace };
}

const keyOf = (type: TypeOf, metadata: ObjectMeta): string => identityKey(refIn(type, metadata));
const groupOfKey = (key: string): string => key.slice(0, key.indexOf("/"));
const nameOf = ({ group, kind }: GroupKind): string => `${group}/${kind}`;

/** @returns undefined for an object of no ApplySet */
function seenOf(type: TypeOf, object: PartialObject): Seen | undefined {
  const { metadata } = object;
  const partOf = metadata.labels?.[PART_OF];
  if (partOf === undefined) return undefined;
  const ref = refIn(type, metadata);
  const whole = { ...object, apiVersion: ref.apiVersion, kind: ref.kind } as KubeObject;
  const health = assessHealth(whole);
  return {
    key: identityKey(ref),
    ref,
    uid: metadata.uid ?? "",
    resourceVersion: metadata.resourceVersion ?? "",
    partOf,
    ours: appliedEntry(metadata, FIELD_MANAGER) !== undefined || isOfNobody(metadata),
    fingerprint: fingerprintOf(metadata),
    written: writtenOf(metadata),
    hasOthers: hasOtherWriters(metadata, FIELD_MANAGER),
    terminating: metadata.deletionTimestamp !== undefined,
    isProtected: isProtected(metadata),
    health,
    ...(health.status === "Current" ? {} : { object: whole }),
  };
}

/** Without any record of who wrote it, as a tool leaves it that clears `managedFields`; what controllers make has one, or an owner. */
function isOfNobody({ managedFields = [], ownerReferences = [] }: ObjectMeta): boolean {
  return managedFields.length === 0 && ownerReferences.length === 0;
}

/**
 * Another writer who changes what we applied takes it out of our entry in `managedFields`; one who writes under our name
 * moves the entry's time or the object's generation. It is taken of the very answer to a write of ours: what is watched may be
 * somebody's next write already.
 */
export function fingerprintOf(metadata: ObjectMeta): string {
  const entry = appliedEntry(metadata, FIELD_MANAGER);
  // A Secret's text that is applied takes its place in `data`, and the record of who holds that stays as it was.
  const texts = metadata.managedFields?.filter(({ fieldsV1 }) => Object.hasOwn(fieldsV1, "f:stringData")) ?? [];
  return hash("sha1", JSON.stringify([entry ?? null, metadata.generation ?? null, ...texts]), "base64");
}
