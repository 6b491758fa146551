import type { JsonObject, KubeObject } from "../../../core/manifest/kube-object.ts";
import { parseLabelSelector } from "../label-selector.ts";
import type { Catalogue } from "../resources/catalogue.ts";
import type { Resource } from "../resources/resource.ts";
import { noSuchPath, StatusError } from "../status-error.ts";
import type { ObjectStorage } from "../storage/object-storage.ts";
import type { ClusterStore, ResourceName } from "../store.ts";
import type { Registry } from "./registry.ts";
import { scaleOf, withScale } from "./scale.ts";

/** The registry for parts that run in the cluster's process. */
export function createClusterStore(registry: Registry, storage: ObjectStorage, catalogue: Catalogue): ClusterStore {
  const named = (name: ResourceName): Resource => {
    const resource = catalogue.named(name);
    if (resource === undefined) throw noSuchPath();
    return resource;
  };
  const orAbsent = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (error instanceof StatusError && error.code === 404) return undefined;
      throw error;
    }
  };
  return {
    get: (resource, namespace, name) => storage.get(resource, namespace ?? "", name),
    list(resource, { namespace, labelSelector = "" } = {}) {
      const all = storage.list(resource, namespace);
      if (labelSelector === "") return all;
      if (typeof labelSelector === "string") {
        const matches = parseLabelSelector(labelSelector);
        return all.filter(({ metadata }) => matches(metadata.labels));
      }
      const wanted = Object.entries(labelSelector);
      return all.filter(({ metadata }) => wanted.every(([label, value]) => metadata.labels?.[label] === value));
    },
    create(object, { manager }) {
      const resource = catalogue.findKind(object.apiVersion, object.kind);
      if (resource === undefined) throw noSuchPath();
      const { object: decoded } = registry.strategy(resource).decode(object as unknown as JsonObject);
      return registry.create(resource, object.metadata.namespace, decoded, { manager });
    },
    update(name, namespace, objectName, mutate, { manager, subresource }) {
      const resource = named(name);
      const live = orAbsent(() => registry.get(resource, namespace, objectName));
      if (live === undefined) return undefined;
      const scale = subresource === "scale";
      const copy: KubeObject = structuredClone(scale ? scaleOf(resource, live) : live);
      const wanted = mutate(copy);
      if (wanted === undefined) return live;
      const change = () =>
        scale
          ? withScale(resource, live, wanted as unknown as JsonObject)
          : registry.strategy(resource).decode(wanted as unknown as JsonObject).object;
      return registry.update(resource, namespace, objectName, change, { manager, subresource });
    },
    delete(name, namespace, objectName, { propagation, gracePeriodSeconds, uid } = {}) {
      const resource = named(name);
      const options = { propagation: propagation ?? ("Background" as const), gracePeriodSeconds, uid };
      return orAbsent(() => registry.delete(resource, namespace, objectName, options))?.object;
    },
    watch: (resource, listener) => storage.subscribe(resource, listener),
  };
}
