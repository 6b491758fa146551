import { hash } from "node:crypto";
import type { ObjectMeta } from "../../core/manifest/kube-object.ts";

/** Changes with every write to an object but those of its status, which no plan shows. */
export function writtenOf({
  uid,
  generation,
  deletionTimestamp,
  resourceVersion,
  managedFields = [],
}: ObjectMeta): string {
  const writes = managedFields.filter(({ subresource }) => subresource !== "status");
  // Without the record of its writers, any write may be one.
  const state = writes.length === 0 ? resourceVersion : writes;
  return hash("sha1", JSON.stringify([uid, generation, deletionTimestamp, state]), "base64");
}
