import type { JsonObject, KubeObject } from "../../../../core/manifest/kube-object.ts";
import type { ClusterStore } from "../../store.ts";
import type { Controller, Surroundings } from "../controller.ts";
import { as, type Pod } from "../workloads/kinds.ts";
import { controllerManager } from "../workloads/ownership.ts";
import { isFinished } from "../workloads/pod-state.ts";
import { writeStatus } from "../workloads/pods.ts";
import { release } from "./release.ts";

const protection = "kubernetes.io/pvc-protection";

/**
 * Binds every claim to a volume of just the size it asks for. The volume is a name only: nothing is stored anywhere.
 * A deleted claim goes when no pod uses it any more:
 * https://kubernetes.io/docs/concepts/storage/persistent-volumes/#storage-object-in-use-protection
 */
export function volumeClaimController({ store }: Surroundings): Controller {
  const resource = "persistentvolumeclaims";
  return {
    resource,
    reconcile(object) {
      const { name, namespace, uid, deletionTimestamp } = object.metadata;
      if (deletionTimestamp !== undefined) {
        if (!inUse(store, object)) release(store, "persistentvolumeclaims", object, protection);
        return undefined;
      }
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

function inUse(store: ClusterStore, { metadata: { name, namespace = "" } }: KubeObject): boolean {
  const uses = ({ spec: { volumes = [] } }: Pod) =>
    volumes.some(({ persistentVolumeClaim: source }) => (source as JsonObject | undefined)?.claimName === name);
  return store.list("pods", { namespace }).some((object) => {
    const pod = as<Pod>(object);
    return !isFinished(pod) && uses(pod);
  });
}
