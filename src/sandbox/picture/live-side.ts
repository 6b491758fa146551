import { setTimeout as sleep } from "node:timers/promises";
import { groupOf, identityKey, type KubeObject, refOf } from "../../core/manifest/kube-object.ts";
import type { Resource } from "../../kube/discovery.ts";
import type { KubeClient, PartialObject } from "../../kube/kube-client.ts";
import { isKubeError } from "../../kube/kube-error.ts";
import { watchKind } from "../../kube/watch.ts";

export interface LiveChange {
  type: "ADDED" | "MODIFIED" | "DELETED";
  /** Of a DELETED one the last state. */
  object: KubeObject;
}

/** What is in the cluster of the kinds and namespaces that Git names, and the pods there; over the Kubernetes API like any client. */
export interface LiveSide {
  objects(): KubeObject[];
  /** Watches from now on also what these are beside. Kinds that are not served yet are waited for. */
  follow(desired: readonly KubeObject[]): void;
  stop(): Promise<void>;
}

/** A kind in one namespace; all of it for a kind without namespaces. */
interface Place {
  group: string;
  kind: string;
  namespace: string | undefined;
}

/** What workloads come to. */
const beside = [
  { group: "", kind: "Pod" },
  { group: "apps", kind: "ReplicaSet" },
];
/** How often a kind that is not served is looked for. */
const lookEveryMs = 500;

export function openLiveSide(kube: KubeClient, onChange: (change: LiveChange) => void): LiveSide {
  const stopping = new AbortController();
  const live = new Map<string, KubeObject>();
  const following = new Map<string, Promise<void>>();

  const put = (object: KubeObject): void => {
    const key = identityKey(refOf(object));
    const known = live.get(key);
    if (known?.metadata.resourceVersion === object.metadata.resourceVersion && known !== undefined) return;
    live.set(key, object);
    onChange({ type: known === undefined ? "ADDED" : "MODIFIED", object });
  };
  const drop = (key: string, last?: KubeObject): void => {
    const known = live.get(key);
    if (known === undefined || !live.delete(key)) return;
    onChange({ type: "DELETED", object: last ?? known });
  };
  const keysIn = ({ group, kind, namespace }: Place): string[] =>
    [...live]
      .filter(([, { apiVersion, kind: its }]) => its === kind && groupOf(apiVersion) === group)
      .filter(([, { metadata }]) => namespace === undefined || metadata.namespace === namespace)
      .map(([key]) => key);

  async function served({ group, kind }: Place): Promise<Resource | undefined> {
    kube.discovery.forget(group);
    return kube.discovery.findGroupKind(group, kind).catch(() => undefined);
  }

  /** Until the kind is no longer served. */
  async function watchWhileServed(place: Place, resource: Resource): Promise<void> {
    const { promise: over, resolve: end } = Promise.withResolvers<void>();
    stopping.signal.addEventListener("abort", () => end(), { once: true });
    const whole = (object: PartialObject) => object as KubeObject;
    const scope = place.namespace === undefined ? {} : { namespace: place.namespace };
    const watch = watchKind(
      kube,
      resource,
      { ...scope, whole: true },
      {
        onList(items) {
          const there = new Set(items.map((item) => identityKey(refOf(whole(item)))));
          for (const key of keysIn(place)) if (!there.has(key)) drop(key);
          for (const item of items) put(whole(item));
        },
        onEvent(type, object) {
          if (type === "DELETED") drop(identityKey(refOf(whole(object))), whole(object));
          else put(whole(object));
        },
        onBreak: (thrown) => isKubeError(thrown, 404) && end(),
      },
    );
    await over;
    await watch.stop();
  }

  async function followPlace(place: Place): Promise<void> {
    while (!stopping.signal.aborted) {
      const resource = await served(place);
      if (stopping.signal.aborted) return;
      if (resource !== undefined) await watchWhileServed(place, resource);
      for (const key of keysIn(place)) drop(key);
      await sleep(lookEveryMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  return {
    objects: () => [...live.values()],
    follow(desired) {
      const namespaces = new Set(desired.flatMap(({ metadata }) => metadata.namespace ?? []));
      const places: Place[] = [
        ...desired.map(({ apiVersion, kind, metadata }) => ({
          group: groupOf(apiVersion),
          kind,
          namespace: metadata.namespace,
        })),
        ...[...namespaces].flatMap((namespace) => beside.map((kind) => ({ ...kind, namespace }))),
      ];
      for (const place of places) {
        const name = [place.group, place.kind, place.namespace ?? ""].join("/");
        if (!following.has(name)) following.set(name, followPlace(place));
      }
    },
    async stop() {
      stopping.abort();
      await Promise.all(following.values());
    },
  };
}
