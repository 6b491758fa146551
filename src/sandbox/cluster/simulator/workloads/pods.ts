import type { JsonObject, KubeObject } from "../../../../core/manifest/kube-object.ts";
import { deepEqual } from "../../apply/typed-value.ts";
import { canonicalJson } from "../../canonical-json.ts";
import type { ClusterStore, ResourceName } from "../../store.ts";
import { fnv32a } from "../pace.ts";
import { as, type Pod, type PodTemplate } from "./kinds.ts";
import { claim, controllerManager, controllerManagerStatus, controllerReference } from "./ownership.ts";

type Owner = Parameters<typeof claim>[1];

export function ownPods(store: ClusterStore, owner: Owner): Pod[] {
  return claim(store, owner, "pods").map((pod) => as<Pod>(pod));
}

/** Makes a pod of the owner's from a template. */
export function createPod(
  store: ClusterStore,
  owner: Owner,
  template: PodTemplate,
  more: {
    name?: string;
    labels?: { [label: string]: string };
    spec?: JsonObject;
  } = {},
): Pod {
  const { labels, annotations } = template.metadata ?? {};
  const { name, namespace } = owner.metadata;
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      ...(more.name === undefined ? { generateName: `${name}-` } : { name: more.name }),
      namespace,
      labels: { ...labels, ...more.labels },
      ...(annotations !== undefined && { annotations: { ...annotations } }),
      ownerReferences: [controllerReference(owner)],
    },
    spec: { ...structuredClone(template.spec), ...more.spec },
  };
  return as<Pod>(store.create(pod as unknown as KubeObject, controllerManager));
}

export function deletePod(store: ClusterStore, { metadata: { namespace, name, uid } }: Pod): void {
  store.delete("pods", namespace, name, { uid });
}

/** Writes a status, unless it is the one that is there. */
export function writeStatus(
  store: ClusterStore,
  resource: ResourceName,
  object: { metadata: { namespace?: string; name: string } },
  status: object,
  { manager, annotations }: { manager?: string; annotations?: { [name: string]: string } } = {},
): void {
  const given = JSON.parse(JSON.stringify(status)) as JsonObject;
  store.update(
    resource,
    object.metadata.namespace,
    object.metadata.name,
    (copy) => {
      const merged = { ...copy.metadata.annotations, ...annotations };
      const same = annotations === undefined || deepEqual(copy.metadata.annotations, merged);
      if (same && deepEqual(copy.status as JsonObject | undefined, given)) return undefined;
      return { ...copy, status: given, metadata: { ...copy.metadata, ...(!same && { annotations: merged }) } };
    },
    manager === undefined ? controllerManagerStatus : { manager, subresource: "status" },
  );
}

/** `{a: 1, b: 0}` → `{a: 1}`: Go leaves zeros out where a field is optional. */
export function withoutZeros<T extends object>(counts: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(counts).filter(([, value]) => value !== 0 && value !== undefined)) as T as {
    [Name in keyof T]?: Exclude<T[Name], undefined>;
  };
}

const letters = "bcdfghjklmnpqrstvwxz2456789";

/**
 * The name of a template's revision, in the letters that Kubernetes takes for it (no vowels, so no words).
 * @param collisions raised when another template already has that name
 */
export function templateHash(template: PodTemplate, collisions = 0): string {
  const text = canonicalJson(template) + (collisions === 0 ? "" : collisions);
  return [...String(fnv32a(text))].map((digit) => letters[digit.charCodeAt(0) % letters.length]).join("");
}
