import { type Adoptable, adoptableChanges } from "../../core/adopt/adoptable-changes.ts";
import type { SystemConfig } from "../../core/config/system.ts";
import type { Finding } from "../../core/manifest/finding.ts";
import { type KubeObject, versionedKind } from "../../core/manifest/kube-object.ts";
import { quoted } from "../../core/manifest/quoted.ts";
import { alreadyLive } from "../../core/plan/already-live.ts";
import { alteredFields } from "../../core/plan/came-out.ts";
import { isPodSecurity } from "../../core/plan/cluster-warnings.ts";
import { type DesiredObject, isSameObject } from "../../core/plan/desired-object.ts";
import { equalJson } from "../../core/plan/equal.ts";
import { isTold, withoutFields } from "../../core/plan/field-path.ts";
import { type ForeignRules, foreignFields } from "../../core/plan/foreign-fields.ts";
import { type GainedDefaults, withGained } from "../../core/plan/gained-defaults.ts";
import { foreignOwner, PART_OF } from "../../core/plan/guards/foreign-owner.ts";
import { madeElsewhere } from "../../core/plan/guards/made-elsewhere.ts";
import { withLiveIgnored } from "../../core/plan/ignored-fields.ts";
import type { SchemaPlaces } from "../../core/plan/list-keys.ts";
import { type ChangeRules, ignoredChanges, objectChanges } from "../../core/plan/object-changes.ts";
import type { FieldChange, PlannedObject } from "../../core/plan/plan.ts";
import type { Outcome } from "../../core/plan/quotas/growth.ts";
import { revertsDrift } from "../../core/plan/reverts-drift.ts";
import { assessRisks } from "../../core/plan/risks/assess-risks.ts";
import { risksOfGoing } from "../../core/plan/risks/deletions.ts";
import type { Described } from "../../core/plan/risks/risk.ts";
import { withTakenOut } from "../../core/plan/taken-out.ts";
import { pointerOfField } from "../../core/schema/server-field.ts";
import { FIELD_MANAGER, type KubeClient } from "../../kube/kube-client.ts";
import { isRefusal } from "../../kube/kube-error.ts";
import { foreignRules } from "../system/apply-object.ts";
import { movesFrom, type Neighbours } from "../system/neighbours.ts";
import { exactMerge } from "./exact-merge.ts";
import type { LastApplied } from "./last-applied.ts";
import { mergeRuns } from "./merge-runs.ts";
import type { MergeRuns } from "./merged-here.ts";
import { type broughtVersions, readInOtherVersion } from "./other-version.ts";
import { refusedObject } from "./refused-object.ts";
import { manifestChanges, waitsFor } from "./with-the-rest.ts";

/** What every object of a plan is planned with. */
export interface ObjectInput {
  kube: KubeClient;
  schemas: SchemaPlaces;
  system: string;
  /** Id of the system's ApplySet. */
  applySet: string;
  mark?: string | undefined;
  neighbours?: Neighbours;
  /** Everything that merging leads to. */
  merge: readonly DesiredObject[];
  policy: Pick<SystemConfig, "ignore" | "exact">;
  /** Whether an object is known to be as the base was applied, so that nobody has to be asked. */
  isAsApplied(key: string): boolean;
  /** Whether nobody has written it since: then what it is is what applying the base again would make of it. */
  isUntouched(key: string): boolean;
  /** To be filled with what Git could take over of what has drifted; undefined when nobody wants to. */
  adoptable?: Adoptable[];
  lastApplied(base: DesiredObject): LastApplied;
}

/** With what is known of the whole plan. */
export interface Planning extends ObjectInput {
  before: ReadonlyMap<string, DesiredObject>;
  /** Everything that Git describes in the system. */
  described: Described;
  memberKeys: ReadonlySet<string>;
  made: Made;
  findings: Finding[];
  /** To be filled with what becomes of each object, and with what the server said of what it takes. */
  outcomes: Map<string, Outcome>;
  said: Map<string, string[]>;
}

/** What the plan itself brings into being, so that what lives in it cannot be dry-run yet. */
export interface Made {
  /** With what keeps an object from being dry-run in it. */
  namespaces: Map<string, "is not there yet" | "is being deleted">;
  /** As {@link broughtVersions} tells them. */
  versions: ReadonlyMap<string, string | undefined>;
  /** What the server will fill into what is there as well. */
  defaults: GainedDefaults;
}

export const onceGone = "it is being deleted, and merging waits until it is gone";

