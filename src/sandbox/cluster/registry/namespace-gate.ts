import type { Resource } from "../resources/resource.ts";
import { forbidden, notFound } from "../status-error.ts";
import type { ObjectStorage } from "../storage/object-storage.ts";

export interface NamespaceGate {
  /** Throws unless the object's namespace is there, and to stay. */
  mayCreate(resource: Resource, namespace: string | undefined, name: string): void;
}

export function namespaceGate(storage: ObjectStorage): NamespaceGate {
  return {
    mayCreate({ group, plural, namespaced }, namespace, name) {
      if (!namespaced || namespace === undefined) return;
      const found = storage.get("namespaces", "", namespace);
      if (found === undefined) throw notFound({ group: "", resource: "namespaces" }, namespace);
      if (found.metadata.deletionTimestamp === undefined) return;
      const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
      throw forbidden({ group, resource: plural }, name, why, [
        {
          reason: "NamespaceTerminating",
          message: `namespace ${namespace} is being terminated`,
          field: "metadata.namespace",
        },
      ]);
    },
  };
}
