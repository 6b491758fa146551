import type { KubeObject } from "../manifest/kube-object.ts";
import { current, type Health, inProgress } from "./health.ts";
import { number, statusOf } from "./status-fields.ts";

export function assessDaemonSet(daemonSet: KubeObject): Health {
  const status = statusOf(daemonSet);
  if (daemonSet.metadata.generation === undefined) {
    return inProgress("NoGeneration", "its controller has not seen it yet");
  }
  if (typeof status.observedGeneration !== "number") {
    return inProgress("NoObservedGeneration", "its controller has not seen it yet");
  }
  const wanted = number(status.desiredNumberScheduled, -1);
  const scheduled = number(status.currentNumberScheduled, 0);
  const updated = number(status.updatedNumberScheduled, 0);
  const available = number(status.numberAvailable, 0);
  const ready = number(status.numberReady, 0);
  if (wanted < 0) return inProgress("NoDesiredNumber", "it is not known yet on how many nodes it runs");
  if (wanted > scheduled) return inProgress("LessCurrent", `${scheduled} of ${wanted} pods are there`);
  if (wanted > updated) return inProgress("LessUpdated", `${updated} of ${wanted} pods are updated`);
  if (wanted > available) return inProgress("LessAvailable", `${available} of ${wanted} pods are available`);
  if (wanted > ready) return inProgress("LessReady", `${ready} of ${wanted} pods are ready`);
  return current(`${ready} of ${wanted} pods are ready`);
}
