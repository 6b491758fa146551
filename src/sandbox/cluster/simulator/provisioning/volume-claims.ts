import type { JsonObject, KubeObject } from "../../../../core/manifest/kube-object.ts";
import type { Controller, Surroundings } from "../controller.ts";
import { controllerManager } from "../workloads/ownership.ts";
import { writeStatus } from "../workloads/pods.ts";

/** Binds every claim to a volume of just the size it asks for. The volume is a name only: nothing is stored anywhere. */
export function volumeClaimController({ store }: Surroundings): Controller {
  const resource = "persistentvolumeclaims";
  return {
    resource,
    reconcile(object) {
      const { name, namespace, uid, deletionTimestamp } = object.metadata;
      if (deletionTimestamp !== undefined) return undefined;
      const bound = store.update(
        resource,
        namespace,
        name,
        (copy) => {
          const spec = copy.spec as JsonObject;
          if (spec.volumeName !== undefined) return undefined;
          return { ...withAnnotation(copy), spec: { ...spec, volumeName: `pvc-${uid}` } };
        },
        controllerManager,
      );
      if (bound === undefined) return undefined;
      const spec = bound.spec as { accessModes?: string[]; resources?: { requests?: { storage?: string } } };
      writeStatus(store, resource, bound, {
        phase: "Bound",
        accessModes: spec.accessModes ?? [],
        capacity: { storage: spec.resources?.requests?.storage ?? "0" },
      });
      return undefined;
    },
  };
}

function withAnnotation(claim: KubeObject): KubeObject {
  const annotations = { ...claim.metadata.annotations, "pv.kubernetes.io/bind-completed": "yes" };
  return { ...claim, metadata: { ...claim.metadata, annotations } };
}
