import { type Json, type KubeObject, refOf } from "../../core/manifest/kube-object.ts";
import { equalJson } from "../../core/plan/equal.ts";
import { isWithin, type Segment, valueAt } from "../../core/plan/field-path.ts";
import { type ForeignField, type ForeignRules, foreignHeld, withoutAdditions } from "../../core/plan/foreign-fields.ts";
import type { FieldChange } from "../../core/plan/plan.ts";
import { maskedPath, maskValue } from "../../core/plan/secret-mask.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import { isKubeError, isRefusal } from "../../kube/kube-error.ts";
import { patchInto } from "./as-written.ts";

/** More than so many are tried together or not at all. */
const mostTriedAlone = 20;

/** What others added to an object and taking it out would change: what the server fills in again by itself is no addition. */
export interface Additions {
  /** The very version that was looked at. */
  of: KubeObject;
  fields: ForeignField[];
  changes: FieldChange[];
  /** What it comes to without them; undefined when there is nothing to take out. */
  after: KubeObject | undefined;
}

/** What an object comes to without these; undefined where the server would not have that. */
type Without = (fields: readonly ForeignField[]) => Promise<KubeObject | undefined>;

/** A busy object changes between any two requests. */
const mostAttempts = 5;

/**
 * What an exact system takes out of an object, by the server's own dry run; of the object as it is by then, when somebody writes it
 * meanwhile.
 *
 * @throws when the cluster cannot be asked; `Conflict` when it is written all the time
 */
export async function additionsTo(
  kube: KubeClient,
  live: KubeObject,
  rules: ForeignRules,
  attempts = mostAttempts,
): Promise<Additions> {
  try {
    return await additionsBy(live, rules, (fields) => dryRun(kube, live, fields, rules));
  } catch (thrown) {
    const now = isKubeError(thrown, 409) && attempts > 1 ? await kube.get(refOf(live)) : undefined;
    if (now === undefined) throw thrown;
    return additionsTo(kube, now, rules, attempts - 1);
  }
}

/** The same, whatever is made of the object besides. */
export async function additionsBy(live: KubeObject, rules: ForeignRules, ask: Without): Promise<Additions> {
  const held = distinct(foreignHeld(live, rules)).filter(({ path }) => !isLifecycle(path));
  const { taken, after } = await asManyAsGo(held, ask);
  if (after === undefined) return { of: live, fields: [], changes: [], after };
  const fields = taken.filter(({ path, value }) => !equalJson(valueAt(after as Json, path), value));
  const changes = fields.map(({ path, value, manager, time }): FieldChange => {
    const next = valueAt(after as Json, path);
    return {
      path: maskedPath(live, path),
      cause: "foreign",
      before: maskValue(live, path, value),
      ...(next === undefined ? {} : { after: maskValue(after, path, next) }),
      manager,
      ...(time === undefined ? {} : { time }),
    };
  });
  return { of: live, fields, changes, after };
}

/** All of them, or where the server would not have that, one after the other what it lets go. */
async function asManyAsGo(
  held: readonly ForeignField[],
  ask: Without,
): Promise<{ taken: ForeignField[]; after: KubeObject | undefined }> {
  const all = held.length === 0 ? undefined : await ask(held);
  if (all !== undefined) return { taken: [...held], after: all };
  let [taken, after]: [ForeignField[], KubeObject | undefined] = [[], undefined];
  for (const one of held.length > 1 && held.length <= mostTriedAlone ? held : []) {
    const next = await ask([...taken, one]);
    if (next !== undefined) [taken, after] = [[...taken, one], next];
  }
  return { taken, after };
}

/**
 * Takes them out, of the object as it is by then when somebody writes it meanwhile.
 *
 * @returns the object as it is then, and what was taken out: nothing when it is written all the time, which the watch will tell
 */
export async function takeAdditionsOut(
  kube: KubeClient,
  seen: KubeObject,
  rules: ForeignRules,
): Promise<{ after: KubeObject; changes: FieldChange[] }> {
  let live: KubeObject | undefined = seen;
  for (let attempt = 1; live !== undefined && attempt <= mostAttempts; attempt++) {
    const { of, fields, changes } = await additionsTo(kube, live, rules);
    if (fields.length === 0) return { after: of, changes };
    try {
      return { after: await kube.patch(refOf(of), without(of, fields, rules), "merge", { of }), changes };
    } catch (thrown) {
      if (!isKubeError(thrown, 409)) throw thrown;
      live = await kube.get(refOf(of));
    }
  }
  return { after: live ?? seen, changes: [] };
}

const without = (live: KubeObject, fields: readonly ForeignField[], rules: ForeignRules) =>
  patchInto(live, withoutAdditions(live, fields, rules));

async function dryRun(
  kube: KubeClient,
  live: KubeObject,
  fields: readonly ForeignField[],
  rules: ForeignRules,
): Promise<KubeObject | undefined> {
  try {
    return await kube.patch(refOf(live), without(live, fields, rules), "merge", { dryRun: true, of: live });
  } catch (thrown) {
    if (!isRefusal(thrown) || isKubeError(thrown, 409)) throw thrown;
    return undefined;
  }
}

/** How an object ends is its controllers' to say: without its finalizer nothing would clean up after it. */
const isLifecycle = ([first, second]: readonly Segment[]): boolean =>
  first?.type === "field" &&
  first.name === "metadata" &&
  second?.type === "field" &&
  ["finalizers", "ownerReferences"].includes(second.name);

/** Several writers may hold one field, and one of them more than that. */
function distinct(held: readonly ForeignField[]): ForeignField[] {
  return held.filter(
    ({ path }, at) =>
      !held.some((one, index) => index !== at && isWithin(path, one.path) && (!isWithin(one.path, path) || index < at)),
  );
}
