import type { SystemConfig } from "../../core/config/system.ts";
import type { KubeObject, ManagedFieldsEntry } from "../../core/manifest/kube-object.ts";
import { alteredFields, keptFields } from "../../core/plan/came-out.ts";
import type { DesiredObject } from "../../core/plan/desired-object.ts";
import { isTold } from "../../core/plan/field-path.ts";
import { type ForeignRules, hasOtherWriters } from "../../core/plan/foreign-fields.ts";
import { foreignOwner, PART_OF } from "../../core/plan/guards/foreign-owner.ts";
import { madeElsewhere } from "../../core/plan/guards/made-elsewhere.ts";
import { ignoredPointers, withLiveIgnored } from "../../core/plan/ignored-fields.ts";
import type { SchemaPlaces } from "../../core/plan/list-keys.ts";
import { heldOnceHealed } from "../../core/plan/managed-fields.ts";
import { isIgnored, objectChanges } from "../../core/plan/object-changes.ts";
import type { State } from "../../core/plan/owned-lists.ts";
import { type ApplyOptions, FIELD_MANAGER } from "../../kube/kube-client.ts";
import { isKubeError, isRefusal, unlessRefused } from "../../kube/kube-error.ts";
import type { CameOut, SyncedObject } from "../../link/messages.ts";
import type { AgentContext } from "../agent-context.ts";
import type { Clock } from "../clock.ts";
import { type Additions, additionsTo, takeAdditionsOut } from "../cluster/additions.ts";
import { type Added, type Apply, applyOver, applyWithHolders } from "../cluster/apply-over.ts";
import { NotYet } from "../refused.ts";
import { type Applied, appliedAs, conditionOf, digestOf, unchangedObject } from "./enacted.ts";
import { movesFrom, type Neighbours } from "./neighbours.ts";
import { finalizersFirst, untilGone } from "./prerequisites.ts";

export interface ApplyTarget {
  context: AgentContext;
  applySet: string;
  applied: Map<string, Applied>;
  /** What the system was kept true to before. */
  previous: ReadonlyMap<string, DesiredObject> | undefined;
  ignore: SystemConfig["ignore"];
  /** What others added to what is ours already goes. */
  exact: boolean;
  system: string;
  neighbours: Neighbours | undefined;
  signal: AbortSignal;
  clock: Clock;
}

/** A busy object changes between any two requests. */
const mostAttempts = 5;

/**
 * Makes one object what Git says. What is known to be so already costs no request.
 * @returns what was done; `invalid` when the cluster refuses it, or does not let go of what is being deleted, `held` when it is somebody else's
 * @throws when the cluster cannot be asked
 */
export async function applyObject(
  target: ApplyTarget,
  desired: DesiredObject,
  { attempt, first: firstSeen }: { attempt: number; first?: KubeObject | undefined } = { attempt: 1 },
): Promise<SyncedObject> {
  const { context, applySet, applied, signal } = target;
  const { kube, view, mark } = context;
  const { key, ref } = desired;
  const digest = digestOf(desired.object);
  const known = applied.get(key);
  const condition = conditionOf(view, applySet, key, known, target.exact);
  const isShared = known?.isShared === true;
  if (condition === "as-applied" && known?.digest === digest && !isShared) return unchangedObject(desired, applied);
  if (condition === "terminating") {
    const isGone = await untilGone(kube, ref, signal, target.clock).then(() => true, unlessNotYet);
    if (!isGone) return { ...ref, action: "invalid", fields: [], reason: `it ${finalizersFirst}` };
  }
  let first = firstSeen;
  try {
    const seen = view.get(key);
    const mayBeThere =
      seen !== undefined || mark !== undefined || ignoredPointers(desired.object, target.ignore).length > 0;
    const before = mayBeThere ? await kube.get(ref) : undefined;
    const foreign = before && foreignOwner(before, applySet);
    const from = foreign && (await target.neighbours?.formerOwner(foreign.owner, key));
    if (foreign !== undefined && from === undefined) {
      return { ...ref, action: "held", fields: [], reason: foreign.reason };
    }
    const elsewhere = before && madeElsewhere(before, mark, { applySet, manager: FIELD_MANAGER });
    if (elsewhere !== undefined) return { ...ref, action: "held", fields: [], reason: elsewhere };
    first ??= before;
    const options = applyOptions(mark, before);
    const described = known && target.previous?.get(key)?.object;
    const isOff = condition === "suspect" && known?.digest !== digest;
    const old = isOff || isShared ? target.previous?.get(key) : undefined;
    const wanted = objectToApply(desired, before, target.ignore);
    // What was another's until now, nobody was told of.
    const isOurs = before?.metadata.labels?.[PART_OF] === applySet;
    const isExact = target.exact && isOurs;
    const healed = old && before && (await heldAsHealed(target, old, { live: before, before: described }));
    const apply: Apply = (live, asked) =>
      applyOver(context, wanted, { live, before: described }, { ...options, dryRun: asked !== undefined });
    const added = isExact && before ? await addedTo(target, desired, { before, described, wanted }, apply) : undefined;
    const written = await applyWithHolders(kube, before, { healed, added }, apply);
    const rules = foreignRules(desired, target.ignore, [{ object: written, manifest: wanted }]);
    const { after, changes: rest } = isExact
      ? await takeAdditionsOut(kube, written, rules)
      : { after: written, changes: [] };
    const came = cameOut(wanted, after, context.schemas, before);
    const isExactNow = isExact || (target.exact && before === undefined && wasMadeByUs(after));
    applied.set(key, appliedAs(desired.object, after, isExactNow, came));
    view.note(after);
    if (before === undefined) return { ...ref, action: wasMadeByUs(after) ? "create" : "adopt", fields: [], ...came };
    const was = first ?? before;
    if (was.metadata.resourceVersion === after.metadata.resourceVersion) return unchangedObject(desired, applied);
    const changes = objectChanges(
      { live: was, base: was, merge: written },
      { ...driftRules(desired, target.ignore), namesWriters: true },
      context.schemas,
    );
    const told = added?.changes ?? [];
    const own = changes.filter((one) => !isTold(told, one));
    const takenOut = told.filter((one) => isTold(changes, one) && !isTold(own, one));
    const fields = [...own, ...takenOut, ...rest];
    const reason = from === undefined ? {} : { reason: movesFrom(from, target.system) };
    return { ...ref, action: isOurs ? "update" : "adopt", fields, ...came, ...reason };
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown;
    // Written by somebody else in between, as controllers do all the time with what they find out.
    if (isKubeError(thrown, 409) && attempt < mostAttempts)
      return applyObject(target, desired, { attempt: attempt + 1, first });
    return { ...ref, action: "invalid", fields: [], reason: thrown.message };
  }
}

