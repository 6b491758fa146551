import { endingProbesIn, warningsIn } from "../../core/health/event-warnings.ts";
import { eachOnce, podReason, unreadyPods } from "../../core/health/pod-reason.ts";
import { replicaFailure } from "../../core/health/refused-pods.ts";
import { groupOf, type KubeObject } from "../../core/manifest/kube-object.ts";
import { isKubeError } from "../../kube/kube-error.ts";
import type { AgentContext } from "../agent-context.ts";
import { eventsOf } from "./events-of.ts";
import { lookAtPods } from "./pods-of.ts";
import type { Unhealthy } from "./system-health.ts";

/** What is wrong is seldom wrong in more ways than these. */
const most = { objects: 5, pods: 3, reasons: 2 };

/** Kinds whose own status says that something is missing and not why; of every other one it is expected to. */
const isSilent = new Set([
  "/Pod",
  "/PersistentVolumeClaim",
  "/Service",
  "apps/Deployment",
  "apps/ReplicaSet",
  "apps/StatefulSet",
  "apps/DaemonSet",
  "batch/Job",
]);

export interface Explained extends Unhealthy {
  /** What its pods say, or else the newest warnings about them; undefined when nobody says anything. */
  why?: string;
}

/**
 * Asks the cluster why these are not healthy: once, when a failure is about to be told, since each pod whose status says nothing
 * costs a request. What may not be read is done without.
 */
export async function explain(
  { kube, view, log }: Pick<AgentContext, "kube" | "view" | "log">,
  unhealthy: readonly Unhealthy[],
  signal: AbortSignal,
): Promise<Explained[]> {
  const asked = unhealthy
    .slice(0, most.objects)
    .map((one) => ({ one, object: silentObject(one, view.get(one.desired.key)?.object) }));
  const podsOf = lookAtPods(
    kube,
    asked.flatMap(({ object }) => object ?? []),
  );

  async function allowed<T>(list: Promise<T[] | undefined>): Promise<T[]> {
    try {
      return (await list) ?? [];
    } catch (thrown) {
      if (!isKubeError(thrown)) throw thrown;
      log.info({ reason: thrown.message }, "a failure is told without what may not be read");
      return [];
    }
  }

  const newsOf = ({ metadata }: KubeObject) => allowed(eventsOf(kube, metadata, signal));

  async function ofPod(pod: KubeObject): Promise<string[]> {
    const reason = podReason(pod);
    if (reason === undefined) return warningsIn(await newsOf(pod));
    return reason.isEnd ? [reason.words, ...endingProbesIn(await newsOf(pod))] : [reason.words];
  }

  async function whyOf(object: KubeObject): Promise<string> {
    const pods = unreadyPods(object.kind === "Pod" ? [object] : await allowed(podsOf(object))).slice(0, most.pods);
    const refused = replicaFailure(object);
    const own = refused === undefined && pods.length === 0 ? warningsIn(await newsOf(object)) : [];
    const ofPods = await Promise.all(pods.map(async (pod) => (await ofPod(pod)).map((words) => ({ pod, words }))));
    return [...(refused === undefined ? [] : [refused]), ...own, ...eachOnce(ofPods.flat())]
      .slice(0, most.reasons)
      .join("; ");
  }

  const explained = asked.map(async ({ one, object }): Promise<Explained> => {
    const why = object === undefined ? "" : await whyOf(object);
    return why === "" ? one : { ...one, why };
  });
  return [...(await Promise.all(explained)), ...unhealthy.slice(most.objects)];
}

/** @returns undefined where nobody could say more, or where what there is belongs to an earlier change */
function silentObject({ health }: Unhealthy, object: KubeObject | undefined): KubeObject | undefined {
  if (object?.metadata.namespace === undefined || health.status === "Terminating") return undefined;
  if (health.reason === "LatestGenerationNotObserved") return undefined;
  return isSilent.has(`${groupOf(object.apiVersion)}/${object.kind}`) ? object : undefined;
}
