import type { KubeObject, ObjectMeta, OwnerReference } from "../../../../core/manifest/kube-object.ts";
import { parseLabelSelector } from "../../label-selector.ts";
import type { ClusterStore, ResourceName } from "../../store.ts";
import type { LabelSelector } from "./kinds.ts";

export const controllerManager = { manager: "kube-controller-manager" } as const;
export const controllerManagerStatus = { ...controllerManager, subresource: "status" } as const;

export function controllerOf({ ownerReferences }: ObjectMeta): OwnerReference | undefined {
  return ownerReferences?.find(({ controller }) => controller === true);
}

/** The owner reference that a controller puts on what it makes. */
export function controllerReference(owner: {
  apiVersion: string;
  kind: string;
  metadata: { name: string; uid: string };
}): OwnerReference {
  const { apiVersion, kind, metadata } = owner;
  return {
    apiVersion,
    kind,
    name: metadata.name,
    uid: metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** A selector as it stands in a URL. One that selects by nothing selects nothing here: it would take everybody's pods. */
export function selectorText({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string | undefined {
  const parts = [
    ...Object.entries(matchLabels).map(([label, value]) => `${label}=${value}`),
    ...matchExpressions.map(({ key, operator, values = [] }) => {
      if (operator === "Exists") return key;
      if (operator === "DoesNotExist") return `!${key}`;
      return `${key} ${operator === "In" ? "in" : "notin"} (${values.join(",")})`;
    }),
  ];
  return parts.length === 0 ? undefined : parts.join(",");
}

/**
 * What the owner controls of a resource. On the way, what its selector matches and nobody controls becomes its own, and
 * what it controls without matching any more is let go, as the controllers of Kubernetes do.
 */
export function claim(
  store: ClusterStore,
  owner: {
    apiVersion: string;
    kind: string;
    metadata: ObjectMeta & { namespace: string; uid: string };
    spec: { selector?: LabelSelector };
  },
  resource: ResourceName,
): KubeObject[] {
  const { uid, namespace, deletionTimestamp } = owner.metadata;
  const selector = selectorText(owner.spec.selector ?? {});
  const matches = selector === undefined ? () => false : parseLabelSelector(selector);
  return store.list(resource, { namespace }).flatMap((object) => {
    const { name, labels, ownerReferences = [] } = object.metadata;
    const change = (references: OwnerReference[]) =>
      store.update(
        resource,
        namespace,
        name,
        (copy) => ({ ...copy, metadata: { ...copy.metadata, ownerReferences: references } }),
        controllerManager,
      );
    const controller = controllerOf(object.metadata);
    if (controller !== undefined && controller.uid !== uid) return [];
    const terminating = object.metadata.deletionTimestamp !== undefined;
    if (controller !== undefined) {
      if (selector === undefined || terminating || deletionTimestamp !== undefined || matches(labels)) return [object];
      change(ownerReferences.filter((reference) => reference.uid !== uid));
      return [];
    }
    if (terminating || deletionTimestamp !== undefined || !matches(labels)) return [];
    const adopted = change([...ownerReferences, controllerReference(owner)]);
    return adopted === undefined ? [] : [adopted];
  });
}
