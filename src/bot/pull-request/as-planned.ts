import { isDeepStrictEqual } from "node:util";
import { type ObjectRef, titleOf } from "../../core/manifest/kube-object.ts";
import { isShownWithin } from "../../core/plan/field-path.ts";
import type { FieldChange, Plan, PlannedObject } from "../../core/plan/plan.ts";
import type { RolloutOfSystem } from "../../core/report/report.ts";
import type { SyncedObject } from "../../link/messages.ts";

/**
 * What became of one object by the side of what was planned, and why:
 * - `as-planned`: that, or nothing was left to do of it
 * - `written-meanwhile`, `made-meanwhile`, `deleted-meanwhile`: somebody did that after the plan was made
 * - `changed-by-cluster`: the cluster made something else of it when it was written than when it was asked
 * - `held`, `refused`: the guards or the cluster did not let it
 * - `not-reached`: the sync ended before it
 * - `with-others`: other pull requests went out with it, and made something else of it
 * - `otherwise`: for no reason that is known
 */
export const FIDELITIES = [
  "as-planned",
  "written-meanwhile",
  "made-meanwhile",
  "deleted-meanwhile",
  "changed-by-cluster",
  "held",
  "refused",
  "not-reached",
  "with-others",
  "otherwise",
] as const;
export type Fidelity = (typeof FIDELITIES)[number];

interface Compared {
  fidelity: Fidelity;
  /** What was different, for a person. */
  told?: string;
}

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
 * What was applied against what was planned, object by object. An object that needed nothing any more is as planned: it was
 * brought there meanwhile, for the agent polls by itself too. A write that changed no field changed nothing that is planned.
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
const notesOf = (plan: Plan, object: ObjectRef): readonly FieldChange[] =>
  plan.objects.find((one) => keyOf(one) === keyOf(object))?.fields ?? [];

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
    return { fidelity: "not-reached", told: `${name}: planned ${planned.action}, never reached` };
  }
  if (done.action === "unchanged") return { fidelity: "as-planned" };
  if (together && !["held", "invalid"].includes(done.action)) return withOthers(planned, done);
  if (done.action !== planned.action) {
    const [fidelity, why] = whyOtherwise(done);
    return { fidelity, told: `${name}: planned ${planned.action}, done ${done.action}${why}` };
  }
  return ofFields(name, planned.fields, done.fields);
}

/** What was planned, where others may have changed more of the same object, or changed it first. */
function withOthers(planned: PlannedObject, done: SyncedObject): Compared {
  const applied = new Map(done.fields.map((field) => [field.path, field]));
  const others = planned.fields.filter(({ path, cause, after }) => {
    const field = applied.get(path);
    return cause === "pull-request" && field !== undefined && !isDeepStrictEqual(field.after, after);
  });
  const isGone = done.action === "delete" && planned.action !== "delete";
  if (!isGone && others.length === 0) return { fidelity: "as-planned" };
  const what = isGone
    ? `planned ${planned.action}, done delete`
    : `another value in ${others.map(({ path }) => path).join(", ")}`;
  return { fidelity: "with-others", told: `${titleOf(planned)}: ${what}, by what went out with it` };
}

function ofUnplanned(done: SyncedObject, notes: readonly FieldChange[]): Compared {
  const name = titleOf(done);
  if (done.action === "update") return ofFields(name, notes, done.fields);
  const [fidelity, why] = whyOtherwise(done);
  return { fidelity, told: `${name}: ${done.action}, which was not planned${why}` };
}

function whyOtherwise({ action, reason }: SyncedObject): [Fidelity, why: string] {
  switch (action) {
    case "create":
      return ["deleted-meanwhile", ": somebody deleted it meanwhile"];
    case "adopt":
    case "update":
      return ["made-meanwhile", ": somebody made it meanwhile"];
    case "held":
      return ["held", reason === undefined ? "" : `: ${reason}`];
    case "invalid":
      return ["refused", reason === undefined ? "" : `: ${reason}`];
    default:
      return ["otherwise", ""];
  }
}

function ofFields(name: string, planned: readonly FieldChange[], done: readonly FieldChange[]): Compared {
  const applied = new Map(done.map((field) => [field.path, field]));
  const others = planned.filter(({ path, cause, after }) => {
    const field = applied.get(path);
    return cause !== "foreign" && cause !== "ignored" && field !== undefined && !isDeepStrictEqual(field.after, after);
  });
  if (others.length > 0) {
    const told = `${name}: the cluster made another value in ${others.map(({ path }) => path).join(", ")}`;
    return { fidelity: "changed-by-cluster", told };
  }
  const stays = planned.filter(
    ({ path, cause, before, after }) =>
      cause === "foreign" &&
      !isDeepStrictEqual(before, after) &&
      !done.some((field) => isShownWithin(path, field.path)),
  );
  if (stays.length > 0 && done.length > 0) {
    const told = `${name}: ${stays.map(({ path }) => path).join(", ")} was to be taken out, and is there`;
    return { fidelity: "otherwise", told };
  }
  const more = done.filter(
    (field) => !planned.some(({ path }) => isShownWithin(field.path, path) || isShownWithin(path, field.path)),
  );
  if (more.length === 0) return { fidelity: "as-planned" };
  const written = more.filter(({ manager }) => manager !== undefined);
  if (written.length > 0) {
    const told = written.map(({ path, manager }) => `${path} was written by ${manager}`).join(", ");
    return { fidelity: "written-meanwhile", told: `${name}: ${told} meanwhile, and is again what Git says` };
  }
  const told = `${name}: ${more.map(({ path }) => path).join(", ")} changed too, which was not planned`;
  return { fidelity: "changed-by-cluster", told };
}

/** Group and kind name an object, whatever version a manifest is written in. */
function keyOf({ apiVersion, kind, namespace, name }: ObjectRef): string {
  const group = apiVersion.includes("/") ? apiVersion.split("/")[0] : "";
  return JSON.stringify([group, kind, namespace ?? "", name]);
}
