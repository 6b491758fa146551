import type { IgnoreRule } from "../../core/config/system.ts";
import { type Json, type JsonObject, type KubeObject, refOf } from "../../core/manifest/kube-object.ts";
import { mergedAfterHealing } from "../../core/plan/after-healing.ts";
import { leftoverItems } from "../../core/plan/contested/leftover-items.ts";
import type { DesiredObject } from "../../core/plan/desired-object.ts";
import { droppedDrift } from "../../core/plan/dropped-drift.ts";
import { equalJson } from "../../core/plan/equal.ts";
import { appliedEntry } from "../../core/plan/field-ownership.ts";
import { type Segment, withoutFields } from "../../core/plan/field-path.ts";
import type { SchemaPlaces } from "../../core/plan/list-keys.ts";
import { takenBack } from "../../core/plan/managed-fields.ts";
import { isIgnored } from "../../core/plan/object-changes.ts";
import { ownedPlace } from "../../core/plan/owned-lists.ts";
import { FIELD_MANAGER, type KubeClient } from "../../kube/kube-client.ts";
import { isRefusal, type KubeError } from "../../kube/kube-error.ts";
import { settledRuns } from "./dry-run.ts";

export interface MergeRuns {
  live: KubeObject;
  /** What merging makes of it, and what healing alone would; undefined where nobody has touched it. */
  merge: KubeObject;
  healed: KubeObject | undefined;
  /** What Git has now; undefined when it has nothing, or nothing that the server would have. */
  base: DesiredObject | undefined;
  /** What of live goes although the dry run of merging keeps it. */
  dropped: Segment[][];
}

interface Asked {
  cluster: { kube: KubeClient; schemas: SchemaPlaces };
  merge: DesiredObject;
  base: DesiredObject | undefined;
  /** Whether the merge leaves what Git says as it is. */
  isSame: boolean;
  /** Whether somebody may have changed what Git has now, and the merge changes it too. */
  needsBase: boolean;
  /** A manifest as it is applied to what is live. */
  manifestFor(one: DesiredObject, live: KubeObject): KubeObject;
  ignore: readonly IgnoreRule[];
}

/**
 * What merging makes of an object. It is healed first, and then the merge applied, which no single request can ask: the dry run of the
 * merge starts from live, and what it cannot show is asked as a patch of what is live into what it comes to.
 *
 * @param isOurs of what is live; another's is not asked for
 * @returns `live` alone when it is not ours; undefined when there is none
 * @throws the server's refusal of the merge
 */
export async function mergeRuns(
  asked: Asked,
  isOurs: (live: KubeObject) => Promise<boolean>,
): Promise<MergeRuns | { live: KubeObject; merge: undefined } | undefined> {
  const { cluster, merge, base, needsBase, manifestFor } = asked;
  const some = base !== undefined && needsBase ? [merge, base] : [merge];
  const manifests = (live: KubeObject) => some.map((one) => manifestFor(one, live));
  const runs = await settledRuns(
    cluster,
    merge.ref,
    async (live) => ((await isOurs(live)) ? manifests(live) : []),
    base?.object,
  );
  if (runs === undefined) return undefined;
  const { live } = runs;
  const [ofMerge, ofBase] = runs.results;
  if (ofMerge === undefined) return { live, merge: undefined };
  for (const one of runs.results) if (one.status === "rejected" && !isRefusal(one.reason)) throw one.reason;
  if (ofMerge.status === "rejected") {
    // Where nobody has touched it, it is as healing would leave it.
    const healed = ofBase === undefined ? live : ofBase.status === "fulfilled" && asHealed(live, ofBase.value, asked);
    if (base === undefined || !healed) throw ofMerge.reason;
    return mergedHere(asked, base, { live, healed }, ofMerge.reason);
  }
  const states = { live, merge: ofMerge.value, healed: undefined, dropped: [] };
  // What Git has now may be what the server refuses, and the pull request its repair: then there is no base to compare with.
  if (ofBase?.status === "rejected") return { ...states, base: undefined };
  if (base === undefined || ofBase === undefined) return { ...states, base };
  const healed = asHealed(live, ofBase.value, asked);
  const dropped = droppedDrift({ live, base: healed, merge: ofMerge.value }, FIELD_MANAGER);
  if (dropped.length === 0) return { ...states, healed, base };
  try {
    const after = await asWritten(cluster.kube, live, withoutFields(ofMerge.value, dropped));
    return { live, merge: after, healed, base, dropped };
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown;
    return mergedHere(asked, base, { live, healed }, thrown);
  }
}

