import type { IgnoreRule } from "../config/system.ts";
import type { Json, KubeObject } from "../manifest/kube-object.ts";
import { type AsSaid, asSaidBy } from "./as-said.ts";
import { alteredPlaces } from "./came-out.ts";
import { withChangesMarked } from "./changed-credentials.ts";
import { withoutChosen } from "./chosen-values.ts";
import { equalJson } from "./equal.ts";
import { appliedEntry, holds, writerOf } from "./field-ownership.ts";
import { meets, pointerCovers, type Segment, showPath, valueAt } from "./field-path.ts";
import { ignoredPointers } from "./ignored-fields.ts";
import type { SchemaPlace, SchemaPlaces } from "./list-keys.ts";
import { isNamed } from "./named.ts";
import { placeOf } from "./owned-lists.ts";
import type { Cause, FieldChange } from "./plan.ts";
import { maskedPath, maskValue } from "./secret-mask.ts";
import { withoutServerFields } from "./server-fields.ts";
import { type Difference, threeWayDifferences } from "./three-way.ts";

export interface ObjectStates {
  live: KubeObject;
  /** What the server would make of applying what Git has now: its dry run, or live itself when nothing is suspect. */
  base: KubeObject;
  /** The same for what merging leads to. */
  merge: KubeObject;
}

export type Behind = "drift" | "pending";

export interface ChangeRules {
  ignore: readonly IgnoreRule[];
  /** Our own field manager. */
  manager: string;
  /** Why live differs from base: somebody changed it, or an earlier merge is not applied yet. */
  behind: Behind;
  /** For `pending`: what was applied last, where that is known; what Git has said since before then is not the earlier merge's. */
  applied?: KubeObject | undefined;
  /** Tells of every change who wrote what is live, when that was somebody else. */
  namesWriters?: true;
  /** What Git says now and after merging: what it no longer names goes, ignored or not. */
  manifests?: { base: KubeObject; merge: KubeObject };
  /** Everything that Git says of the object, after merging first; what the server makes of other fields by itself is then nobody's change. */
  describedBy?: readonly KubeObject[];
  /** Only fields that this manifest names are told: for objects that are not ours, a plan must not become a way to read them. */
  onlyNamedBy?: KubeObject;
}

/** Every field in which the three states differ, with why; secrets masked. */
export function objectChanges(states: ObjectStates, rules: ChangeRules, schemas: SchemaPlaces): FieldChange[] {
  const said = saidOf(rules)?.merge;
  const schema = placeOfStates(states, rules, schemas);
  const isAsSaid = said && asSaidBy(said, states.live, schema);
  let altered: string[] | undefined;
  const isAltered = ({ path }: Difference): boolean => {
    if (said === undefined) return false;
    altered ??= alteredPlaces(said, states.merge, schema).map((one) => showPath(one.path));
    return meets(altered, path);
  };
  return toldDifferences(states, rules, schemas).map((difference) => {
    const change = fieldChange(difference, states, rules, isAsSaid);
    const isOther = bringing.has(change.cause) && isAltered(difference);
    return isOther ? { ...change, altered: true } : change;
  });
}

/** Causes of what merging brings as a manifest says. */
const bringing: ReadonlySet<Cause> = new Set(["pull-request", "drift", "pending"]);

/** What Git says now is what the base was made of, unless that is live, and what it says after merging the merge. */
function placeOfStates(states: ObjectStates, rules: ChangeRules, schemas: SchemaPlaces): SchemaPlace | undefined {
  const { live, base, merge } = states;
  const said = saidOf(rules);
  const known = [
    { object: merge, manifest: said?.merge },
    { object: base, manifest: said?.base },
    { object: live, manifest: undefined },
  ];
  return placeOf(merge, schemas, known, rules.manager);
}

/** What Git says now and after merging, as far as that is known. */
function saidOf({ manifests, describedBy }: ChangeRules): ChangeRules["manifests"] {
  const [said] = describedBy ?? [];
  return manifests ?? (said && { base: said, merge: said });
}

