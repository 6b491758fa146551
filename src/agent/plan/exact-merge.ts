import { withoutPicks } from "../../core/plan/chosen-values.ts";
import type { DesiredObject } from "../../core/plan/desired-object.ts";
import { withoutFields } from "../../core/plan/field-path.ts";
import { type ForeignRules, foreignFields } from "../../core/plan/foreign-fields.ts";
import type { FieldChange } from "../../core/plan/plan.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import { isRefusedForGood } from "../../kube/kube-error.ts";
import type { Warned } from "../../kube/transport.ts";
import { additionsTo } from "../cluster/additions.ts";
import { asWritten } from "./as-written.ts";
import type { MergeRuns } from "./merged-here.ts";

/** What merging makes of an object of an exact system, and what others added that goes with it. */
export interface ExactMerge {
  runs: MergeRuns;
  added: FieldChange[];
}

/**
 * What others added goes with the write that merges, which is asked as a patch of what is live into what it comes to. Where the server
 * would not have that, the merge comes first, as a sync does it then.
 *
 * @returns undefined when nobody has added anything that would stay
 */
export async function exactMerge(
  { kube, warned }: { kube: KubeClient; warned: Warned },
  { object }: DesiredObject,
  runs: MergeRuns,
  rules: ForeignRules,
): Promise<ExactMerge | undefined> {
  const { live, merge, healed, dropped } = runs;
  if (foreignFields(live, withoutFields(merge, dropped), rules).length === 0) return undefined;
  const { fields, changes: added } = await additionsTo(kube, live, rules);
  if (fields.length === 0) return undefined;
  const gone = fields.map(({ path }) => path);
  try {
    const wanted = withoutFields(withoutPicks(merge, live, [object]), gone);
    const after = await asWritten(kube, live, wanted, warned);
    return { runs: { ...runs, merge: after, healed: healed && withoutFields(healed, gone) }, added };
  } catch (thrown) {
    if (!isRefusedForGood(thrown)) throw thrown;
    return { runs, added };
  }
}
