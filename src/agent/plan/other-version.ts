import { versionedKind } from "../../core/manifest/kube-object.ts";
import { mergedAfterHealing } from "../../core/plan/after-healing.ts";
import type { DesiredObject } from "../../core/plan/desired-object.ts";
import { placeOf } from "../../core/plan/owned-lists.ts";
import { customResourcesIn } from "../../core/schema/custom-resources.ts";
import type { Resource } from "../../kube/discovery.ts";
import { FIELD_MANAGER, type KubeClient } from "../../kube/kube-client.ts";
import { isRefusedForGood } from "../../kube/kube-error.ts";
import { applyOver } from "../cluster/apply-over.ts";
import { settledRuns } from "./dry-run.ts";
import { asHealed } from "./merge-runs.ts";
import type { MergeAsked, MergeRuns } from "./merged-here.ts";

/**
 * The versions of kinds that the merge brings, by {@link versionedKind}, each with the `apiVersion` in which the cluster serves the kind
 * already; undefined where it serves it in none.
 */
export async function broughtVersions(
  kube: KubeClient,
  merge: readonly DesiredObject[],
): Promise<Map<string, string | undefined>> {
  const brought = new Map<string, string | undefined>();
  for (const one of customResourcesIn(merge.map(({ object }) => object))) {
    const apiVersion = apiVersionOf(one);
    if (!one.served || (await kube.discovery.find(apiVersion, one.kind)) !== undefined) continue;
    const other = await kube.discovery.findGroupKind(one.group, one.kind);
    brought.set(versionedKind({ apiVersion, kind: one.kind }), other && apiVersionOf(other));
  }
  return brought;
}

const apiVersionOf = ({ group, version }: Pick<Resource, "group" | "version">): string => `${group}/${version}`;

/**
 * What merging makes of an object whose version the cluster does not serve yet. It is read in one that it serves, healed there by a dry run,
 * and what the merge makes of that is put together here, without what the server would fill in or refuse.
 *
 * @param served an `apiVersion` in which the cluster serves its kind
 * @returns undefined when it is not there
 * @throws when the cluster cannot be asked
 */
export async function readInOtherVersion(asked: MergeAsked, served: string): Promise<MergeRuns | undefined> {
  const { cluster, merge, base, needsBase, manifestFor } = asked;
  const { kube } = cluster;
  const isBaseServed =
    base !== undefined && (await kube.discovery.find(base.ref.apiVersion, base.ref.kind)) !== undefined;
  const ref = { ...merge.ref, apiVersion: isBaseServed ? base.ref.apiVersion : served };
  const runs = await settledRuns(kube, ref, async (live) =>
    isBaseServed && needsBase
      ? [
          () =>
            applyOver(cluster, manifestFor(base, live), { live, before: base.object }, { dryRun: true, force: true }),
        ]
      : [],
  );
  if (runs === undefined) return undefined;
  const { live } = runs;
  const [ofBase] = runs.results;
  if (ofBase?.status === "rejected" && !isRefusedForGood(ofBase.reason)) throw ofBase.reason;
  const healed = ofBase?.status === "fulfilled" ? asHealed(live, ofBase.value, asked) : undefined;
  const onto = healed ?? live;
  const known = [
    { object: onto, manifest: base?.object },
    { object: live, manifest: undefined },
  ];
  const schema = placeOf(live, cluster.schemas, known, FIELD_MANAGER);
  const merged = mergedAfterHealing(onto, manifestFor(merge, live), schema, FIELD_MANAGER);
  return { live, merge: merged, healed, base, dropped: [] };
}
