import type { Controller, Surroundings } from "../controller.ts";
import { writeStatus } from "../workloads/pods.ts";
import { release } from "./release.ts";

/** Calls volumes that somebody made available, and lets go of deleted ones: no claim is ever bound to them. */
export function volumeController({ store }: Surroundings): Controller {
  const resource = "persistentvolumes";
  return {
    resource,
    reconcile(object) {
      if (object.metadata.deletionTimestamp !== undefined) {
        release(store, resource, object, "kubernetes.io/pv-protection");
      } else {
        writeStatus(store, resource, object, { phase: "Available" });
      }
      return undefined;
    },
  };
}
