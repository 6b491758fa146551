import type { SystemConfig } from "../../core/config/system.ts";
import { groupOf, type ObjectRef } from "../../core/manifest/kube-object.ts";
import { applyWaves } from "../../core/plan/apply-order.ts";
import type { ApprovableDeletions } from "../../core/plan/deletion-approval.ts";
import type { DesiredObject } from "../../core/plan/desired-object.ts";
import type { EarlierMerge, PlannedObject } from "../../core/plan/plan.ts";
import { risksOfDeletion } from "../../core/plan/risks/deletions.ts";
import { earlierMerge } from "../../core/report/earlier-merge.ts";
import { markdownOf } from "../../core/report/words.ts";
import { movesFrom, type Neighbours } from "../system/neighbours.ts";
import {
  type ApprovedTree,
  approvableOf,
  approvedReason,
  type InventoryMember,
  keepersOf,
  planPruning,
} from "../system/plan-pruning.ts";
import type { MergeOf } from "./earlier-merges.ts";

export interface DeletionsInput {
  /** The system's name. */
  system: string;
  /** Undefined where there is no other system that an object could come from or go to. */
  neighbours?: Neighbours;
  /** What merging leads to, as it would be applied. */
  merge: readonly DesiredObject[];
  /** What Git has now; undefined when there is nothing to compare with: whatever differs from live is then the change. */
  base: readonly DesiredObject[] | undefined;
  members: readonly InventoryMember[];
  policy: Pick<SystemConfig, "prune" | "protect" | "approvers">;
  /** The guard as merging would leave it. */
  protect: SystemConfig["protect"];
  /** What goes with an object, in words; undefined where nobody can be asked. */
  goesAlong?(ref: ObjectRef): Promise<string | undefined>;
  /** What somebody has let go already. */
  approved?: ApprovedTree;
  /** By which earlier merge something is pending. */
  mergeOf: MergeOf;
}

export interface PlannedDeletions {
  objects: PlannedObject[];
  /** What an approval of those that the pull request itself makes and a guard holds has to name. */
  approval: ApprovableDeletions | undefined;
}

const unprunedReason =
  "no manifest describes it any more; because of `prune: false` it stays in the cluster, where nobody keeps it true from then on: " +
  "`kubectl delete` deletes it, or a merge once the system prunes";

/** What becomes of the objects that the system has and that merging leaves without a manifest, in the order of going. */
export async function planDeletions(input: DeletionsInput): Promise<PlannedDeletions> {
  const { merge, base, members, policy, protect, neighbours, system, approved: given } = input;
  const desired = new Map(merge.map((one) => [one.key, one]));
  const before = base && new Map(base.map((one) => [one.key, one]));
  const keepers = await keepersOf(members, desired, neighbours);
  const earlier = before && { described: new Set(before.keys()), protect };
  const pruning = planPruning(members, desired, policy, keepers, earlier, given);
  const { deletions, held, moved, approved, unpruned } = pruning;
  // What an earlier merge left over stays in every plan until it is gone, and was told with that merge.
  const own = held.filter(({ leftOver }) => !leftOver);
  const along = new Map<string, string | undefined>();
  for (const one of [...deletions, ...own.map(({ object }) => object)]) {
    along.set(one.key, await input.goesAlong?.(one.ref));
  }
  // What Git has not had before either is going without this pull request too.
  const isLeftOver = ({ key }: InventoryMember) => before?.has(key) === false;
  const earlierMerges = new Map<string, EarlierMerge | undefined>();
  for (const { key } of [...deletions, ...held.map(({ object }) => object)].filter(isLeftOver)) {
    earlierMerges.set(key, await input.mergeOf(key));
  }
  const goes = (object: InventoryMember, action: PlannedObject["action"], ...reasons: (string | undefined)[]) => {
    const place = before?.get(object.key);
    const pending = earlierMerges.has(object.key);
    const merge = earlierMerges.get(object.key);
    const leftOver = `left over from ${markdownOf(earlierMerge(merge, "finished"))}`;
    const reason = [...(pending ? [leftOver] : []), ...reasons].filter((one) => one !== undefined).join("; ");
    const planned: PlannedObject = { ...object.ref, action, fields: [], drifted: false };
    if (place !== undefined) Object.assign(planned, { file: place.file, line: place.line });
    if (reason !== "") planned.reason = reason;
    const takesAlong = along.get(object.key);
    if (takesAlong !== undefined) planned.takesAlong = takesAlong;
    if (pending) planned.pending = true;
    if (merge !== undefined) planned.merge = merge;
    const risks = action === "delete" ? risksOfDeletion(object.ref) : [];
    if (risks.length > 0) planned.risks = risks;
    return planned;
  };
  const objects = [
    ...applyWaves(deletions, ({ ref }) => ref)
      .reverse()
      .flat()
      .map((one) =>
        goes(
          one,
          "delete",
          approvedReason(approved.get(one.key)),
          replacementOf(one, merge, "it goes when that one is healthy"),
        ),
      ),
    ...held.map(({ object, reason }) =>
      goes(object, "held", reason, replacementOf(object, merge, "until then both are there")),
    ),
    ...moved.map(({ object, to }) => goes(object, "unchanged", movesFrom(system, to))),
    // What an earlier merge took out was told to stay with that one.
    ...unpruned.filter((one) => !isLeftOver(one)).map((one) => goes(one, "unchanged", unprunedReason)),
  ];
  return { objects, approval: approvableOf(own, given?.tree, policy) };
}

/** Says so, when what goes is described in another namespace now, as when the system's `namespace` changes. */
function replacementOf({ ref }: InventoryMember, merge: readonly DesiredObject[], then: string): string | undefined {
  const other = merge.find(
    (one) =>
      one.ref.name === ref.name &&
      one.ref.kind === ref.kind &&
      groupOf(one.ref.apiVersion) === groupOf(ref.apiVersion) &&
      one.ref.namespace !== ref.namespace,
  );
  if (other === undefined) return undefined;
  return `Git describes it in the namespace ${other.ref.namespace} instead of ${ref.namespace}; ${then}`;
}