/**
 * Who holds what of an object that somebody has written, as if it were healed before: what somebody took over, and Git no longer names,
 * would else stay theirs for ever. Its values are left to the next apply, since what somebody changed may be what Git says by now, and
 * must not go back and forth.
 *
 * @returns undefined when the cluster refuses what Git had
 */
async function heldAsHealed(
  { context, ignore }: ApplyTarget,
  old: DesiredObject,
  { live, before }: { live: KubeObject; before: KubeObject | undefined },
): Promise<ManagedFieldsEntry[] | undefined> {
  const manifest = objectToApply(old, live, ignore);
  const asked = applyOver(context, manifest, { live, before }, { dryRun: true, force: true });
  // What Git had may be what the cluster refuses, and what it has now the repair.
  const healed = await asked.catch(unlessRefused);
  return healed && heldOnceHealed(live, healed, FIELD_MANAGER, (path) => isIgnored(live, path, ignore));
}

/**
 * What others added to an object of ours and goes with the write.
 *
 * @param described what Git said of it when it was applied last; undefined when nobody knows
 * @returns undefined where nobody has, or the cluster refuses what Git says beside it, as the plan told
 */
async function addedTo(
  { context, ignore }: ApplyTarget,
  desired: DesiredObject,
  { before, described, wanted }: { before: KubeObject; described: KubeObject | undefined; wanted: KubeObject },
  apply: Apply,
): Promise<(Additions & Added) | undefined> {
  const kept = hasOtherWriters(before.metadata, FIELD_MANAGER)
    ? await apply(before, "dry run").catch(unlessRefused)
    : undefined;
  if (kept === undefined) return undefined;
  const states = [
    { object: kept, manifest: wanted },
    { object: before, manifest: described },
  ];
  return { ...(await additionsTo(context.kube, before, foreignRules(desired, ignore, states))), kept };
}

/**
 * @param wanted what was applied
 * @param before what it was applied onto; undefined when it was not there, or nobody has looked
 */
export function cameOut(wanted: KubeObject, after: KubeObject, schemas: SchemaPlaces, before?: KubeObject): CameOut {
  const altered = alteredFields(wanted, after, schemas, FIELD_MANAGER);
  const kept = before === undefined ? [] : keptFields(before, after, FIELD_MANAGER);
  return { ...(altered.length === 0 ? {} : { altered }), ...(kept.length === 0 ? {} : { kept }) };
}

/** Who takes nothing over must not do so either when somebody makes the object between a look at it and the apply. */
export function applyOptions(mark: string | undefined, live: KubeObject | undefined): ApplyOptions {
  return { dryRun: false, force: true, ...(mark === undefined ? {} : { onto: live ?? "nothing" }) };
}

function unlessNotYet(thrown: unknown): false {
  if (!(thrown instanceof NotYet)) throw thrown;
  return false;
}

/** What is another's in what we keep true. */
export function foreignRules(
  { object }: DesiredObject,
  ignore: SystemConfig["ignore"],
  states: readonly State[],
): ForeignRules {
  return { manifests: [object], states, ignore, manager: FIELD_MANAGER };
}

/** How what is live is compared with what Git says now: whatever differs is drift. */
export function driftRules({ object }: DesiredObject, ignore: SystemConfig["ignore"]) {
  return { ignore, manager: FIELD_MANAGER, behind: "drift", describedBy: [object] } as const;
}

export function objectToApply(
  { object }: DesiredObject,
  live: KubeObject | undefined,
  ignore: SystemConfig["ignore"],
): KubeObject {
  return live === undefined ? object : withLiveIgnored(object, live, ignore);
}

/** An object that was there before has another writer, or none that is known, or is older than what we wrote. */
function wasMadeByUs({ metadata }: KubeObject): boolean {
  const managers = metadata.managedFields ?? [];
  const made = String(metadata.creationTimestamp ?? "");
  return managers.length > 0 && managers.every(({ manager, time = made }) => manager === FIELD_MANAGER && time <= made);
}
