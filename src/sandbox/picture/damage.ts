import { type KubeObject, refOf } from "../../core/manifest/kube-object.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import { isKubeError } from "../../kube/kube-error.ts";
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
 * @throws NothingToBreak, or the cluster's KubeError
 */
export async function damage(kube: KubeClient, pair: Pair, how: Damage): Promise<void> {
  const { live, kind, name, pods } = pair;
  if (live === undefined) throw new NothingToBreak(`${kind} ${name} is not there right now.`);
  switch (how) {
    case "paint":
      await kube.patch(refOf(live), { spec: { shape: "circle", color: "red" } }, "merge", { manager: painter });
      return;
    case "scale":
      await kube.patch(refOf(live), { spec: { replicas: scaledTo(live) } }, "merge", { manager: breaker });
      return;
    case "delete-pod": {
      const pod = pods.find(({ word }) => word !== "stopping");
      if (pod === undefined) throw new NothingToBreak(`${kind} ${name} has no pods right now.`);
      const { namespace } = refOf(live);
      const within = namespace === undefined ? {} : { namespace };
      await kube.delete({ apiVersion: "v1", kind: "Pod", ...within, name: pod.name }, {});
      return;
    }
    case "delete":
      await kube.delete(refOf(live), {});
  }
}

/**
 * Everything that Git describes, and the namespaces around it.
 * @param isOurs whether a live object is the sandbox's to delete
 */
export async function meltdown(
  kube: KubeClient,
  pairs: readonly Pair[],
  isOurs: (live: KubeObject) => boolean,
): Promise<void> {
  const there = pairs.flatMap(({ wanted, live }) => (wanted !== undefined && live !== undefined ? [live] : []));
  await Promise.all(there.map((live) => deleteOurs(kube, live, isOurs)));
  for (const name of new Set(there.flatMap(({ metadata }) => metadata.namespace ?? []))) {
    await deleteOurs(kube, await kube.get({ apiVersion: "v1", kind: "Namespace", name }), isOurs);
  }
}

/** Deletes this very object, if it is there and the sandbox's. @returns whether it is the sandbox's, or not there at all */
export async function deleteOurs(
  kube: KubeClient,
  live: KubeObject | undefined,
  isOurs: (live: KubeObject) => boolean,
): Promise<boolean> {
  if (live === undefined) return true;
  if (!isOurs(live)) return false;
  const { uid } = live.metadata;
  await kube.delete(refOf(live), uid === undefined ? {} : { uid }).catch((thrown) => {
    // Another one is in its place by now.
    if (!isKubeError(thrown, 409)) throw thrown;
  });
  return true;
}
