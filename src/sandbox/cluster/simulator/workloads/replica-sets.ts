import { StatusError } from "../../status-error.ts";
import type { Controller, Surroundings } from "../controller.ts";
import { conditionOf, withCondition, withoutCondition } from "./conditions.ts";
import { as, type ReplicaSet } from "./kinds.ts";
import { byDispensability, countReady, isActive, isTerminating } from "./pod-state.ts";
import { createPod, deletePod, ownPods, withoutZeros, writeStatus } from "./pods.ts";

/** Keeps as many pods as a ReplicaSet asks for. */
export function replicaSetController({ store, clock }: Surroundings): Controller {
  return {
    resource: "replicasets.apps",
    reconcile(object) {
      const set = as<ReplicaSet>(object);
      const { replicas = 1, minReadySeconds, template } = set.spec;
      const now = clock.now();
      let pods = ownPods(store, set);
      let failure: StatusError | undefined;
      if (set.metadata.deletionTimestamp === undefined) {
        const active = pods.filter(isActive);
        try {
          for (let count = active.length; count < replicas; count++) createPod(store, set, template);
        } catch (error) {
          if (!(error instanceof StatusError)) throw error;
          failure = error;
        }
        for (const pod of active.sort(byDispensability).slice(0, Math.max(0, active.length - replicas))) {
          deletePod(store, pod);
        }
        pods = ownPods(store, set);
      }

      const active = pods.filter(isActive);
      const { ready, available, next } = countReady(active, minReadySeconds, now);
      const labels = Object.entries(template.metadata?.labels ?? {});
      const labelled = active.filter((pod) => labels.every(([label, value]) => pod.metadata.labels?.[label] === value));
      const before = set.status?.conditions;
      const reported = conditionOf(before, "ReplicaFailure");
      const conditions =
        failure === undefined
          ? withoutCondition(before, "ReplicaFailure")
          : reported !== undefined
            ? before
            : withCondition(
                before,
                { type: "ReplicaFailure", status: "True", reason: "FailedCreate", message: failure.message },
                now,
              );
      writeStatus(store, "replicasets.apps", set, {
        replicas: active.length,
        ...withoutZeros({
          fullyLabeledReplicas: labelled.length,
          readyReplicas: ready,
          availableReplicas: available,
          observedGeneration: set.metadata.generation,
        }),
        terminatingReplicas: pods.filter(isTerminating).length,
        ...(conditions !== undefined && conditions.length > 0 && { conditions }),
      });
      if (failure !== undefined) throw failure;
      return next;
    },
  };
}
