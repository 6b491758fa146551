import { randomInt, randomUUID } from "node:crypto";
import type { KubeObject, ObjectMeta } from "../../../core/manifest/kube-object.ts";
import { entryTime } from "../apply/managers.ts";
import type { Resource } from "../resources/resource.ts";
import { badRequest, invalid, type StatusError } from "../status-error.ts";

/** Letters and digits that spell no words and look like no other. */
const suffixAlphabet = "bcdfghjklmnpqrstvwxz2456789";
const longestGenerated = 63 - 5;

/**
 * Gives the object the namespace (and, for a create, a generated name) that it leaves out, in place; throws where it
 * contradicts the request's path.
 * @param name undefined for a create
 */
export function namesAgree(
  { namespaced, group, kind }: Resource,
  { metadata }: KubeObject,
  namespace: string | undefined,
  name: string | undefined,
): void {
  if (!namespaced) {
    if (metadata.namespace !== undefined) delete metadata.namespace;
  } else if (namespace !== undefined) {
    metadata.namespace ??= namespace;
    if (metadata.namespace !== namespace) {
      throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`);
    }
  }
  if (name !== undefined) {
    if ((metadata.name ?? "") === "") throw nameless(name);
    if (metadata.name !== name) {
      throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
    }
    return;
  }
  const { generateName } = metadata;
  if (metadata.name === undefined && typeof generateName === "string" && generateName !== "") {
    const suffix = Array.from({ length: 5 }, () => suffixAlphabet[randomInt(suffixAlphabet.length)]).join("");
    metadata.name = generateName.slice(0, longestGenerated) + suffix;
  }
  if (metadata.name === undefined) {
    throw invalid(group, kind, "", [
      {
        reason: "FieldValueRequired",
        field: "metadata.name",
        message: "Required value: name or generateName is required",
      },
    ]);
  }
}

export function nameless(name: string): StatusError {
  return badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
}

/** A new object's metadata, with what only the server sets. */
export function metadataForCreate(metadata: ObjectMeta, generations: boolean, now: Date): ObjectMeta {
  const {
    resourceVersion: _r,
    deletionTimestamp: _d,
    deletionGracePeriodSeconds: _g,
    selfLink: _s,
    ...kept
  } = metadata;
  return {
    ...kept,
    uid: randomUUID(),
    creationTimestamp: entryTime(now),
    ...(generations && { generation: 1 }),
  };
}

const serverOnly = [
  "uid",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "generation",
  "resourceVersion",
  "selfLink",
] as const;

const begins: ReadonlySet<string> = new Set(["deletionTimestamp", "deletionGracePeriodSeconds"]);

/** An updated object's metadata: what only the server sets stays as it is. */
export function metadataForUpdate(metadata: ObjectMeta, live: ObjectMeta): ObjectMeta {
  const result = { ...metadata };
  for (const field of serverOnly) {
    // Who would begin a deletion so is told that it cannot be.
    if (begins.has(field) && result[field] !== undefined) continue;
    if (live[field] === undefined) delete result[field];
    else (result as { [field: string]: unknown })[field] = live[field];
  }
  return result;
}
