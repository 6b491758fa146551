import type { JsonObject, KubeObject } from "../../../core/manifest/kube-object.ts";
import { entryTime } from "../apply/managers.ts";
import { cleanupFinalizer as cleanup } from "../registry/deletion.ts";
import { definitionSpec } from "../resources/custom.ts";
import { resourceName } from "../resources/resource.ts";
import type { Condition } from "./condition.ts";
import type { ControlledCluster } from "./controlled-cluster.ts";
import type { Later } from "./later.ts";

const manager = "kube-apiserver";
const definitions = "customresourcedefinitions.apiextensions.k8s.io";

/** Serves what CustomResourceDefinitions describe, says so in their status, and deletes all of it with them. @returns stop */
export function keepDefinitions({ storage, catalogue, store, clock }: ControlledCluster, work: Later): () => void {
  const instancesOf = (definition: KubeObject) => {
    const { group, names } = definitionSpec(definition);
    return resourceName(group, names.plural);
  };

  const establish = (name: string) => {
    const definition = storage.get(definitions, "", name);
    if (definition === undefined) return;
    if (definition.metadata.deletionTimestamp !== undefined) return finish(definition);
    catalogue.define(definition);
    const told = (copy: KubeObject) => ({ ...copy, status: establishedStatus(copy, entryTime(clock.now())) });
    store.update(definitions, undefined, name, told, { manager, subresource: "status" });
  };

  const finish = (definition: KubeObject) => {
    const instances = instancesOf(definition);
    for (const { metadata } of storage.list(instances)) {
      if (metadata.deletionTimestamp === undefined) store.delete(instances, metadata.namespace, metadata.name);
    }
    if (storage.list(instances).length > 0) return;
    const released = (copy: KubeObject) => {
      copy.metadata.finalizers = (copy.metadata.finalizers ?? []).filter((it) => it !== cleanup);
      return copy;
    };
    store.update(definitions, undefined, definition.metadata.name, released, { manager });
  };

  const note = (name: string) => work.note(`definition ${name}`, () => establish(name));
  for (const definition of storage.list(definitions)) {
    catalogue.define(definition);
    note(definition.metadata.name);
  }
  return storage.subscribe("*", ({ resource, type, object }) => {
    if (resource === definitions) {
      if (type === "DELETED") catalogue.withdraw(object);
      else note(object.metadata.name);
    } else if (type === "DELETED") {
      const definition = storage.get(definitions, "", resource);
      if (definition?.metadata.deletionTimestamp !== undefined) note(resource);
    }
  });
}

function establishedStatus(definition: KubeObject, now: string): JsonObject {
  const { names, versions } = definitionSpec(definition);
  const before = (definition.status ?? {}) as { conditions?: Condition[]; storedVersions?: string[] };
  const conditions = [...(before.conditions ?? [])];
  const hold = (type: string, reason: string, message: string) => {
    const index = conditions.findIndex((it) => it.type === type);
    if (conditions[index]?.status === "True") return;
    const condition = { type, status: "True", lastTransitionTime: now, reason, message };
    if (index < 0) conditions.push(condition);
    else conditions[index] = condition;
  };
  hold("NamesAccepted", "NoConflicts", "no conflicts found");
  hold("Established", "InitialNamesAccepted", "the initial names have been accepted");
  const stored = versions.find(({ storage }) => storage)?.name;
  const storedVersions = [...new Set([...(before.storedVersions ?? []), ...(stored === undefined ? [] : [stored])])];
  return { acceptedNames: { ...names }, conditions, storedVersions } as unknown as JsonObject;
}