/** With its fields held as they are once it is healed. */
function asHealed(live: KubeObject, ofBase: KubeObject, { ignore }: Asked): KubeObject {
  const own = [live, ofBase].map(({ metadata }) => appliedEntry(metadata, FIELD_MANAGER));
  const others = (ofBase.metadata.managedFields ?? []).filter((entry) => !own.includes(entry));
  const then = { ...live, metadata: { ...live.metadata, managedFields: [...others, ...(own[0] ? [own[0]] : [])] } };
  const managedFields = takenBack(then, ofBase, FIELD_MANAGER, (path) => isIgnored(live, path, ignore));
  return managedFields === undefined ? ofBase : { ...ofBase, metadata: { ...ofBase.metadata, managedFields } };
}

/**
 * What merging makes of what healing makes, put together here.
 * @throws the refusal, when the server will not have that either
 */
async function mergedHere(
  { cluster: { kube, schemas }, merge, isSame, needsBase, manifestFor }: Asked,
  base: DesiredObject,
  { live, healed }: Record<"live" | "healed", KubeObject>,
  refused: KubeError,
): Promise<MergeRuns> {
  if (isSame || refused.status !== 422) throw refused;
  const schema = schemas.ofKind(merge.ref.apiVersion, merge.ref.kind) ?? ownedPlace([live]);
  const manifest = manifestFor(merge, live);
  const named = refused.causes.map(({ field }) => field);
  const states = { live, before: base.object, manifest, manager: FIELD_MANAGER, named };
  // Where nobody has changed anything, applying is refused just so, unless it takes something out first.
  if (!needsBase && leftoverItems(states, schema).length === 0) throw refused;
  try {
    const after = await asWritten(kube, live, mergedAfterHealing(healed, manifest, schema, FIELD_MANAGER));
    return { live, merge: after, healed, base, dropped: [] };
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown;
    throw refused;
  }
}

/**
 * What the server would make of an object.
 * @throws its refusal
 */
async function asWritten(kube: KubeClient, live: KubeObject, wanted: KubeObject): Promise<KubeObject> {
  const [from, to] = [withoutBooks(live), withoutBooks(wanted)];
  // Of a later version, it differs in a status, or whoever wrote more has the plan made anew.
  const patch = mergePatchOf(from as JsonObject, to as JsonObject);
  const answer = await kube.patch(refOf(live), patch, "merge", { dryRun: true });
  return { ...answer, metadata: { ...answer.metadata, managedFields: wanted.metadata.managedFields ?? [] } };
}

function withoutBooks({ status: _, ...object }: KubeObject): KubeObject {
  const { managedFields: _fields, resourceVersion: _version, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** What makes the one of the other: https://www.rfc-editor.org/rfc/rfc7386 */
function mergePatchOf(from: JsonObject, to: JsonObject): JsonObject {
  const patch: { [name: string]: Json } = {};
  for (const name of new Set([...Object.keys(from), ...Object.keys(to)])) {
    const [one, other] = [from[name] as Json | undefined, to[name] as Json | undefined];
    if (equalJson(one, other)) continue;
    patch[name] = isMapping(one) && isMapping(other) ? mergePatchOf(one, other) : (other ?? null);
  }
  return patch;
}

function isMapping(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
