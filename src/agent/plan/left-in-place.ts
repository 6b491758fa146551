import type { DesiredObject } from "../../core/plan/desired-object.ts";
import { foreignOwner } from "../../core/plan/guards/foreign-owner.ts";
import type { PlannedObject } from "../../core/plan/plan.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import { isRefusal } from "../../kube/kube-error.ts";
import { inParallel } from "../in-parallel.ts";

const atATime = 16;
const reason = "no manifest describes it any more, and no agent's inventory holds it, so that nothing deletes it";

export interface LeftInPlace {
  kube: KubeClient;
  base: readonly DesiredObject[];
  /** Keys of what the inventory holds, and of what is described still. */
  others: ReadonlySet<string>;
  /** Id of the system's ApplySet. */
  applySet: string;
}

/** What Git had and the folder has no more, and what stays in the cluster all the same. */
export async function leftInPlace({ kube, base, others, applySet }: LeftInPlace): Promise<PlannedObject[]> {
  const gone = base.filter(({ key }) => !others.has(key));
  const found = await inParallel(gone, atATime, async ({ ref, file, line }): Promise<PlannedObject[]> => {
    // Who may not look at it is told nothing of it.
    const live = await kube.get(ref).catch((thrown) => {
      if (!isRefusal(thrown)) throw thrown;
    });
    if (live === undefined || foreignOwner(live, applySet) !== undefined) return [];
    return [{ ...ref, action: "unchanged", fields: [], file, line, drifted: false, reason }];
  });
  return found.flat();
}