/** Every field in which the three states differ and somebody is to hear of it; nothing is masked yet. */
export function toldDifferences(states: ObjectStates, rules: ChangeRules, schemas: SchemaPlaces): Difference[] {
  const { live, base, merge } = states;
  const { onlyNamedBy, describedBy } = rules;
  const asPlanned = (result: KubeObject) =>
    withoutServerFields(result === live ? live : withoutChosen(result, live, describedBy ?? [])) as Json;
  const said = saidOf(rules)?.base;
  const schema = placeOfStates(states, rules, schemas);
  const isAsSaid = said && asSaidBy(said, live, schema);
  const differences = threeWayDifferences(asPlanned(live), asPlanned(base), asPlanned(merge), schema)
    .flatMap((one) => (base.apiVersion === merge.apiVersion ? one : inOneVersion(one)))
    .flatMap((one) => withoutAdmission(one, isAsSaid));
  const ownOf = (one: Difference) => describedBy !== undefined && isServersOwn(one, states, rules.manager, describedBy);
  const isPutRight = differences.some((one) => !equalJson(one.live, one.base) && !ownOf(one));
  // What healing would bring by itself and merging not keep, nobody ever sees.
  const isSeen = ({ path, live, merge }: Difference) =>
    live !== undefined || merge !== undefined || !describedBy?.every((manifest) => !isNamed(manifest as Json, path));
  return differences
    .filter((one) => isSeen(one) && (!ownOf(one) || (isPutRight && isFilledIn(one))))
    .filter(({ path }) => onlyNamedBy === undefined || isNamed(onlyNamedBy as Json, path));
}

/**
 * Where Git has the object in another version than merging leads to, what that version alone has is told by neither: it says in other
 * words what live has and merging keeps or changes.
 */
function inOneVersion(one: Difference): Difference[] {
  const { live, base, merge } = one;
  if (live === undefined && merge === undefined) return [];
  if (base !== undefined || live === undefined) return [one];
  return equalJson(live, merge) ? [] : [{ ...one, base: live }];
}

/**
 * Where live is what Git says, nobody changed anything: that applying the same again would change it is the doing of the cluster's
 * admission, and nothing to be put right.
 */
function withoutAdmission(one: Difference, isAsSaid: AsSaid | undefined): Difference[] {
  const { path, live, base, merge, order } = one;
  if (order === true || equalJson(live, base) || isKeptNull(live, base) || !isAsSaid?.(path)) return [one];
  return equalJson(live, merge) ? [] : [{ ...one, base: live }];
}

/** A `null` says that nothing is there, except where a definition has the server keep it: then its absence is something else. */
const isKeptNull = (live: Json | undefined, applied: Json | undefined): boolean =>
  live === undefined && applied === null;

/**
 * Whether a field differs only because the server makes it anew each time, as an admission webhook does that writes when it saw
 * an object: Git does not name it, so that nobody can have drifted from Git there. What merging changes in such a field below
 * `spec` is told, since a default may follow from what it names.
 */
function isServersOwn(
  { path, live, base, merge }: Difference,
  results: ObjectStates,
  manager: string,
  describedBy: readonly KubeObject[],
): boolean {
  // Taken out by applying: it was ours, and Git no longer names it.
  if (base === undefined || merge === undefined) return false;
  // A part of what somebody took away as a whole.
  if (live === undefined && valueAt(results.live as Json, path.slice(0, -1)) === undefined) return false;
  // A default inside a value that we apply as a whole goes with that value.
  if (isHeldBy(manager, results.base, path) || isHeldBy(manager, results.merge, path)) return false;
  if (describedBy.some((manifest) => isNamed(manifest as Json, path))) return false;
  const [first] = path;
  return !equalJson(live, base) || (first?.type === "field" && first.name === "metadata");
}

/** A default that comes back with what somebody took away; metadata has none. */
function isFilledIn({ path: [first], live, base }: Difference): boolean {
  return live === undefined && base !== undefined && !(first?.type === "field" && first.name === "metadata");
}

function isHeldBy(manager: string, { metadata }: KubeObject, path: readonly Segment[]): boolean {
  const entry = appliedEntry(metadata, manager);
  return entry !== undefined && holds(entry.fieldsV1, path);
}

