import type { Action } from "../../core/plan/plan.ts";
import { refusingQuota } from "../../core/plan/quotas/quota-refusal.ts";
import { kindOf } from "../../core/plan/risks/risk.ts";
import type { SyncedObject } from "../../link/messages.ts";

const written: ReadonlySet<Action> = new Set(["create", "update", "adopt", "recreate"]);

/**
 * Whether an object is refused by a quota that has just been written: a quota holds as it was until the cluster has counted for it
 * anew, which it does by itself in a moment.
 *
 * @param attempt what was done in the same one
 */
export function awaitsQuota(refused: SyncedObject, attempt: readonly SyncedObject[]): boolean {
  const name = refusingQuota(refused.reason ?? "");
  return attempt.some(
    (one) =>
      kindOf(one) === "ResourceQuota" &&
      one.name === name &&
      one.namespace === refused.namespace &&
      written.has(one.action),
  );
}
