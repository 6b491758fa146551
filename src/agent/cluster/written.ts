import { hash } from "node:crypto";
import type { ObjectMeta } from "../../core/manifest/kube-object.ts";

/**
 * Changes with every write to an object but those of its status, which no plan shows. Times in `managedFields` are whole seconds, so
 * that they do not tell two writes of one manager apart: `generation` does, and where there is none any new version counts, unless
 * somebody writes a status.
 */
export function writtenOf({
  uid,
  generation,
  deletionTimestamp,
  resourceVersion,
  labels,
  annotations,
  managedFields = [],
}: ObjectMeta): string {
  const writes = managedFields.filter(({ subresource }) => subresource !== "status");
  const hasStatus = writes.length < managedFields.length;
  const isTold = writes.length > 0 && (generation !== undefined || hasStatus);
  const state = isTold ? [writes, generation, labels, annotations] : resourceVersion;
  return hash("sha1", JSON.stringify([uid, deletionTimestamp, state]), "base64");
}
