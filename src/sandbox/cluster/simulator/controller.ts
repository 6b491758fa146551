import type { KubeObject } from "../../../core/manifest/kube-object.ts";
import type { Clock } from "../clock.ts";
import type { ClusterStore, ResourceName } from "../store.ts";
import type { Pace } from "./pace.ts";

export interface Surroundings {
  store: ClusterStore;
  clock: Clock;
  pace: Pace;
}

export interface ObjectKey {
  resource: ResourceName;
  namespace: string | undefined;
  name: string;
}

/**
 * Looks after the objects of one resource. Level-triggered: it is told which object to look at, never what happened, and
 * what it does follows from the state of the store alone, so that a restart loses nothing.
 */
export interface Controller {
  resource: ResourceName;
  /**
   * Takes a step towards what the object asks for. What it writes brings it back here by itself.
   * @returns milliseconds after which to look again though nothing changed
   */
  reconcile(object: KubeObject): number | undefined;
  /** Called instead when there is no such object (any more). */
  missing?(key: ObjectKey): void;
}
