import { groupOf, type ObjectRef } from "../../manifest/kube-object.ts";

/** Deleting one of these deletes what lives in it, which no revert brings back. */
const protectedKinds: readonly { group: string; kind: string; because: string }[] = [
  { group: "", kind: "Namespace", because: "everything in it goes with it" },
  { group: "", kind: "PersistentVolumeClaim", because: "its data may go with it" },
  { group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", because: "every object of its kind goes with it" },
];

export function protectedKind(ref: ObjectRef): string | undefined {
  const found = protectedKinds.find(({ group, kind }) => kind === ref.kind && group === groupOf(ref.apiVersion));
  return found && `deleting a ${ref.kind} is held: ${found.because}`;
}
