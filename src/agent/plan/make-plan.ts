import { type Adoptable, adoptableChanges } from "../../core/adopt/adoptable-changes.ts";
import { configFile } from "../../core/config/parse-config.ts";
import type { SystemConfig } from "../../core/config/system.ts";
import type { Finding } from "../../core/manifest/finding.ts";
import { groupOf, type JsonObject, type KubeObject } from "../../core/manifest/kube-object.ts";
import { applyWaves } from "../../core/plan/apply-order.ts";
import type { DesiredObject } from "../../core/plan/desired-object.ts";
import { equalJson } from "../../core/plan/equal.ts";
import { foreignFields } from "../../core/plan/foreign-fields.ts";
import { foreignOwner, PART_OF } from "../../core/plan/guards/foreign-owner.ts";
import { madeElsewhere } from "../../core/plan/guards/made-elsewhere.ts";
import { withLiveIgnored } from "../../core/plan/ignored-fields.ts";
import type { SchemaPlaces } from "../../core/plan/list-keys.ts";
import { ignoredChanges, objectChanges } from "../../core/plan/object-changes.ts";
import type { FieldChange, Plan, PlannedObject } from "../../core/plan/plan.ts";
import { assessRisks } from "../../core/plan/risks/assess-risks.ts";
import { totalsOf } from "../../core/plan/totals.ts";
import { customResourcesIn } from "../../core/schema/custom-resources.ts";
import { FIELD_MANAGER, type KubeClient } from "../../kube/kube-client.ts";
import { isRefusal } from "../../kube/kube-error.ts";
import { type UnseenKind, unseenSentence } from "../cluster/follow-kinds.ts";
import { inParallel } from "../in-parallel.ts";
import type { UnavailableObject } from "../render-tree.ts";
import { movesFrom } from "../system/neighbours.ts";
import { type DryRuns, dryRuns } from "./dry-run.ts";
import { goesAlong } from "./goes-along.ts";
import { type DeletionsInput, planDeletions } from "./plan-deletions.ts";

export interface PlanInput extends DeletionsInput {
  kube: KubeClient;
  schemas: SchemaPlaces;
  /** Id of the system's ApplySet. */
  applySet: string;
  mark?: string | undefined;
  /** A namespace that the agent would make, because no manifest does. */
  namespace: string | undefined;
  /** Of what merging leads to, what the cluster can say nothing about now. */
  unavailable: readonly UnavailableObject[];
  /** Kinds that the system had, of which nobody can see what is left. */
  unseen: readonly UnseenKind[];
  policy: Pick<SystemConfig, "ignore" | "prune" | "protect" | "approvers">;
  /** Whether an object is known to be as the base was applied, so that nobody has to be asked. */
  isAsApplied(key: string): boolean;
  /** To be filled with what Git could take over of what has drifted; undefined when nobody wants to. */
  adoptable?: Adoptable[];
  /** Why live may differ from what Git has now of an object. */
  behind(base: DesiredObject): "drift" | "pending";
}

export type PlanContent = Pick<Plan, "objects" | "totals" | "drifted" | "findings" | "liveAsOf" | "approval">;

const atATime = 16;

/**
 * What merging would do, by the server's own dry run: live → D(base) is drift, D(base) → D(merge) is the change
 * (docs/architecture.md, The plan). What is as it was applied and does not change costs no request. Nothing is written.
 *
 * @throws when the cluster cannot be asked
 */
export async function makePlan(input: PlanInput): Promise<PlanContent> {
  const { merge, base, members } = input;
  const liveAsOf = new Date().toISOString();
  const before = new Map(base?.map((one) => [one.key, one]));
  const planning: Planning = {
    ...input,
    before,
    memberKeys: new Set(members.map(({ key }) => key)),
    made: await whatIsMade(input),
    seenAt: liveAsOf,
    findings: [],
  };
  const ordered = applyWaves(merge, ({ ref }) => ref).flat();
  const planned = await inParallel(ordered, atATime, (one) => planObject(planning, one));
  const goes = await planDeletions({
    ...input,
    merge: [...merge, ...input.unavailable],
    goesAlong: (ref) => goesAlong(input.kube, ref),
  });
  const all = [
    ...namespacePlan(planning),
    ...planned,
    ...input.unavailable.map((one) => refusedObject(planning, one, one.reason, "")),
    ...goes.objects,
  ];
  const isTold = ({ group, kind }: UnseenKind) =>
    input.unavailable.some(({ ref }) => ref.kind === kind && groupOf(ref.apiVersion) === group);
  planning.findings.push(...input.unseen.filter((one) => !isTold(one)).map(unseenFinding));
  return {
    liveAsOf,
    objects: all.filter((one) => one.action !== "unchanged" || one.reason !== undefined || one.fields.length > 0),
    totals: totalsOf(all.filter(({ pending }) => pending !== true)),
    drifted: all.filter(({ drifted }) => drifted).length,
    // In whatever order the cluster answered, the same plan made twice reads the same.
    findings: planning.findings.sort(byPlace),
    ...(goes.approval === undefined ? {} : { approval: goes.approval }),
  };
}

