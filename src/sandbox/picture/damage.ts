import type { KubeObject } from "../../core/manifest/kube-object.ts";
import type { ClusterStore } from "../cluster/store.ts";
import type { ResourceNames } from "./live-objects.ts";
import type { Pair } from "./pairs.ts";

/** What the *break it* buttons do to one object of the live side. */
export const damages = ["paint", "scale", "delete-pod", "delete"] as const;
export type Damage = (typeof damages)[number];

export const isDamage = (text: unknown): text is Damage => damages.includes(text as Damage);

/** The names under which damage is written, so that a heal can say who it was. */
export const painter = "someone-with-a-brush";
export const breaker = "someone-with-kubectl";

/** There is nothing of what was to be broken; the message tells a person. */
export class NothingToBreak extends Error {}

const scalable = ["Deployment", "StatefulSet", "ReplicaSet"];

/** What can be done to this one now, each with the button's words; nothing to an object that is not there. */
export function damagesOf({ kind, name, live, pods }: Pair): { damage: Damage; words: string }[] {
  if (live === undefined || live.metadata.deletionTimestamp !== undefined) return [];
  return [
    ...(kind === "Shape" ? [{ damage: "paint" as const, words: "Paint a red circle" }] : []),
    ...(scalable.includes(kind) ? [{ damage: "scale" as const, words: `Scale ${name} to ${scaledTo(live)}` }] : []),
    ...(pods.length > 0 && kind !== "Pod" ? [{ damage: "delete-pod" as const, words: "Delete a pod" }] : []),
    { damage: "delete", words: `Delete the ${kind}` },
  ];
}

/** One; or two where one is what there is. */
function scaledTo(workload: KubeObject): number {
  return (workload.spec as { replicas?: number } | undefined)?.replicas === 1 ? 2 : 1;
}

/**
 * Drifts the live side as a person with kubectl would, as a field manager of its own.
 * @throws NothingToBreak, or the registry's StatusError
 */
export function damage(store: ClusterStore, names: ResourceNames, pair: Pair, how: Damage): void {
  const { live, kind, namespace, name, pods } = pair;
  const resource = live === undefined ? undefined : names.of(live);
  if (live === undefined || resource === undefined) throw new NothingToBreak(`${kind} ${name} is not there right now.`);
  const spec = (changes: Record<string, string | number>, manager: string) =>
    store.update(
      resource,
      namespace,
      name,
      (copy) => ({ ...copy, spec: { ...(copy.spec as Record<string, never>), ...changes } }),
      { manager },
    );
  switch (how) {
    case "paint":
      spec({ shape: "circle", color: "red" }, painter);
      return;
    case "scale":
      spec({ replicas: scaledTo(live) }, breaker);
      return;
    case "delete-pod": {
      const pod = pods.find(({ word }) => word !== "stopping");
      if (pod === undefined) throw new NothingToBreak(`${kind} ${name} has no pods right now.`);
      store.delete("pods", namespace, pod.name);
      return;
    }
    case "delete":
      store.delete(resource, namespace, name);
  }
}

/** Everything that Git describes, and the namespaces around it. */
export function meltdown(store: ClusterStore, names: ResourceNames, pairs: readonly Pair[]): void {
  const there = pairs.filter(({ wanted, live }) => wanted !== undefined && live !== undefined);
  for (const { live, namespace, name } of there) store.delete(names.of(live!)!, namespace, name);
  const namespaces = new Set(there.map(({ namespace }) => namespace));
  for (const name of namespaces) {
    if (name !== undefined && name !== "default" && !name.startsWith("kube-"))
      store.delete("namespaces", undefined, name);
  }
}
