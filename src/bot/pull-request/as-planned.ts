import { type ObjectRef, titleOf } from "../../core/manifest/kube-object.ts";
import type { Plan, PlannedObject } from "../../core/plan/plan.ts";
import type { RolloutOfSystem } from "../../core/report/report.ts";
import type { SyncedObject } from "../../link/messages.ts";
import { ofAnswer, ofFields, otherValues } from "./compare-fields.ts";
import type { Compared } from "./fidelity.ts";
import { isApproved, whyOtherwise } from "./why-otherwise.ts";

/** What was applied against what was planned, for a reader. */
export function asPlanned(
  plan: Plan,
  synced: readonly SyncedObject[],
  isDone: boolean,
  together = false,
): NonNullable<RolloutOfSystem["asPlanned"]> {
  const compared = compareWithPlan(plan, synced, isDone, together);
  const different = compared.flatMap(({ told }) => told ?? []);
  return { same: compared.length - different.length, of: compared.length, different };
}

/**
 * What was applied against what was planned, object by object. Of an object that needed nothing any more, it counts what it had come
 * to: it was brought there meanwhile, for the agent polls by itself too, or the cluster keeps it as it was.
 *
 * @param isDone whether the sync came to its end, so that what it does not tell to be deleted is gone
 * @param together whether other pull requests went out with it: what the plan does not tell of may be theirs
 */
export function compareWithPlan(
  plan: Plan,
  synced: readonly SyncedObject[],
  isDone: boolean,
  together = false,
): Compared[] {
  const done = new Map(synced.map((object) => [keyOf(object), object]));
  const planned = plan.objects.filter(({ action }) => action !== "unchanged");
  const names = new Set(planned.map(keyOf));
  const isUnexpected = (object: SyncedObject) => !isIdle(object) && !names.has(keyOf(object));
  const unexpected = together ? [] : synced.filter(isUnexpected);
  return [
    ...planned.map((object) => ofPlanned(object, done.get(keyOf(object)), isDone, together)),
    ...unexpected.map((object) => ofUnplanned(object, notesOf(plan, object))),
  ];
}

/** What the plan tells of an object that it leaves alone, as fields that are not ours. */
const notesOf = (plan: Plan, object: ObjectRef): PlannedObject | undefined =>
  plan.objects.find((one) => keyOf(one) === keyOf(object));

function isIdle({ action, fields }: SyncedObject): boolean {
  return action === "unchanged" || (action === "update" && fields.length === 0);
}

function ofPlanned(
  planned: PlannedObject,
  done: SyncedObject | undefined,
  isDone: boolean,
  together: boolean,
): Compared {
  const name = titleOf(planned);
  if (done === undefined) {
    // What was to be deleted and is not there any more, nobody has to reach. The namespace that the agent makes around a system
    // is none of the system's objects: what lives in it tells that it is there.
    const isAround = planned.kind === "Namespace" && planned.file === undefined;
    if ((planned.action === "delete" && isDone) || isAround) return { fidelity: "as-planned" };
    // It tells of all that it holds.
    if (planned.action === "held" && isDone)
      return { fidelity: "otherwise", told: `${name}: planned held, and the system has it no more` };
    return { fidelity: "not-reached", told: `${name}: planned ${planned.action}, never reached` };
  }
  const isLeftAlone = planned.action === "held" && done.action === "unchanged";
  if (isLeftAlone || isApproved(planned.action, done)) return { fidelity: "as-planned" };
  const isTheirs = !isLet(planned, done) && !["held", "invalid"].includes(done.action);
  if (together && isTheirs) return withOthers(planned, done);
  const isNothingLeft = done.action === "unchanged" && !["delete", "invalid"].includes(planned.action);
  if (done.action !== planned.action && !isNothingLeft) {
    const [fidelity, why] = whyOtherwise(planned.action, done);
    return { fidelity, told: `${name}: planned ${planned.action}, done ${done.action}${why}` };
  }
  return ofFields(planned, done);
}

/** What was planned, where others may have changed more of the same object, or changed it first. */
function withOthers(planned: PlannedObject, done: SyncedObject): Compared {
  const isOther = isTurned(planned, done);
  const byCluster = isOther ? undefined : ofAnswer(planned, done, { isWhole: planned.action === "create" });
  if (byCluster !== undefined) return byCluster;
  const others = otherValues(planned, done, ({ cause }) => cause === "pull-request");
  if (!isOther && others.length === 0) return { fidelity: "as-planned" };
  const what = isOther ? `planned ${planned.action}, done ${done.action}` : `another value in ${others.join(", ")}`;
  return { fidelity: "with-others", told: `${titleOf(planned)}: ${what}, by what went out with it` };
}

/** The guards or the cluster did not let it, and did then; that others delete it is not what was refused. */
const isLet = (planned: PlannedObject, done: SyncedObject): boolean =>
  planned.action === "held" || (planned.action === "invalid" && done.action !== "delete");

/** One is that it goes, the other that it is there. */
const isTurned = (planned: PlannedObject, done: SyncedObject): boolean =>
  (planned.action === "delete") !== (done.action === "delete");

function ofUnplanned(done: SyncedObject, notes: PlannedObject | undefined): Compared {
  const name = titleOf(done);
  // Of what the plan does not show, nobody knows what the cluster had made of it already.
  if (done.action === "update") return ofFields(notes ?? { ...done, fields: [] }, done);
  const [fidelity, why] = whyOtherwise("unchanged", done);
  return { fidelity, told: `${name}: ${done.action}, which was not planned${why}` };
}

/** Group and kind name an object, whatever version a manifest is written in. */
function keyOf({ apiVersion, kind, namespace, name }: ObjectRef): string {
  const group = apiVersion.includes("/") ? apiVersion.split("/")[0] : "";
  return JSON.stringify([group, kind, namespace ?? "", name]);
}
