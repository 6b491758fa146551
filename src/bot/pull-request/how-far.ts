import { identityKey } from "../../core/manifest/kube-object.ts";
import type { Action, Plan, PlannedObject } from "../../core/plan/plan.ts";
import type { Reached } from "../../core/report/report.ts";
import type { SyncedObject } from "../../link/messages.ts";

/** Of these nothing is applied, or nothing of this merge is to be. */
const isNoWork: ReadonlySet<Action> = new Set(["unchanged", "held", "invalid"]);

/**
 * How far a sync has come that failed.
 *
 * @param synced what was done to each object that it came to
 * @returns undefined where it does not tell
 */
export function howFar(plan: Plan | undefined, synced: readonly SyncedObject[] = []): Reached | undefined {
  if (synced.length === 0) return undefined;
  const done = new Map(synced.map((object) => [identityKey(object), object]));
  if (plan === undefined) {
    // A sync that comes again finds what an earlier one has applied as it is to be, and so tells nothing of it.
    if (synced.every(({ action }) => action === "unchanged")) return undefined;
    return { applied: synced.filter(({ action }) => !isNoWork.has(action)).length, left: [] };
  }
  const isOurs = ({ action, pending, kind, file }: PlannedObject) => {
    // The namespace that the agent makes around a system is none of its objects.
    const isAround = kind === "Namespace" && file === undefined;
    return action !== "unchanged" && !isAround && !(pending === true && isNoWork.has(action));
  };
  const planned = plan.objects.filter(isOurs);
  const isDone = (object: PlannedObject) => {
    const action = done.get(identityKey(object))?.action ?? "invalid";
    return !isNoWork.has(action) || (action === "unchanged" && !isNoWork.has(object.action));
  };
  const applied = planned.filter(isDone);
  const left = planned.filter((object) => !isNoWork.has(object.action) && !done.has(identityKey(object)));
  return { applied: applied.length, of: planned.length, left };
}
