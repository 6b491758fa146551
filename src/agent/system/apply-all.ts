import { groupOf } from "../../core/manifest/kube-object.ts";
import { applyWaves, heldUpBy } from "../../core/plan/apply-order.ts";
import type { DesiredObject } from "../../core/plan/desired-object.ts";
import type { SyncedObject } from "../../link/messages.ts";
import { followKinds } from "../cluster/follow-kinds.ts";
import { groupKindsOf } from "../cluster/group-kind.ts";
import { inParallel } from "../in-parallel.ts";
import { type ApplyTarget, applyObject } from "./apply-object.ts";
import { isDefinition, untilServed } from "./prerequisites.ts";

/** Fewer than the transport lets through, so that heals and plans need not queue behind a large sync. */
const atATime = 16;

/**
 * Applies in waves: what must be there first comes first. When the cluster refuses something, what may need it is left alone,
 * so that no workload starts on a configuration that is not there; all others go on.
 * @returns per object what was done; nothing for one that was left alone
 */
export async function applyAll(
  target: ApplyTarget,
  desired: readonly DesiredObject[],
  onApplied: (done: number, last: SyncedObject) => void,
): Promise<SyncedObject[]> {
  const { view, kube } = target.context;
  const results: SyncedObject[] = [];
  const refusals: SyncedObject[] = [];
  for (const next of applyWaves(desired, ({ ref }) => ref)) {
    const before = [...refusals];
    const wave = next.filter(({ ref }) => !before.some((one) => heldUpBy(ref, one)));
    const unseen = await followKinds(view, groupKindsOf(wave.map(({ ref }) => ref)), target.signal);
    await inParallel(wave, atATime, async (one) => {
      target.signal.throwIfAborted();
      const blind = unseen.find(({ group, kind }) => kind === one.ref.kind && group === groupOf(one.ref.apiVersion));
      // What cannot be watched could neither be kept true nor be awaited.
      const result = blind === undefined ? await applyObject(target, one) : refused(one, blind.why.message);
      const isNew = result.action !== "unchanged" && result.action !== "invalid";
      if (isNew && isDefinition(one.ref)) await untilServed(kube, view, one.object, target.signal);
      if (result.action === "invalid") refusals.push(result);
      results.push(result);
      onApplied(results.length, result);
    });
  }
  return results;
}

const refused = ({ ref }: DesiredObject, reason: string): SyncedObject => ({
  ...ref,
  action: "invalid",
  fields: [],
  reason,
});
