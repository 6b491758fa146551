import { configFile } from "../../core/config/parse-config.ts";
import type { SystemConfig } from "../../core/config/system.ts";
import type { Finding } from "../../core/manifest/finding.ts";
import { groupOf } from "../../core/manifest/kube-object.ts";
import { applyWaves } from "../../core/plan/apply-order.ts";
import { type DesiredObject, isSameObject } from "../../core/plan/desired-object.ts";
import { gainedDefaults } from "../../core/plan/gained-defaults.ts";
import type { Plan, PlannedObject } from "../../core/plan/plan.ts";
import { risksOfGoing } from "../../core/plan/risks/deletions.ts";
import type { Described } from "../../core/plan/risks/risk.ts";
import { isLeftOver, totalsOf } from "../../core/plan/totals.ts";
import { type UnseenKind, unseenSentence } from "../cluster/follow-kinds.ts";
import { inParallel } from "../in-parallel.ts";
import type { UnavailableObject } from "../render-tree.ts";
import { withMerge } from "./earlier-merges.ts";
import { goesAlong } from "./goes-along.ts";
import { broughtVersions } from "./other-version.ts";
import { withinQuotas } from "./over-quotas.ts";
import { type DeletionsInput, planDeletions } from "./plan-deletions.ts";
import { type Made, type ObjectInput, onceGone, type Planning, planObject } from "./plan-object.ts";
import { withWarnings } from "./pod-security.ts";
import { refusedObject } from "./refused-object.ts";

export interface PlanInput extends DeletionsInput, ObjectInput {
  /** A namespace that the agent would make, because no manifest does. */
  namespace: string | undefined;
  /** Of what merging leads to, what the cluster can say nothing about now. */
  unavailable: readonly UnavailableObject[];
  /** The same of what Git has now. */
  unavailableBefore?: readonly UnavailableObject[];
  /** Kinds that the system had, of which nobody can see what is left. */
  unseen: readonly UnseenKind[];
  policy: Pick<SystemConfig, "ignore" | "exact" | "prune" | "protect" | "approvers">;
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
  const objectsOf = (all: readonly DesiredObject[]) => all.map(({ object }) => object);
  const described = { merge: objectsOf(merge), base: objectsOf(base ?? []) };
  const planning: Planning = {
    ...input,
    before,
    described,
    memberKeys: new Set(members.map(({ key }) => key)),
    made: await whatIsMade(input, described),
    findings: [],
    outcomes: new Map(),
    said: new Map(),
  };
  const ordered = applyWaves(merge, ({ ref }) => ref).flat();
  const alone = await inParallel(ordered, atATime, async (one) =>
    withMerge(await planObject(planning, one), one.key, input.mergeOf),
  );
  const goes = await planDeletions({
    ...input,
    merge: [...merge, ...input.unavailable],
    goesAlong: (ref) => goesAlong(input.kube, ref),
  });
  const deleted = goes.objects.filter(({ action }) => action === "delete");
  const warned = await withWarnings(planning, ordered, alone);
  const planned = await withinQuotas(planning, ordered, warned, deleted);
  const all = [
    ...namespacePlan(input.namespace, planning.made),
    ...planned,
    ...input.unavailable.map((one) =>
      refusedObject(planning, one, { reason: one.reason, pointer: "", wasSo: wasUnavailable(input, one) }),
    ),
    ...goes.objects,
  ];
  const isTold = ({ group, kind }: UnseenKind) =>
    input.unavailable.some(({ ref }) => ref.kind === kind && groupOf(ref.apiVersion) === group);
  planning.findings.push(...input.unseen.filter((one) => !isTold(one)).map(unseenFinding));
  return {
    liveAsOf,
    objects: all.filter((one) => one.action !== "unchanged" || one.reason !== undefined || one.fields.length > 0),
    totals: totalsOf(all.filter((one) => !isLeftOver(one))),
    drifted: all.filter(({ drifted }) => drifted).length,
    // In whatever order the cluster answered, the same plan made twice reads the same.
    findings: planning.findings.sort(byPlace),
    ...(goes.approval === undefined ? {} : { approval: goes.approval }),
  };
}

const wasUnavailable = ({ unavailableBefore = [] }: PlanInput, one: UnavailableObject): boolean =>
  unavailableBefore.some((other) => other.key === one.key && isSameObject(other, one));

const byPlace = (one: Finding, other: Finding): number =>
  one.file === other.file ? one.line - other.line : one.file < other.file ? -1 : 1;

async function whatIsMade({ kube, merge, namespace }: PlanInput, described: Described): Promise<Made> {
  const made: Made = {
    namespaces: new Map(),
    versions: await broughtVersions(kube, merge),
    defaults: gainedDefaults(described.base, described.merge),
  };
  const namespaces = merge.filter(({ ref }) => ref.kind === "Namespace" && groupOf(ref.apiVersion) === "");
  for (const name of [...namespaces.map(({ ref }) => ref.name), ...(namespace === undefined ? [] : [namespace])]) {
    const live = await kube.get({ apiVersion: "v1", kind: "Namespace", name });
    if (live === undefined) made.namespaces.set(name, "is not there yet");
    else if (live.metadata.deletionTimestamp !== undefined) made.namespaces.set(name, "is being deleted");
  }
  return made;
}

function namespacePlan(name: string | undefined, made: Made): PlannedObject[] {
  const state = name === undefined ? undefined : made.namespaces.get(name);
  if (name === undefined || state === undefined) return [];
  const reason = "made by the agent, because `namespace:` in .trueup.yaml names it";
  const ref = { apiVersion: "v1", kind: "Namespace", name };
  const planned: PlannedObject = { ...ref, action: "create", fields: [], drifted: false, reason };
  if (state === "is not there yet") return [planned];
  return [{ ...planned, drifted: true, reason: `${reason}; ${onceGone}`, risks: risksOfGoing(ref) }];
}

function unseenFinding(kind: UnseenKind): Finding {
  const message = unseenSentence(kind);
  return { file: configFile, line: 1, column: 1, severity: "warning", rule: "unseen-kind", message, pointer: "" };
}
