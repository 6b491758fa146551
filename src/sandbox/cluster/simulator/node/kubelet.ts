import type { JsonObject } from "../../../../core/manifest/kube-object.ts";
import type { Controller, ObjectKey, Surroundings } from "../controller.ts";
import { type Span, within } from "../pace.ts";
import { withCondition } from "../workloads/conditions.ts";
import { as, type Pod } from "../workloads/kinds.ts";
import { isFinished, isTerminating } from "../workloads/pod-state.ts";
import { writeStatus } from "../workloads/pods.ts";
import { fitsNode, nodeName } from "./node.ts";
import { nextStep } from "./pod-life.ts";

/**
 * Plays scheduler and kubelet: puts pods on the node and lets their containers start, run, end, fail and stop, each after
 * a while of the pace. Which images cannot be pulled and which commands fail is said in container-outcome.ts.
 */
export function kubelet({ store, clock, pace }: Surroundings): Controller {
  /** Since when the next step of a pod is waited for. A restart forgets it; the step then takes its time once more. */
  const waiting = new Map<string, { what: string; since: number }>();
  const idOf = ({ namespace = "", name }: { namespace?: string | undefined; name: string }) => `${namespace}/${name}`;

  /** Milliseconds until that step is due for the pod. */
  const left = ({ metadata }: Pod, step: string, span: Span, most = Number.POSITIVE_INFINITY): number => {
    const id = idOf(metadata);
    const what = `${metadata.uid} ${step}`;
    const now = clock.now().getTime();
    const known = waiting.get(id);
    const since = known?.what === what ? known.since : now;
    waiting.set(id, { what, since });
    return Math.max(0, since + Math.min(within(span, metadata.uid), most) - now);
  };

  const schedule = (pod: Pod): void => {
    const { schedulerName = "default-scheduler", schedulingGates = [], nodeSelector } = pod.spec;
    if (schedulerName !== "default-scheduler" || schedulingGates.length > 0) return;
    const { namespace, name } = pod.metadata;
    const node = store.get("nodes", undefined, nodeName);
    if (node === undefined || !fitsNode(nodeSelector, node)) {
      const message =
        "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.";
      const conditions = withCondition(
        pod.status?.conditions,
        { type: "PodScheduled", status: "False", reason: "Unschedulable", message },
        clock.now(),
      );
      const status = { ...pod.status, phase: "Pending", conditions };
      writeStatus(store, "pods", pod, status, { manager: "kube-scheduler" });
      return;
    }
    const conditions = withCondition(pod.status?.conditions, { type: "PodScheduled", status: "True" }, clock.now());
    const bound = { spec: { ...pod.spec, nodeName }, status: { ...pod.status, conditions } } as unknown as JsonObject;
    const options = { manager: "kube-scheduler", subresource: "binding" } as const;
    store.update("pods", namespace, name, (copy) => ({ ...copy, ...bound }), options);
  };

  return {
    resource: "pods",
    reconcile(object) {
      const pod = as<Pod>(object);
      const { namespace, name, uid, deletionGracePeriodSeconds } = pod.metadata;
      if (isTerminating(pod)) {
        // Ended already, and held by a finalizer.
        if (deletionGracePeriodSeconds === 0) return undefined;
        const grace = typeof deletionGracePeriodSeconds === "number" ? deletionGracePeriodSeconds * 1000 : undefined;
        const wait = left(pod, "stop", pace.stop, grace);
        if (wait > 0) return wait;
        store.delete("pods", namespace, name, { gracePeriodSeconds: 0, uid });
        return undefined;
      }
      if (isFinished(pod)) return undefined;
      if (pod.spec.nodeName === undefined) {
        schedule(pod);
        return undefined;
      }
      const step = pod.spec.nodeName === nodeName ? nextStep(pod) : undefined;
      if (step === undefined) {
        waiting.delete(idOf(pod.metadata));
        return undefined;
      }
      const wait = step.takes === "nothing" ? 0 : left(pod, step.takes, pace[step.takes]);
      if (wait > 0) return wait;
      writeStatus(store, "pods", pod, step.status(clock.now()), { manager: "kubelet" });
      return undefined;
    },
    missing: (key: ObjectKey) => void waiting.delete(idOf(key)),
  };
}
