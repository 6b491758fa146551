import type { Json, KubeObject } from "../manifest/kube-object.ts";

/**
 * What the server and its controllers write into objects by their office. It is in no plan and no drift: the one table
 * for that. A segment `*` stands for any name.
 */
const serverFields: readonly (readonly string[])[] = [
  // The version in which an object is read is how it was asked for.
  ["apiVersion"],
  ["status"],
  ["metadata", "managedFields"],
  ["metadata", "resourceVersion"],
  ["metadata", "generation"],
  ["metadata", "creationTimestamp"],
  ["metadata", "deletionTimestamp"],
  ["metadata", "deletionGracePeriodSeconds"],
  ["metadata", "uid"],
  ["metadata", "selfLink"],
  ["metadata", "labels", "applyset.kubernetes.io/part-of"],
  ["metadata", "annotations", "deployment.kubernetes.io/revision"],
  ["metadata", "annotations", "deprecated.daemonset.template.generation"],
  // A whole manifest as text, secrets included: never to be compared or shown.
  ["metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"],
];

/** A copy without what the server writes; maps that become empty by it go too, as they do in a manifest. */
export function withoutServerFields(object: KubeObject): KubeObject {
  return serverFields.reduce<Json>((rest, path) => without(rest, path), object as Json) as unknown as KubeObject;
}

function without(value: Json, [first, ...rest]: readonly string[]): Json {
  if (first === undefined || value === null || typeof value !== "object" || Array.isArray(value)) return value;
  const inner = value[first];
  if (inner === undefined) return value;
  const { [first]: _, ...others } = value;
  if (rest.length === 0) return others;
  const left = without(inner, rest);
  if (left === inner) return value;
  const emptied = left !== null && typeof left === "object" && Object.keys(left).length === 0;
  return emptied ? others : { ...value, [first]: left };
}
