import { identityKey, type JsonObject, type ObjectRef, refOf } from "../manifest/kube-object.ts";
import type { SourceObject } from "../manifest/source-object.ts";
import { withoutClusterWritten } from "./cluster-written.ts";
import { equalJson } from "./equal.ts";
import { PART_OF } from "./guards/foreign-owner.ts";
import { marked } from "./guards/made-elsewhere.ts";

/** An object exactly as it is applied, and where it is described. */
export interface DesiredObject extends SourceObject {
  key: string;
  ref: ObjectRef;
}

/** Makes a rendered object a member of its ApplySet, under the mark of an agent that has one. */
export function desiredObject({ object, ...place }: SourceObject, applySet: string, mark?: string): DesiredObject {
  const metadata = { ...object.metadata, labels: { ...object.metadata.labels, [PART_OF]: applySet } };
  const ref = refOf(object);
  return { key: identityKey(ref), ref, object: marked({ ...withoutClusterWritten(object), metadata }, mark), ...place };
}

/** Whether both describe the same of it. */
export const isSameObject = (one: DesiredObject, other: DesiredObject): boolean =>
  equalJson(one.object as JsonObject, other.object as JsonObject);