/**
 * What a pull request changes in vain, since the system ignores it: the live value stands in both dry runs, so that only the
 * manifests can tell.
 */
export function ignoredChanges(
  live: KubeObject,
  manifests: NonNullable<ChangeRules["manifests"]>,
  { ignore, manager }: Pick<ChangeRules, "ignore" | "manager">,
  schemas: SchemaPlaces,
): FieldChange[] {
  const { base, merge } = manifests;
  const schema = placeOf(merge, schemas, [{ object: live, manifest: base }], manager);
  return threeWayDifferences(live as Json, base as Json, merge as Json, schema)
    .filter((one) => !equalJson(one.base, one.merge) && isIgnored(live, one.path, ignore))
    .map(({ path, live: value }): FieldChange => {
      const shown = value === undefined ? undefined : maskValue(live, path, value);
      return {
        path: maskedPath(live, path),
        cause: "ignored",
        ...(shown === undefined ? {} : { before: shown, after: shown }),
      };
    });
}

/** Whether a manifest's ignore rules name this field of this object. */
export function isIgnored(object: KubeObject, path: readonly Segment[], ignore: readonly IgnoreRule[]): boolean {
  return ignoredPointers(object, ignore).some((pointer) => pointerCovers(pointer, path));
}

function fieldChange(
  difference: Difference,
  { live, base, merge }: ObjectStates,
  rules: ChangeRules,
  isAsSaid: AsSaid | undefined,
): FieldChange {
  const { path } = difference;
  const drifted = !equalJson(difference.live, difference.base);
  const isLeft = isIgnored(live, path, rules.ignore) && !isDropped(difference, rules);
  const behind = behindOf(difference, rules);
  const isOther = !equalJson(difference.live, difference.merge) && !isKeptNull(difference.live, difference.merge);
  const isAdmission = difference.order !== true && isOther;
  const cause = isLeft ? "ignored" : isAdmission && isAsSaid?.(path) ? "admission" : causeOf(difference, behind);
  const [after, holder] = cause === "ignored" ? [difference.live, live] : [difference.merge, merge];
  const change: FieldChange = { path: maskedPath(difference.live === undefined ? holder : live, path), cause };
  const told = (object: KubeObject, value: Json | undefined) =>
    value === undefined ? undefined : { clear: value, shown: maskValue(object, path, value) };
  const [now, next] = [told(live, difference.live), told(holder, after)];
  const isDrift = drifted && behind === "drift" && cause !== "ignored" && cause !== "admission";
  const inGit = isDrift && cause === "pull-request" ? told(base, difference.base) : undefined;
  if (now !== undefined) change.before = now.shown;
  if (next !== undefined) change.after = withChangesMarked(inGit ?? now, next);
  if (inGit !== undefined) change.base = withChangesMarked(now, inGit);
  if (isDrift) {
    Object.assign(change, writerOf(live, path, rules.manager));
  } else if (rules.namesWriters) {
    const { manager } = writerOf(live, path, rules.manager);
    if (manager !== "unknown") change.manager = manager;
  }
  return change;
}

/** What Git does not name any more goes, ignored or not, unless somebody else holds it too. */
function isDropped({ path, live, merge }: Difference, { manifests }: ChangeRules): boolean {
  if (manifests === undefined || equalJson(live, merge)) return false;
  return isNamed(manifests.base as Json, path) && !isNamed(manifests.merge as Json, path);
}

/** Why live differs from base in this field. */
export function behindOf({ path }: Difference, { behind, applied, manifests }: ChangeRules): Behind {
  if (behind === "drift" || applied === undefined || manifests === undefined) return behind;
  const [then, now] = [applied, manifests.base].map((one) => valueAt(one as Json, path));
  return now !== undefined && equalJson(then, now) ? "drift" : behind;
}

function causeOf({ live, base, merge }: Difference, behind: Behind): Cause {
  if (equalJson(base, merge)) return behind;
  return equalJson(live, merge) ? "already-live" : "pull-request";
}
