import type { SystemConfig } from "../../core/config/system.ts";
import { applyWaves } from "../../core/plan/apply-order.ts";
import type { DesiredObject } from "../../core/plan/desired-object.ts";
import { emptyRenderHolds } from "../../core/plan/guards/empty-render.ts";
import { PART_OF } from "../../core/plan/guards/foreign-owner.ts";
import { protectedKind } from "../../core/plan/guards/protected-kinds.ts";
import { tooManyDeletions } from "../../core/plan/guards/too-many-deletions.ts";
import { isKubeError, isRefusal } from "../../kube/kube-error.ts";
import type { SyncedObject } from "../../link/messages.ts";
import type { AgentContext } from "../agent-context.ts";
import type { Seen } from "../cluster/cluster-view.ts";
import { inParallel } from "../in-parallel.ts";
import type { Keeper, Neighbours } from "./neighbours.ts";

/** An object that the inventory holds now. */
export type InventoryMember = Pick<Seen, "key" | "ref" | "uid" | "terminating">;

/** What Git no longer has: what goes, and what a guard keeps. */
export interface Pruning {
  deletions: InventoryMember[];
  held: { object: InventoryMember; reason: string }[];
  /** What another system of the repository describes now: it is left there for it. */
  moved: { object: InventoryMember; to: string }[];
}

/**
 * @param policy of the revision processed before, so that a commit cannot loosen the guard that it would meet
 * @param keepers by key, of what another system keeps
 */
export function planPruning(
  members: readonly InventoryMember[],
  desired: ReadonlyMap<string, DesiredObject>,
  policy: Pick<SystemConfig, "prune" | "protect">,
  keepers: ReadonlyMap<string, Keeper> = new Map(),
): Pruning {
  const pruning: Pruning = { deletions: [], held: [], moved: [] };
  const gone: InventoryMember[] = [];
  for (const object of policy.prune ? noLongerDescribed(members, desired) : []) {
    const keeper = keepers.get(object.key);
    if (keeper !== undefined && "to" in keeper) pruning.moved.push({ object, to: keeper.to });
    else gone.push(object);
  }
  const all =
    emptyRenderHolds(desired.size, gone.length) ?? tooManyDeletions(gone.length, members.length, policy.protect);
  for (const object of gone) {
    const keeper = keepers.get(object.key);
    const kept = keeper !== undefined && "reason" in keeper ? keeper.reason : undefined;
    const reason = all ?? protectedKind(object.ref) ?? kept;
    if (reason === undefined) pruning.deletions.push(object);
    else pruning.held.push({ object, reason });
  }
  return pruning;
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

const atATime = 16;

/** Deletes in the reverse order of applying, and only what is still ours. */
export async function prune(
  { kube }: Pick<AgentContext, "kube">,
  applySet: string,
  { deletions, held }: Pick<Pruning, "deletions" | "held">,
  signal: AbortSignal,
): Promise<SyncedObject[]> {
  const results = held.map(
    ({ object, reason }): SyncedObject => ({ ...object.ref, action: "held", fields: [], reason }),
  );
  for (const wave of applyWaves(deletions, ({ ref }) => ref).reverse()) {
    const deleted = await inParallel(wave, atATime, async ({ ref, uid }): Promise<SyncedObject[]> => {
      signal.throwIfAborted();
      for (;;) {
        try {
          const live = await kube.get(ref);
          if (live === undefined || live.metadata.uid !== uid) return [];
          if (live.metadata.labels?.[PART_OF] !== applySet) return [];
          const { resourceVersion } = live.metadata;
          await kube.delete(ref, { uid, ...(resourceVersion === undefined ? {} : { resourceVersion }) });
          return [{ ...ref, action: "delete", fields: [] }];
        } catch (thrown) {
          // Somebody wrote it in between; whether it is still ours has to be seen again.
          if (isKubeError(thrown, 409)) continue;
          if (!isRefusal(thrown)) throw thrown;
          return [{ ...ref, action: "held", fields: [], reason: thrown.message }];
        }
      }
    });
    results.push(...deleted.flat());
  }
  return results;
}
