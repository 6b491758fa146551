import { groupOf, type ObjectRef } from "../../manifest/kube-object.ts";

/** Deleting one of these deletes what lives in it, which no revert brings back. */
const protectedKinds: readonly { group: string; kind: string; takes: string }[] = [
  { group: "", kind: "Namespace", takes: "takes everything in it with it" },
  { group: "", kind: "PersistentVolumeClaim", takes: "may take its data with it" },
  { group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", takes: "takes every object of its kind with it" },
];

export function protectedKind(ref: ObjectRef): string | undefined {
  const found = protectedKinds.find(({ group, kind }) => kind === ref.kind && group === groupOf(ref.apiVersion));
  return found && `a deleted ${ref.kind} ${found.takes}`;
}
