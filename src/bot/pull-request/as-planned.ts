import { isDeepStrictEqual } from "node:util";
import { type ObjectRef, titleOf } from "../../core/manifest/kube-object.ts";
import type { Plan, PlannedObject } from "../../core/plan/plan.ts";
import type { RolloutOfSystem } from "../../core/report/report.ts";
import type { SyncedObject } from "../../link/messages.ts";

/**
 * What was applied against what was planned, object by object. An object that needed nothing any more is as planned: it was
 * brought there meanwhile, for the agent polls by itself too. A write that changed no field changed nothing that is planned.
 */
export function asPlanned(plan: Plan, synced: readonly SyncedObject[]): NonNullable<RolloutOfSystem["asPlanned"]> {
  const done = new Map(synced.map((object) => [keyOf(object), object]));
  const planned = plan.objects.filter(({ action }) => action !== "unchanged");
  const names = new Set(planned.map(keyOf));
  const unexpected = synced.filter((object) => !isIdle(object) && !names.has(keyOf(object)));
  const different = [
    ...planned.flatMap((object) => difference(object, done.get(keyOf(object)))),
    ...unexpected.map((object) => `${titleOf(object)}: ${object.action}, which was not planned`),
  ];
  const of = planned.length + unexpected.length;
  return { same: of - different.length, of, different };
}

function isIdle({ action, fields }: SyncedObject): boolean {
  return action === "unchanged" || (action === "update" && fields.length === 0);
}

/** Empty, or one sentence. */
function difference(planned: PlannedObject, done: SyncedObject | undefined): string[] {
  const name = titleOf(planned);
  if (done === undefined) {
    // What was to be deleted and is not there any more, nobody has to reach. The namespace that the agent makes around a system
    // is none of the system's objects: what lives in it tells that it is there.
    const isAround = planned.kind === "Namespace" && planned.file === undefined;
    return planned.action !== "delete" && !isAround ? [`${name}: planned ${planned.action}, never reached`] : [];
  }
  if (done.action === "unchanged") return [];
  if (done.action !== planned.action) return [`${name}: planned ${planned.action}, done ${done.action}`];
  const applied = new Map(done.fields.map((field) => [field.path, field]));
  const fields = planned.fields.filter(({ path, cause, after }) => {
    const field = applied.get(path);
    return cause === "pull-request" && field !== undefined && !isDeepStrictEqual(field.after, after);
  });
  return fields.length === 0 ? [] : [`${name}: another value in ${fields.map(({ path }) => path).join(", ")}`];
}

/** Group and kind name an object, whatever version a manifest is written in. */
function keyOf({ apiVersion, kind, namespace, name }: ObjectRef): string {
  const group = apiVersion.includes("/") ? apiVersion.split("/")[0] : "";
  return JSON.stringify([group, kind, namespace ?? "", name]);
}
