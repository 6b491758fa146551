import { hasErrors } from "../../core/manifest/finding.ts";
import type { ApprovableDeletions } from "../../core/plan/deletion-approval.ts";
import type { InventoryRecord } from "../cluster/inventory.ts";
import { earlierState } from "./earlier-state.ts";
import type { Enacted } from "./enacted.ts";
import {
  type ApprovedTree,
  approvableOf,
  type InventoryMember,
  keepersOf,
  type Pruning,
  planPruning,
} from "./plan-pruning.ts";
import type { Guards } from "./policy.ts";
import type { SyncRun } from "./sync-run.ts";
import { withUnplanned } from "./unplanned.ts";

/**
 * What becomes of what Git no longer has. What the revision before described is looked up only when something is held: then it
 * counts which of the deletions are this commit's own.
 * @param guards of that revision
 * @throws when the repository cannot be asked now
 */
export async function pruningOf(
  run: SyncRun,
  given: readonly InventoryMember[],
  desired: Enacted["desired"],
  guards: Guards,
  policyRevision: string | undefined,
  record: InventoryRecord | undefined,
): Promise<Pruning & { approval?: ApprovableDeletions | undefined }> {
  const members = withUnplanned(given, run.planned, record);
  const keepers = await keepersOf(members, desired, run.neighbours);
  const pruning = planPruning(members, desired, guards, keepers);
  if (pruning.held.length === 0) return pruning;
  const { mirror, sha, system, approvals = [] } = run;
  const approved: ApprovedTree = { tree: await mirror.treeAt(sha, system.path), approvals };
  const described = await describedAt(policyRevision, run);
  const earlier = described && { described, protect: system.protect };
  const whole = planPruning(members, desired, guards, keepers, earlier, approved);
  return { ...whole, approval: approvableOf(whole.held, approved.tree, guards) };
}

/** Keys of what an earlier revision describes; undefined when that is not known any more. */
async function describedAt(revision: string | undefined, run: SyncRun): Promise<ReadonlySet<string> | undefined> {
  const { context, mirror, inventory, cache, policyAt } = run;
  if (revision === undefined || policyAt === undefined) return undefined;
  const state = await earlierState(revision, mirror, policyAt, { ...context, applySet: inventory.id, cache });
  if (state === undefined || hasErrors(state.findings)) return undefined;
  return new Set([...state.objects, ...state.unavailable].map(({ key }) => key));
}
