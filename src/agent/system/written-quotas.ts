import type { Action } from "../../core/plan/plan.ts";
import { refusingQuota } from "../../core/plan/quotas/quota-refusal.ts";
import { kindOf } from "../../core/plan/risks/risk.ts";
import type { SyncedObject } from "../../link/messages.ts";

const written: ReadonlySet<Action> = new Set(["create", "update", "adopt", "recreate"]);

/** Within which a cluster counts for a quota anew, be it a busy one; what is refused for longer is refused for good. */
const countsWithinMs = 10_000;

/** Quotas that a sync has written: each holds as it was until the cluster has counted for it anew, which it does by itself. */
export interface WrittenQuotas {
  /** @param applied what one attempt has done */
  note(applied: readonly SyncedObject[]): void;
  /** Whether an object is refused by a quota that has just been written. */
  isAwaited(refused: SyncedObject): boolean;
}

/** @param now milliseconds since the epoch */
export function writtenQuotas(now: () => number): WrittenQuotas {
  const writtenAt = new Map<string, number>();
  return {
    note(applied) {
      for (const one of applied) {
        if (kindOf(one) === "ResourceQuota" && written.has(one.action)) writtenAt.set(keyOf(one, one.name), now());
      }
    },
    isAwaited(refused) {
      const name = refusingQuota(refused.reason ?? "");
      const at = name === undefined ? undefined : writtenAt.get(keyOf(refused, name));
      return at !== undefined && now() - at < countsWithinMs;
    },
  };
}

const keyOf = ({ namespace = "" }: Pick<SyncedObject, "namespace">, name: string): string => `${namespace}/${name}`;
