import type { SystemConfig } from "../../core/config/system.ts";
import { quoted } from "../../core/manifest/quoted.ts";
import {
  type ApprovableDeletions,
  approvedDeletions,
  type DeletionApproval,
} from "../../core/plan/deletion-approval.ts";
import type { DesiredObject } from "../../core/plan/desired-object.ts";
import { emptyRenderHolds } from "../../core/plan/guards/empty-render.ts";
import { protectedKind } from "../../core/plan/guards/protected-kinds.ts";
import { protectedReason } from "../../core/plan/guards/protected-object.ts";
import { tooManyDeletions } from "../../core/plan/guards/too-many-deletions.ts";
import { unplannedReason } from "../../core/plan/guards/unplanned.ts";
import type { Seen } from "../cluster/cluster-view.ts";
import { deletionId } from "./deletion-id.ts";
import type { Keeper, Neighbours } from "./neighbours.ts";

/** An object that the inventory holds now. */
export interface InventoryMember extends Pick<Seen, "key" | "ref" | "uid" | "terminating" | "isProtected"> {
  /** Nobody who merged was told that it would go. */
  isUnplanned?: boolean;
}

/** What Git no longer has: what goes, and what a guard keeps. */
export interface Pruning {
  deletions: InventoryMember[];
  /** Why a guard would have kept some of the deletions, and who let them go; by key. */
  approved: Map<string, { reason: string; by: string }>;
  held: HeldDeletion[];
  /** What another system of the repository describes now: it is left there for it. */
  moved: { object: InventoryMember; to: string }[];
  /** What stays because the system deletes nothing. */
  unpruned: InventoryMember[];
}

export interface HeldDeletion {
  object: InventoryMember;
  reason: string;
  /** An earlier commit took it out of Git, and was told then. */
  leftOver: boolean;
  /** Whether somebody's approval lets it go. */
  approvable: boolean;
}

/** What somebody let go, of the tree that the system's path has. */
export interface ApprovedTree {
  tree: string | undefined;
  approvals: readonly DeletionApproval[];
}

/** To tell what a commit takes out of Git from what earlier ones have taken out, and a guard has held. */
export interface Earlier {
  /** Keys of what the revision processed before describes. */
  described: ReadonlySet<string>;
  /** The commit's own guard, which counts for what earlier ones have taken out: they did not loosen it themselves. */
  protect: SystemConfig["protect"];
}

/**
 * @param policy of the revision processed before, so that a commit cannot loosen the guard that it would meet
 * @param keepers by key, of what another system keeps
 * @param earlier undefined where nothing is known of it: then the commit answers for all deletions
 * @param approved what a guard holds and somebody has let go
 */
export function planPruning(
  members: readonly InventoryMember[],
  desired: ReadonlyMap<string, DesiredObject>,
  policy: Pick<SystemConfig, "prune" | "protect">,
  keepers: ReadonlyMap<string, Keeper> = new Map(),
  earlier?: Earlier,
  { tree, approvals }: ApprovedTree = { tree: undefined, approvals: [] },
): Pruning {
  const pruning: Pruning = { deletions: [], approved: new Map(), held: [], moved: [], unpruned: [] };
  const gone: InventoryMember[] = [];
  for (const object of noLongerDescribed(members, desired)) {
    const keeper = keepers.get(object.key);
    if (keeper !== undefined && "to" in keeper) pruning.moved.push({ object, to: keeper.to });
    else (policy.prune ? gone : pruning.unpruned).push(object);
  }
  const isLeftOver = ({ key }: InventoryMember) => earlier !== undefined && !earlier.described.has(key);
  const own = gone.filter((object) => !isLeftOver(object)).length;
  const tooMany = (count: number, protect: SystemConfig["protect"]) => tooManyDeletions(count, members.length, protect);
  const empty = emptyRenderHolds(desired.size, gone.length);
  const all = tooMany(gone.length, policy.protect);
  const ofOwn = tooMany(own, policy.protect) && all;
  const ofLeftOver = ofOwn ?? (all && tooMany(gone.length, (earlier ?? policy).protect));
  for (const object of gone) {
    const keeper = keepers.get(object.key);
    const kept = keeper !== undefined && "reason" in keeper ? keeper.reason : undefined;
    const bySelf = object.isProtected ? protectedReason : undefined;
    const leftOver = isLeftOver(object);
    const byPlan = object.isUnplanned === true ? unplannedReason : undefined;
    const guard = (leftOver ? ofLeftOver : ofOwn) ?? protectedKind(object.ref) ?? bySelf ?? byPlan;
    const reason = empty ?? guard ?? kept;
    const approvable = empty === undefined && kept === undefined;
    if (reason === undefined) pruning.deletions.push(object);
    else pruning.held.push({ object, reason, leftOver, approvable });
  }
  const asks = pruning.held.filter(({ approvable }) => approvable);
  const asksOfOwn = asks.filter((one) => !one.leftOver).map(({ object }) => deletionId(object));
  const approved = approvedDeletions(approvals, tree, asksOfOwn);
  for (const { object, reason } of asks) {
    const by = approved.by(deletionId(object));
    if (by === undefined) continue;
    pruning.approved.set(object.key, { reason, by });
    pruning.deletions.push(object);
  }
  pruning.held = pruning.held.filter(({ object }) => !pruning.approved.has(object.key));
  return pruning;
}

/** Why it would have been kept, and who let it go. */
export const approvedReason = (approved: { reason: string; by: string } | undefined): string | undefined =>
  approved && `${approved.reason}; approved by ${quoted(approved.by)}`;

/** What an approval of these has to name; undefined when no approval would let any of them go. */
export function approvableOf(
  held: readonly HeldDeletion[],
  tree: string | undefined,
  { approvers }: Pick<SystemConfig, "approvers">,
): ApprovableDeletions | undefined {
  const deletes = held.filter(({ approvable }) => approvable).map(({ object }) => deletionId(object));
  return tree === undefined || deletes.length === 0 ? undefined : { tree, deletes, approvers };
}

/** In one order, whatever order the cluster told them in: the same plan made twice reads the same. */
const noLongerDescribed = (members: readonly InventoryMember[], desired: ReadonlyMap<string, DesiredObject>) =>
  members
    .filter(({ key, terminating }) => !desired.has(key) && !terminating)
    .sort((one, other) => (one.key < other.key ? -1 : 1));

/** Which of the objects that Git no longer describes in this system another one keeps. Asks nobody when there are none. */
export async function keepersOf(
  members: readonly InventoryMember[],
  desired: ReadonlyMap<string, DesiredObject>,
  neighbours: Neighbours | undefined,
): Promise<Map<string, Keeper>> {
  const keepers = new Map<string, Keeper>();
  for (const { key } of noLongerDescribed(members, desired)) {
    const keeper = await neighbours?.keeperOf(key);
    if (keeper !== undefined) keepers.set(key, keeper);
  }
  return keepers;
}
