import type { Clock } from "../clock.ts";
import type { Registry } from "../registry/registry.ts";
import type { Catalogue } from "../resources/catalogue.ts";
import type { ObjectStorage } from "../storage/object-storage.ts";
import type { ClusterStore } from "../store.ts";

/** What the controllers work on. */
export interface ControlledCluster {
  storage: ObjectStorage;
  registry: Registry;
  catalogue: Catalogue;
  store: ClusterStore;
  clock: Clock;
}
