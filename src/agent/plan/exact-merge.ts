import { withoutPicks } from "../../core/plan/chosen-values.ts";
import type { DesiredObject } from "../../core/plan/desired-object.ts";
import { withoutFields } from "../../core/plan/field-path.ts";
import { type ForeignRules, foreignFields, withoutAdditions } from "../../core/plan/foreign-fields.ts";
import type { FieldChange } from "../../core/plan/plan.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import { unlessRefused } from "../../kube/kube-error.ts";
import type { Warned } from "../../kube/transport.ts";
import { additionsBy } from "../cluster/additions.ts";
import { asWritten } from "../cluster/as-written.ts";
import type { MergeRuns } from "./merged-here.ts";

/** What merging makes of an object of an exact system, and what others added that goes with it. */
export interface ExactMerge {
  runs: MergeRuns;
  added: FieldChange[];
}

/**
 * What others added goes with the write that merges, which is asked as a patch of what is live into what it comes to; what the server
 * would not have gone stays.
 *
 * @returns undefined when nobody has added anything that goes
 */
export async function exactMerge(
  { kube, warned }: { kube: KubeClient; warned: Warned },
  { object }: DesiredObject,
  runs: MergeRuns,
  rules: ForeignRules,
): Promise<ExactMerge | undefined> {
  const { live, merge, healed, dropped } = runs;
  if (foreignFields(live, withoutFields(merge, dropped), rules).length === 0) return undefined;
  const wanted = withoutPicks(merge, live, [object]);
  const { fields, changes, after } = await additionsBy(live, rules, async (gone) => {
    return asWritten(kube, live, withoutAdditions(wanted, gone, rules), warned).catch(unlessRefused);
  });
  if (after === undefined || fields.length === 0) return undefined;
  return { runs: { ...runs, merge: after, healed: healed && withoutAdditions(healed, fields, rules) }, added: changes };
}
