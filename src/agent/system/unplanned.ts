import type { InventoryRecord } from "../cluster/inventory.ts";
import { deletionId } from "./deletion-id.ts";
import type { HeldDeletion, InventoryMember } from "./plan-pruning.ts";

/** More than that are not told apart. */
const most = 5_000;
const all = "*";

/**
 * The members, with which of them no merged plan tells to be deleted.
 *
 * @param planned keys of what the plans of the merge at hand told; undefined when there were none: then what was held before stays so
 */
export function withUnplanned(
  members: readonly InventoryMember[],
  planned: readonly string[] | undefined,
  record: Pick<InventoryRecord, "unplanned"> | undefined,
): InventoryMember[] {
  const told = planned && new Set(planned);
  const kept = new Set(record?.unplanned);
  const isUnplanned = (object: InventoryMember) =>
    told === undefined ? kept.has(all) || kept.has(deletionId(object)) : !told.has(object.key);
  return members.map((object) => ({ ...object, isUnplanned: isUnplanned(object) }));
}

/** What the inventory keeps of it, so that neither a restart nor the next commit lets go what nobody was told of. */
export function unplannedIn(held: readonly HeldDeletion[]): string[] {
  const ids = held.filter(({ object }) => object.isUnplanned).map(({ object }) => deletionId(object));
  return ids.length > most ? [all] : ids.sort();
}