/** What merging would do to one object that it leads to. */
export async function planObject(planning: Planning, one: DesiredObject): Promise<PlannedObject> {
  const { kube, before, memberKeys, made, isAsApplied, applySet, mark, neighbours, system } = planning;
  const { key, ref, file, line } = one;
  const planned = (action: PlannedObject["action"], more: Partial<PlannedObject> = {}): PlannedObject => ({
    ...ref,
    action,
    fields: [],
    file,
    line,
    drifted: false,
    ...more,
  });
  const becomes = (
    live: KubeObject | undefined,
    after: KubeObject | undefined,
    fields: readonly FieldChange[] = [],
  ) => {
    if (after !== undefined) planning.outcomes.set(key, { key, live, after });
    return risksOf(planning, { live, after, fields });
  };
  const base = before.get(key);
  const isSame = base !== undefined && isSameObject(base, one);
  const namespace = ref.namespace === undefined ? undefined : made.namespaces.get(ref.namespace);
  const gained = made.defaults.get(versionedKind(ref));
  // What is in a namespace that is being deleted goes with it, be it as it was applied until then.
  if (isSame && namespace === undefined && gained === undefined && isAsApplied(key)) return planned("unchanged");

  // Git had it already, and it is not in the inventory: somebody deleted it, or nobody has made it yet.
  const last = base !== undefined && !memberKeys.has(key) ? planning.lastApplied(base) : undefined;
  const missing = { drifted: last?.wasMade === true, ...(last?.wasMade === false && isSame ? { pending: true } : {}) };
  const madeAnew = (reason: string, live?: KubeObject) => {
    const risks = [...risksOfGoing(ref), ...(becomes(live, one.object).risks ?? [])];
    return planned("create", { reason, drifted: true, ...(risks.length === 0 ? {} : { risks }) });
  };
  if (namespace !== undefined) {
    const reason = `checked by its schema alone: the namespace ${quoted(ref.namespace!)} ${namespace}`;
    if (memberKeys.has(key)) return madeAnew(reason);
    return planned("create", { reason, ...missing, ...becomes(undefined, one.object) });
  }
  const served = made.versions.get(versionedKind(ref));
  if (served === undefined && made.versions.has(versionedKind(ref))) {
    const reason = "checked by its schema alone: its kind is not there yet";
    return planned("create", { reason, ...missing });
  }
  const byManifest = served && "checked by its schema alone: this version of its kind is not there yet";
  const ownerOf = async (live: KubeObject) => {
    const foreign = foreignOwner(live, applySet);
    const from = foreign && (await neighbours?.formerOwner(foreign.owner, key));
    const held = from === undefined ? foreign?.reason : undefined;
    return { held: held ?? madeElsewhere(live, mark, { applySet, manager: FIELD_MANAGER }), from };
  };
  const isGoing = ({ metadata: { deletionTimestamp, labels } }: KubeObject) =>
    deletionTimestamp !== undefined && labels?.[PART_OF] === applySet;
  const { ignore } = planning.policy;
  const manifestFor = ({ object }: DesiredObject, live: KubeObject) => withLiveIgnored(object, live, ignore);
  const altered = (manifest: KubeObject, after: KubeObject): Pick<PlannedObject, "altered"> => {
    const found = alteredFields(manifest, after, planning.schemas, FIELD_MANAGER);
    return found.length === 0 ? {} : { altered: found };
  };
  const said = new Set<string>();
  const warned = (texts: readonly string[]) => {
    for (const text of texts) said.add(text);
  };
  try {
    const asked = {
      cluster: planning,
      merge: one,
      base,
      isSame,
      needsBase: !isSame && !planning.isUntouched(key),
      manifestFor,
      warned,
      ignore,
    };
    const found =
      served === undefined
        ? await mergeRuns(asked, async (live) => !isGoing(live) && (await ownerOf(live)).held === undefined)
        : await readInOtherVersion(asked, served);
    const runs = found?.merge === undefined || gained === undefined ? found : onceDefaulted(found, gained, isSame);
    if (runs === undefined && byManifest !== undefined) {
      return planned("create", { reason: byManifest, ...missing, ...becomes(undefined, one.object) });
    }
    if (runs === undefined) {
      const after = await kube.apply(one.object, { dryRun: true, force: true, warned });
      planning.said.set(key, [...said]);
      return planned("create", { ...missing, ...altered(one.object, after), ...becomes(undefined, after) });
    }
    if (isGoing(runs.live)) return madeAnew(`checked by its schema alone: ${onceGone}`, runs.live);
    const { held, from } = await ownerOf(runs.live);
    if (runs.merge === undefined || held !== undefined)
      return planned("held", held === undefined ? {} : { reason: held });
    const adopted = !runs.live.metadata.labels?.[PART_OF];
    const foreign = foreignIn(planning, one, runs);
    const exact =
      adopted || !planning.policy.exact ? undefined : await exactMerge({ kube, warned }, one, runs, foreign);
    const { live, merge, dropped } = exact?.runs ?? runs;
    const ofMerge = changesOf(planning, one, runs, adopted);
    const fields =
      exact === undefined ? ofMerge : withTakenOut(ofMerge, changesOf(planning, one, exact.runs, adopted), exact.added);
    if (!adopted) {
      noteAdoptable(planning, one, runs);
      // What merging drops, and another holds too, is theirs.
      const others = foreignFields(live, withoutFields(merge, dropped), foreign);
      fields.push(...others.filter((field) => !isTold(fields, field)));
    }
    const drifted = fields.some(revertsDrift);
    const changes = fields.some(isChange);
    const action = adopted || from !== undefined ? "adopt" : changes ? "update" : "unchanged";
    const reasons = [byManifest, from && movesFrom(from, system)].filter((text) => text !== undefined);
    const reason = reasons.length === 0 ? {} : { reason: reasons.join("; ") };
    if (!isSame && action !== "unchanged") planning.said.set(key, [...said]);
    const became = altered(manifestFor(one, live), merge);
    return planned(action, { fields, ...became, drifted, ...reason, ...becomes(live, merge, fields) });
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown;
    const waiting = waitsFor(thrown, one, planning);
    if (waiting !== undefined) {
      const reason = `checked by its schema alone: ${waiting}`;
      if (isPodSecurity(thrown.message)) planning.said.set(key, [thrown.message]);
      const live = await kube.get(ref);
      if (live === undefined) return planned("create", { reason, ...missing, ...becomes(undefined, one.object) });
      const fields = manifestChanges(base?.object, one.object, live, planning.schemas);
      return planned("update", { reason, fields, ...becomes(live, one.object, fields) });
    }
    const pointer = pointerOfField(one.object, thrown.causes[0]?.field ?? "");
    return refusedObject(planning, one, { reason: thrown.message, pointer, wasSo: isSame });
  }
}