const byPlace = (one: Finding, other: Finding): number =>
  one.file === other.file ? one.line - other.line : one.file < other.file ? -1 : 1;

interface Planning extends PlanInput {
  before: ReadonlyMap<string, DesiredObject>;
  memberKeys: ReadonlySet<string>;
  made: Made;
  seenAt: string;
  findings: Finding[];
}

/** What the plan itself brings into being, so that what lives in it cannot be dry-run yet. */
interface Made {
  namespaces: Set<string>;
  groupKinds: Set<string>;
}

async function whatIsMade({ kube, merge, namespace }: PlanInput): Promise<Made> {
  const made: Made = { namespaces: new Set(), groupKinds: new Set() };
  const isMissing = async (name: string) =>
    (await kube.get({ apiVersion: "v1", kind: "Namespace", name })) === undefined;
  const namespaces = merge.filter(({ ref }) => ref.kind === "Namespace" && groupOf(ref.apiVersion) === "");
  for (const name of [...namespaces.map(({ ref }) => ref.name), ...(namespace === undefined ? [] : [namespace])]) {
    if (await isMissing(name)) made.namespaces.add(name);
  }
  for (const { group, version, kind, served } of customResourcesIn(merge.map(({ object }) => object))) {
    if (!served) continue;
    const resource = await kube.discovery.find(group === "" ? version : `${group}/${version}`, kind);
    if (resource === undefined) made.groupKinds.add(`${group}/${kind}`);
  }
  return made;
}

function namespacePlan({ namespace, made }: Planning): PlannedObject[] {
  if (namespace === undefined || !made.namespaces.has(namespace)) return [];
  const reason = "made by the agent, because `namespace:` in .trueup.yaml names it";
  return [
    { apiVersion: "v1", kind: "Namespace", name: namespace, action: "create", fields: [], drifted: false, reason },
  ];
}

async function planObject(planning: Planning, one: DesiredObject): Promise<PlannedObject> {
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
  const base = before.get(key);
  const isSame = base !== undefined && isSameObject(base, one);
  if (isSame && isAsApplied(key)) return planned("unchanged");

  // A member of the inventory that Git had already, and that is gone: somebody deleted it.
  const wasDeleted = isSame && !memberKeys.has(key) && planning.behind(base) === "drift";
  if (ref.namespace !== undefined && made.namespaces.has(ref.namespace)) {
    const reason = `checked by its schema alone: the namespace ${ref.namespace} is not there yet`;
    return planned("create", { reason, drifted: wasDeleted, ...risksOf(undefined, one.object) });
  }
  if (made.groupKinds.has(`${groupOf(ref.apiVersion)}/${ref.kind}`)) {
    const reason = "checked by its schema alone: its kind is not there yet";
    return planned("create", { reason, drifted: wasDeleted });
  }
  const dryRun = async (base: DesiredObject | undefined): Promise<PlannedObject> => {
    const ownerOf = async (live: KubeObject) => {
      const foreign = foreignOwner(live, applySet);
      const from = foreign && (await neighbours?.formerOwner(foreign.owner, key));
      const held = from === undefined ? foreign?.reason : undefined;
      return { held: held ?? madeElsewhere(live, mark, { applySet, manager: FIELD_MANAGER }), from };
    };
    const runs = await dryRuns(kube, ref, async (live) => {
      const { held } = await ownerOf(live);
      return held === undefined ? toDryRun(planning, one, base, live) : [];
    });
    if (runs === undefined) {
      const after = await kube.apply(one.object, { dryRun: true, force: true });
      return planned("create", { drifted: wasDeleted, ...risksOf(undefined, after) });
    }
    const { held, from } = await ownerOf(runs.live);
    if (held !== undefined) return planned("held", { reason: held });
    const adopted = runs.live.metadata.labels?.[PART_OF] === undefined;
    const fields = changesOf(planning, one, base, runs, adopted);
    const drifted = fields.some(({ cause }) => cause === "drift");
    const changes = fields.some(({ cause }) => ["pull-request", "drift", "pending"].includes(cause));
    const action = adopted || from !== undefined ? "adopt" : changes ? "update" : "unchanged";
    const reason = from === undefined ? {} : { reason: movesFrom(from, system) };
    return planned(action, { fields, drifted, ...reason, ...risksOf(runs.live, runs.results[0], fields) });
  };
  try {
    // What Git has now may be what the server refuses, and the pull request its repair: then there is no base to compare with.
    if (base !== undefined && !isSame) return await dryRun(base).catch(() => dryRun(undefined));
    return await dryRun(base);
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown;
    const pointer = thrown.causes[0]?.field === undefined ? "" : pointerOf(thrown.causes[0].field);
    return refusedObject(planning, one, thrown.message, pointer);
  }
}

