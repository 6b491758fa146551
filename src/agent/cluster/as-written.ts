import { isMapping, type Json, type JsonObject, type KubeObject, refOf } from "../../core/manifest/kube-object.ts";
import { equalJson } from "../../core/plan/equal.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import type { Warned } from "../../kube/transport.ts";

/**
 * What the server would make of an object, asked as a patch of what is live into it; its holders are the ones given.
 * @throws its refusal
 */
export async function asWritten(
  kube: KubeClient,
  live: KubeObject,
  wanted: KubeObject,
  warned: Warned | undefined,
): Promise<KubeObject> {
  // Of a later version, it differs in a status, or whoever wrote more has the plan made anew.
  const answer = await kube.patch(refOf(live), patchInto(live, wanted), "merge", { dryRun: true, warned });
  return { ...answer, metadata: { ...answer.metadata, managedFields: wanted.metadata.managedFields ?? [] } };
}

/** What makes the one of the other, in all but what the server keeps of it: a JSON merge patch (RFC 7386). */
export function patchInto(live: KubeObject, wanted: KubeObject): JsonObject {
  return mergePatchOf(withoutBooks(live) as JsonObject, withoutBooks(wanted) as JsonObject);
}

function withoutBooks({ status: _, ...object }: KubeObject): KubeObject {
  const { managedFields: _fields, resourceVersion: _version, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function mergePatchOf(from: JsonObject, to: JsonObject): JsonObject {
  const names = new Set([...Object.keys(from), ...Object.keys(to)]);
  const changed = [...names].flatMap((name): [string, Json][] => {
    // A key may have the name of what every object of ours inherits.
    const [one, other] = [from, to].map((object) => (Object.hasOwn(object, name) ? object[name] : undefined));
    if (equalJson(one, other)) return [];
    return [[name, isMapping(one) && isMapping(other) ? mergePatchOf(one, other) : (other ?? null)]];
  });
  return Object.fromEntries(changed);
}
