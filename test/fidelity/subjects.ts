import { join } from "node:path";
import { createValidator } from "../../src/core/schema/validator.ts";
import { loadKubernetesSchemas } from "../../src/render/kubernetes-schemas.ts";
import { objectsBelow, others } from "../agreement/subjects.ts";
import { keyOf } from "./cluster-eyes.ts";
import type { Thing } from "./values.ts";

const own = join(import.meta.dirname, "manifests");

/** The namespace that a manifest's objects are in when it names none. */
export const namespace = "fidelity";

const clusterScoped = new Set([
  "Namespace",
  "ClusterRole",
  "ClusterRoleBinding",
  "PersistentVolume",
  "StorageClass",
  "VolumeAttributesClass",
  "CSIDriver",
  "PriorityClass",
  "RuntimeClass",
  "DeviceClass",
  "PriorityLevelConfiguration",
  "FlowSchema",
  "IngressClass",
  "CustomResourceDefinition",
  "ValidatingWebhookConfiguration",
  "MutatingWebhookConfiguration",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "MutatingAdmissionPolicy",
  "MutatingAdmissionPolicyBinding",
  "Tenant",
]);

const builtIn = createValidator(loadKubernetesSchemas());

/** What the plans are of: manifests of our own of many kinds, and those of others where there are some; each has its namespace. */
export function subjects(): Thing[] {
  const theirs = others().filter(({ apiVersion, kind }) => builtIn.kindOf(apiVersion, kind) !== undefined);
  const all = new Map<string, Thing>();
  for (const object of [...objectsBelow(own), ...theirs]) {
    const placed = inNamespace(object as unknown as Thing);
    // Variants of one and the same thing: the first is as good as any.
    if (!all.has(keyOf(placed))) all.set(keyOf(placed), placed);
  }
  return [...all.values()];
}

export function inNamespace(object: Thing): Thing {
  if (clusterScoped.has(object.kind)) return object;
  return { ...object, metadata: { ...object.metadata, namespace: object.metadata.namespace ?? namespace } };
}