/** What the definition defaults from then on is the pull request's, and no drift. */
function onceDefaulted(runs: MergeRuns, schema: unknown, isSame: boolean): MergeRuns {
  const healed = runs.healed ?? (isSame ? runs.merge : undefined);
  return { ...runs, healed, merge: withGained(runs.merge, schema) };
}

function comparison(
  { policy, lastApplied, isUntouched }: Planning,
  one: DesiredObject,
  { live, merge, healed, base }: MergeRuns,
) {
  // Where nobody touched it, applying the base again changes nothing; and of the same object it changes the same.
  const touched = base !== undefined && !isUntouched(one.key);
  const states = { live, base: healed ?? (touched ? merge : live), merge };
  const last = base && lastApplied(base);
  const manifests = [one.object, ...(base === undefined ? [] : [base.object])];
  const rules: ChangeRules = {
    ignore: policy.ignore,
    manager: FIELD_MANAGER,
    behind: last?.behind ?? ("drift" as const),
    applied: last?.object,
    describedBy: manifests,
    ...(base === undefined ? {} : { manifests: { base: base.object, merge: one.object } }),
  };
  return { states, rules };
}

function changesOf(planning: Planning, one: DesiredObject, runs: MergeRuns, adopted: boolean): FieldChange[] {
  const { schemas, policy } = planning;
  const { live, merge, base } = runs;
  const { states, rules } = comparison(planning, one, runs);
  const changes = objectChanges(states, adopted ? { ...rules, onlyNamedBy: one.object } : rules, schemas);
  if (adopted || base === undefined) return changes;
  const both = { base: base.object, merge: one.object };
  const others = [
    ...ignoredChanges(live, both, { ignore: policy.ignore, manager: FIELD_MANAGER }, schemas),
    ...alreadyLive({ live, after: merge }, both, FIELD_MANAGER, schemas),
  ];
  return [...changes, ...others.filter((one) => !isTold(changes, one) && !changes.some((told) => isTold([one], told)))];
}

/** What is another's in what Git says after merging, by what it is now and what merging makes of it. */
function foreignIn(
  { policy, lastApplied }: Planning,
  one: DesiredObject,
  { live, merge, base }: MergeRuns,
): ForeignRules {
  const applied = base && (lastApplied(base).object ?? base.object);
  return foreignRules(one, policy.ignore, [
    { object: live, manifest: applied },
    { object: merge, manifest: one.object },
  ]);
}

function noteAdoptable(planning: Planning, one: DesiredObject, runs: MergeRuns): void {
  const { adoptable, schemas } = planning;
  if (adoptable === undefined) return;
  const { states, rules } = comparison(planning, one, runs);
  const found = adoptableChanges(states, rules, foreignIn(planning, one, runs), schemas);
  adoptable.push({ object: one.ref, file: one.file, ...found });
}

/** What somebody else added is one where it goes. */
const isChange = ({ cause, before, after }: FieldChange): boolean =>
  ["pull-request", "drift", "pending", "admission"].includes(cause) ||
  (cause === "foreign" && !equalJson(before, after));

/** What it does to somebody, as the server would have it. */
function risksOf(
  { described }: Planning,
  {
    live,
    after,
    fields,
  }: { live: KubeObject | undefined; after: KubeObject | undefined; fields: readonly FieldChange[] },
): Pick<PlannedObject, "risks"> {
  const risks = after === undefined ? [] : assessRisks({ live, after, fields, described });
  return risks.length === 0 ? {} : { risks };
}
