import type { SystemConfig } from "../../core/config/system.ts";
import { identityKey } from "../../core/manifest/kube-object.ts";
import type { SyncedObject } from "../../link/messages.ts";
import { type Clock, realClock } from "../clock.ts";
import type { DesiredState } from "../render-tree.ts";
import { applyAll } from "./apply-all.ts";
import { reasonsTold } from "./reasons-told.ts";
import type { SyncRun } from "./sync-run.ts";
import { writtenQuotas } from "./written-quotas.ts";

const firstRetryMs = 1_000;
const longestRetryMs = 60_000;

type TakenRun = Pick<
  SyncRun,
  "context" | "inventory" | "system" | "applied" | "previous" | "neighbours" | "signal" | "progress" | "outcome"
>;

/**
 * Applies everything. What the cluster refuses is told at once and tried again, ever less often, since the reason may go away:
 * its namespace is made later, or a webhook was down. Where it only has to count for a quota anew, it is given the time for that.
 */
export async function applyUntilTaken(
  run: TakenRun,
  first: DesiredState,
  { ignore, exact }: Pick<SystemConfig, "ignore" | "exact">,
  { enact, render }: { enact(state: DesiredState): Promise<() => void>; render(): Promise<DesiredState> },
  clock: Clock = realClock,
): Promise<{ objects: SyncedObject[]; state: DesiredState }> {
  const { context, inventory, system, applied, previous, neighbours, signal, progress } = run;
  const target = {
    context,
    applySet: inventory.id,
    system: system.name,
    applied,
    previous,
    ignore,
    exact,
    neighbours,
    signal,
    clock,
  };
  const done = new Map<string, SyncedObject>();
  const quotas = writtenQuotas(clock.now);
  let state = first;
  let told = "";
  let wait = firstRetryMs;
  for (;;) {
    const finished = await enact(state);
    const total = state.objects.length;
    const applied = await applyAll(target, state.objects, (count, { action, kind, name }) => {
      if (action !== "unchanged") progress("applying", `${action} ${kind} ${name}`, count, total);
    }).finally(finished);
    quotas.note(applied);
    const objects = [
      ...applied,
      ...state.unavailable.map(({ ref, reason }): SyncedObject => ({ ...ref, action: "invalid", fields: [], reason })),
    ];
    for (const one of objects) {
      const before = done.get(identityKey(one));
      // An earlier attempt may have done it already, and this one found nothing left to do.
      if (before === undefined || before.action === "invalid" || one.action !== "unchanged") {
        done.set(identityKey(one), one);
      }
    }
    const refused = objects.filter(({ action }) => action === "invalid");
    if (refused.length === 0) return { objects: [...done.values()], state };
    const isAwaited = refused.every(quotas.isAwaited);
    const details = reasonsTold(refused);
    if (!isAwaited && details.join("\n") !== told) {
      const [first] = refused;
      const message = `the cluster refuses ${first!.kind} ${first!.name}: ${first!.reason}`;
      run.outcome({ outcome: "failed", objects: [...done.values()], message, details });
      told = details.join("\n");
    }
    await clock.sleep(wait, signal);
    if (!isAwaited) wait = Math.min(wait * 2, longestRetryMs);
    // Where they belong may be known by now.
    if (state.unavailable.length > 0) {
      for (const { ref } of state.unavailable) done.delete(identityKey(ref));
      state = await render();
    }
  }
}
