import type { JsonObject, KubeObject } from "../../../core/manifest/kube-object.ts";
import { entryTime } from "../apply/managers.ts";
import type { Catalogue } from "../resources/catalogue.ts";
import type { ControlledCluster } from "./controlled-cluster.ts";
import type { Later } from "./later.ts";
import { terminatingStatus } from "./namespace-conditions.ts";

const manager = "kube-controller-manager";
const fromTheStart = ["default", "kube-node-lease", "kube-public", "kube-system"];

/** Makes the namespaces that every cluster has, and empties those that are being deleted. @returns stop */
export function keepNamespaces(
  { storage, registry, catalogue, store, clock }: ControlledCluster,
  work: Later,
): () => void {
  const namespaces = catalogue.named("namespaces")!;
  const make = (name: string) => {
    if (storage.get("namespaces", "", name) !== undefined) return;
    store.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } }, { manager: "kube-apiserver" });
  };

  const empty = (name: string) => {
    const namespace = storage.get("namespaces", "", name);
    if (namespace?.metadata.deletionTimestamp === undefined) return;
    for (const resource of namespacedResources(catalogue)) {
      for (const { metadata } of storage.list(resource, name)) {
        if (metadata.deletionTimestamp === undefined) {
          store.delete(resource, name, metadata.name, { propagation: "Background" });
        }
      }
    }
    const left = new Map(
      namespacedResources(catalogue)
        .map((resource) => [resource, storage.list(resource, name)] as const)
        .filter(([, objects]) => objects.length > 0),
    );
    if (left.size > 0) {
      const told = (copy: KubeObject) => ({ ...copy, status: terminatingStatus(copy, left, entryTime(clock.now())) });
      store.update("namespaces", undefined, name, told, { manager, subresource: "status" });
      return;
    }
    const finalized = (live: KubeObject) => {
      const { finalizers = [], ...rest } = (live.spec ?? {}) as { finalizers?: string[] };
      const others = finalizers.filter((it) => it !== "kubernetes");
      const spec = { ...rest, ...(others.length > 0 && { finalizers: others }) } as JsonObject;
      return structuredClone({ ...live, spec });
    };
    registry.update(namespaces, undefined, name, finalized, { manager, subresource: "finalize" });
  };

  for (const name of fromTheStart) make(name);
  for (const { metadata } of storage.list("namespaces")) {
    if (metadata.deletionTimestamp !== undefined) work.note(`namespace ${metadata.name}`, () => empty(metadata.name));
  }
  return storage.subscribe("*", ({ resource, type, object }) => {
    if (resource === "namespaces") {
      const { name, deletionTimestamp } = object.metadata;
      if (type === "DELETED") {
        if (fromTheStart.includes(name)) work.note(`namespace ${name}`, () => make(name));
      } else if (deletionTimestamp !== undefined) work.note(`namespace ${name}`, () => empty(name));
      return;
    }
    const { namespace } = object.metadata;
    if (type !== "DELETED" || namespace === undefined) return;
    const terminating = storage.get("namespaces", "", namespace)?.metadata.deletionTimestamp !== undefined;
    if (terminating) work.note(`namespace ${namespace}`, () => empty(namespace));
  });
}

function namespacedResources(catalogue: Catalogue): string[] {
  const kept = catalogue.all().filter(({ namespaced, verbs }) => namespaced && verbs.includes("delete"));
  return [...new Set(kept.map(({ name }) => name))];
}
