import { applyWaves } from "../../core/plan/apply-order.ts";
import { PART_OF } from "../../core/plan/guards/foreign-owner.ts";
import { isKubeError, isRefusal } from "../../kube/kube-error.ts";
import type { SyncedObject } from "../../link/messages.ts";
import type { AgentContext } from "../agent-context.ts";
import { inParallel } from "../in-parallel.ts";
import { approvedReason, type Pruning } from "./plan-pruning.ts";

const atATime = 16;

/** Deletes in the reverse order of applying, and only what is still ours. */
export async function prune(
  { kube }: Pick<AgentContext, "kube">,
  applySet: string,
  { deletions, held, approved }: Pick<Pruning, "deletions" | "held" | "approved">,
  signal: AbortSignal,
): Promise<SyncedObject[]> {
  const results = held.map(
    ({ object, reason }): SyncedObject => ({ ...object.ref, action: "held", fields: [], reason }),
  );
  for (const wave of applyWaves(deletions, ({ ref }) => ref).reverse()) {
    const deleted = await inParallel(wave, atATime, async ({ key, ref, uid }): Promise<SyncedObject[]> => {
      signal.throwIfAborted();
      const reason = approvedReason(approved.get(key));
      for (;;) {
        try {
          const live = await kube.get(ref);
          if (live === undefined || live.metadata.uid !== uid) return [];
          if (live.metadata.labels?.[PART_OF] !== applySet) return [];
          const { resourceVersion } = live.metadata;
          await kube.delete(ref, { uid, ...(resourceVersion === undefined ? {} : { resourceVersion }) });
          return [{ ...ref, action: "delete", fields: [], ...(reason === undefined ? {} : { reason }) }];
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