function refusedObject({ findings }: Planning, one: DesiredObject, reason: string, pointer: string): PlannedObject {
  const { ref, file, line } = one;
  const message = `refused by the cluster: ${reason}`;
  findings.push({ file, ...one.locate(pointer), severity: "error", rule: "refused-by-cluster", message, pointer });
  return { ...ref, action: "invalid", fields: [], file, line, drifted: false, reason };
}

function unseenFinding(kind: UnseenKind): Finding {
  const message = unseenSentence(kind);
  return { file: configFile, line: 1, column: 1, severity: "warning", rule: "unseen-kind", message, pointer: "" };
}

/** What merging leads to, and what Git has now where somebody may have touched that. */
function toDryRun(
  { isAsApplied, policy }: Planning,
  one: DesiredObject,
  base: DesiredObject | undefined,
  live: KubeObject,
): KubeObject[] {
  const needsBase = base !== undefined && !isAsApplied(one.key) && !isSameObject(base, one);
  return [one, ...(needsBase ? [base] : [])].map(({ object }) => withLiveIgnored(object, live, policy.ignore));
}

function changesOf(
  { schemas, policy, behind, seenAt, isAsApplied, adoptable }: Planning,
  one: DesiredObject,
  base: DesiredObject | undefined,
  { live, results: [merge, ofBase] }: DryRuns,
  adopted: boolean,
): FieldChange[] {
  // Where nobody touched it, applying the base again changes nothing; and of the same object it changes the same.
  const touched = base !== undefined && !isAsApplied(one.key);
  const states = { live, base: ofBase ?? (touched ? merge! : live), merge: merge! };
  const manifests = [one.object, ...(base === undefined ? [] : [base.object])];
  const rules = {
    ignore: policy.ignore,
    manager: FIELD_MANAGER,
    behind: base === undefined ? ("drift" as const) : behind(base),
    describedBy: manifests,
    seenAt,
    ...(base === undefined ? {} : { manifests: { base: base.object, merge: one.object } }),
    ...(adopted ? { onlyNamedBy: one.object } : {}),
  };
  const changes = objectChanges(states, rules, schemas);
  if (adopted) return changes;
  const foreign = { manifests, ignore: policy.ignore, manager: FIELD_MANAGER };
  adoptable?.push({ object: one.ref, file: one.file, ...adoptableChanges(states, rules, foreign, schemas) });
  const told = new Set(changes.map(({ path }) => path));
  const inVain =
    base === undefined ? [] : ignoredChanges(live, { base: base.object, merge: one.object }, policy, schemas);
  return [...changes, ...inVain.filter(({ path }) => !told.has(path)), ...foreignFields(live, foreign)];
}

const isSameObject = (one: DesiredObject, other: DesiredObject): boolean =>
  equalJson(one.object as JsonObject, other.object as JsonObject);

/** What it does to somebody, as the server would have it. */
function risksOf(
  live: KubeObject | undefined,
  after: KubeObject | undefined,
  fields: readonly FieldChange[] = [],
): Pick<PlannedObject, "risks"> {
  const risks = after === undefined ? [] : assessRisks({ live, after, fields });
  return risks.length === 0 ? {} : { risks };
}

/** `spec.containers[0].image`, as the server names a cause, as a JSON pointer. */
function pointerOf(field: string): string {
  return field
    .split(/[.[\]]+/)
    .filter((part) => part !== "")
    .map((part) => `/${part.replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}
