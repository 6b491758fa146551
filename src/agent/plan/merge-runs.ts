import type { KubeObject } from "../../core/manifest/kube-object.ts";
import { asDescribed } from "../../core/plan/as-described.ts";
import type { DesiredObject } from "../../core/plan/desired-object.ts";
import { droppedDrift } from "../../core/plan/dropped-drift.ts";
import { withoutAdditions } from "../../core/plan/foreign-fields.ts";
import { heldOnceHealed } from "../../core/plan/managed-fields.ts";
import { isIgnored } from "../../core/plan/object-changes.ts";
import { placeOf } from "../../core/plan/owned-lists.ts";
import { FIELD_MANAGER } from "../../kube/kube-client.ts";
import { isRefusedForGood } from "../../kube/kube-error.ts";
import { applyEmptying } from "../cluster/apply-emptying.ts";
import { applyOver } from "../cluster/apply-over.ts";
import { asWritten } from "../cluster/as-written.ts";
import { settledRuns } from "./dry-run.ts";
import { type MergeAsked, type MergeRuns, mergedHere } from "./merged-here.ts";

/**
 * What merging makes of an object. It is healed first, and then the merge applied, which no single request can ask: the dry run of the
 * merge starts from live, and what it cannot show is asked as a patch of what is live into what it comes to.
 *
 * @param isToAsk of what is live: not of another's, nor of what is being deleted
 * @returns `live` alone when nothing is asked of it; undefined when there is none
 * @throws the server's refusal of the merge
 */
export async function mergeRuns(
  asked: MergeAsked,
  isToAsk: (live: KubeObject) => Promise<boolean>,
): Promise<MergeRuns | { live: KubeObject; merge: undefined } | undefined> {
  const { cluster, merge, base, needsBase, manifestFor, warned } = asked;
  const { kube } = cluster;
  const options = { dryRun: true, force: true };
  const runs = await settledRuns(kube, merge.ref, async (live) => {
    if (!(await isToAsk(live))) return [];
    const plain = () =>
      applyEmptying(cluster, manifestFor(merge, live), { live, before: base?.object }, { ...options, warned });
    if (base === undefined) return [plain];
    const healing = (one: DesiredObject) =>
      applyOver(cluster, manifestFor(one, live), { live, before: base.object }, options);
    if (asked.isSame) return [() => healing(merge)];
    return needsBase ? [plain, () => healing(base)] : [plain];
  });
  if (runs === undefined) return undefined;
  const { live } = runs;
  const [ofMerge, ofBase] = runs.results;
  if (ofMerge === undefined) return { live, merge: undefined };
  for (const one of runs.results) if (one.status === "rejected" && !isRefusedForGood(one.reason)) throw one.reason;
  if (ofMerge.status === "rejected") {
    // Where nobody has touched it, it is as healing would leave it.
    const healed = ofBase === undefined ? live : ofBase.status === "fulfilled" && asHealed(live, ofBase.value, asked);
    if (!healed) throw ofMerge.reason;
    return mergedHere(asked, { live, healed }, ofMerge.reason);
  }
  const states = { live, merge: ofMerge.value, healed: undefined, dropped: [] };
  if (base === undefined || ofBase === undefined) return { ...states, base };
  // What Git has now may be what the server refuses, and the pull request its repair: then the manifests tell what is whose.
  if (ofBase.status === "rejected") {
    const taken = { manifest: manifestFor(merge, live), result: ofMerge.value };
    const known = [
      { object: taken.result, manifest: taken.manifest },
      { object: live, manifest: undefined },
    ];
    const schema = placeOf(merge.ref, cluster.schemas, known, FIELD_MANAGER);
    return { ...states, healed: asDescribed(manifestFor(base, live), taken, schema), base };
  }
  const healed = asHealed(live, ofBase.value, asked);
  const dropped = droppedDrift({ live, base: healed, merge: ofMerge.value }, FIELD_MANAGER);
  if (dropped.length === 0) return { ...states, healed, base };
  try {
    const gone = dropped.map((path) => ({ path }));
    const wanted = withoutAdditions(ofMerge.value, gone, { manifests: [manifestFor(merge, live)] });
    const after = await asWritten(kube, live, wanted, warned);
    return { live, merge: after, healed, base, dropped };
  } catch (thrown) {
    if (!isRefusedForGood(thrown)) throw thrown;
    return mergedHere(asked, { live, healed }, thrown);
  }
}

/** With its fields held as they are once it is healed. */
export function asHealed(live: KubeObject, ofBase: KubeObject, { ignore }: MergeAsked): KubeObject {
  const managedFields = heldOnceHealed(live, ofBase, FIELD_MANAGER, (path) => isIgnored(live, path, ignore));
  return { ...ofBase, metadata: { ...ofBase.metadata, managedFields } };
}
