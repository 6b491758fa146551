import type { KubeObject, ManagedFieldsEntry, ObjectRef } from "../../core/manifest/kube-object.ts";
import type { DesiredObject } from "../../core/plan/desired-object.ts";
import { appliedEntry } from "../../core/plan/field-ownership.ts";
import { isTold } from "../../core/plan/field-path.ts";
import { PART_OF } from "../../core/plan/guards/foreign-owner.ts";
import { madeElsewhere } from "../../core/plan/guards/made-elsewhere.ts";
import { ignoredPointers } from "../../core/plan/ignored-fields.ts";
import { takenBack } from "../../core/plan/managed-fields.ts";
import { isIgnored, objectChanges } from "../../core/plan/object-changes.ts";
import type { FieldChange } from "../../core/plan/plan.ts";
import { FIELD_MANAGER } from "../../kube/kube-client.ts";
import { isRefusal, type KubeError } from "../../kube/kube-error.ts";
import type { DriftReport } from "../../link/messages.ts";
import type { AgentContext } from "../agent-context.ts";
import { type Additions, additionsTo, takeAdditionsOut } from "../cluster/additions.ts";
import { type Added, type Apply, applyOver, applyWithHolders } from "../cluster/apply-over.ts";
import { recordHolders } from "../cluster/holders.ts";
import { type DryRuns, dryRuns, isOfVersion } from "../plan/dry-run.ts";
import { NotYet } from "../refused.ts";
import { applyOptions, cameOut, driftRules, foreignRules, objectToApply } from "./apply-object.ts";
import type { Contest } from "./contest.ts";
import { type Applied, appliedAs, conditionOf, digestOf, type Enacted, isExactly } from "./enacted.ts";

export type Incident = Omit<DriftReport, "type" | "repositoryId" | "system">;

export interface HealTarget {
  context: AgentContext;
  applySet: string;
  applied: Map<string, Applied>;
  contest: Contest;
  /** Runs what writes the object, unless something newer is to be written; then it throws `Overtaken`. */
  write<T>(desired: DesiredObject, work: () => Promise<T>): Promise<T>;
  /** Whether another system of the repository, the owner of that ApplySet, is kept true to this object now. */
  isHandedOver(applySet: string, key: string): boolean;
  report(drift: Incident): void;
}

/**
 * What a look at an object came to:
 * - `settled`: it is what Git says
 * - `handed-over`: another system keeps it true
 * - `healed`: it is again what Git says; `anew` when it had to be made
 * - `stands`: it differs, and that is told; until it changes again there is nothing to do
 * - `contested`: somebody keeps writing it; it is left alone for so many milliseconds
 * - `going`: it is being deleted, which the watch did not tell yet
 */
export type Verdict =
  | { is: "settled" | "handed-over" | "stands" | "going" }
  | { is: "healed"; anew: boolean }
  | { is: "contested"; ms: number };

/** What was to be written is not what Git says any more. */
export class Overtaken extends Error {
  override name = "Overtaken";
}

/** The cluster will not have what Git says. */
export class HealRefused extends Error {
  override name = "HealRefused";
  override readonly cause: KubeError;
  readonly incident: Omit<Incident, "outcome">;

  constructor(cause: KubeError, incident: Omit<Incident, "outcome">) {
    super(cause.message);
    this.cause = cause;
    this.incident = incident;
  }
}

/**
 * Makes one object that somebody may have touched what Git says again, or tells that it differs.
 * @throws HealRefused; Overtaken; NotYet while it is being deleted; else when the cluster cannot be asked
 */
export async function healObject(
  target: HealTarget,
  { config }: Pick<Enacted, "config">,
  desired: DesiredObject,
): Promise<Verdict> {
  const { context, applySet, applied, contest } = target;
  const { kube, view } = context;
  const { key, ref } = desired;
  const apply: Apply = (onto, asked) =>
    applyOver(
      context,
      objectToApply(desired, onto, config.ignore),
      { live: onto, before: appliedBefore(target, desired) },
      { ...applyOptions(context.mark, onto), dryRun: asked !== undefined },
    );
  /** By what applying makes of it. */
  const foreignBy = (object: KubeObject, onto: KubeObject) =>
    foreignRules(desired, config.ignore, [{ object, manifest: objectToApply(desired, onto, config.ignore) }]);
  const exact = isExactly(config, applied.get(key));
  const settle = (now: KubeObject) => {
    const came = cameOut(objectToApply(desired, now, config.ignore), now, context.schemas);
    applied.set(key, appliedAs(desired.object, now, exact, came));
    view.note(now);
  };
  const incident = (live: KubeObject | undefined, fields: FieldChange[] = [], message?: string) => ({
    id: incidentOf(applySet, ref, live?.metadata.resourceVersion ?? `gone-${Date.now()}`),
    at: new Date().toISOString(),
    object: ref,
    what: live === undefined ? ("deleted" as const) : ("changed" as const),
    fields,
    ...(message === undefined ? {} : { message }),
  });
  const refusal = (thrown: unknown, ...about: Parameters<typeof incident>) =>
    isRefusal(thrown) ? new HealRefused(thrown, incident(...about)) : thrown;

  let seen: KubeObject | undefined;
  const runs = await lookAtOnce(target, config, desired, (live) => {
    seen = live;
    return whoseIs(target, key, live) === "ours";
  }).catch((thrown) => {
    throw refusal(thrown, seen);
  });
  const live = runs?.live;
  if (live !== undefined) {
    const whose = whoseIs(target, key, live);
    if (whose === "going") {
      if (view.get(key)?.terminating) throw new NotYet(`${ref.kind} ${ref.name} is being deleted`);
      view.note(live);
      return { is: "going" };
    }
    if (whose === "handed-over") return { is: "handed-over" };
    if (whose !== "ours") {
      target.report({ ...incident(live, [], whose.elsewhere), outcome: "failed" });
      return { is: "stands" };
    }
  }
  const owner = live?.metadata.labels?.[PART_OF];
  const isRecorded = live !== undefined && appliedEntry(live.metadata, FIELD_MANAGER) !== undefined;
  let fields: FieldChange[] = [];
  let isDrift = true;
  let holders: ManagedFieldsEntry[] | undefined;
  let added: (Additions & Added) | undefined;
  if (runs !== undefined && live !== undefined) {
    const [wanted] = runs.results as [KubeObject];
    holders = takenBack(live, wanted, FIELD_MANAGER, (path) => isIgnored(live, path, config.ignore));
    fields = objectChanges({ live, base: wanted, merge: wanted }, driftRules(desired, config.ignore), context.schemas);
    // What admission would do to what is as Git says, nobody has to put right: it comes with the next write.
    fields = fields.filter(({ cause }) => cause !== "ignored" && cause !== "admission");
    if (exact) added = { ...(await additionsTo(kube, live, foreignBy(wanted, live))), kept: wanted };
    fields.push(...(added?.changes ?? []).filter((one) => !isTold(fields, one)));
    isDrift = fields.length > 0 || owner !== applySet || !isRecorded;
    if (!isDrift && (!config.heal || holders === undefined)) {
      settle(live);
      // The next sync takes it back.
      if (holders !== undefined) applied.set(key, { ...applied.get(key)!, isShared: true });
      return { is: "settled" };
    }
  }
  const drift = incident(live, fields, live && messageOf({ isLabelled: owner === applySet, isRecorded }));
  if (!config.heal) {
    if (live !== undefined) view.note(live);
    target.report({ ...drift, outcome: "reported" });
    return { is: "stands" };
  }
  const writer = [...new Set(fields.map(({ path, manager }) => `${manager} ${path}`))].sort().join();
  const pause = contest.hold(key, writer, performance.now());
  if (pause !== undefined) {
    const message = `somebody keeps writing it; next attempt in ${Math.round(pause.ms / 1000)} s`;
    if (pause.isNew) target.report({ ...drift, outcome: "contested", message });
    return { is: "contested", ms: pause.ms };
  }
  const write = async () => {
    // What differs is taken by applying; more than that only where there would be no record of ours to apply to.
    const isToRecord = holders !== undefined && (!isDrift || !isRecorded);
    const onto = isToRecord ? await recordHolders(kube, live!, holders!) : live;
    const now = isDrift ? await applyWithHolders(kube, onto, { added }, apply) : onto!;
    settle(exact && live !== undefined ? (await takeAdditionsOut(kube, now, foreignBy(now, live))).after : now);
  };
  await target.write(desired, write).catch((thrown) => {
    throw refusal(thrown, live, fields);
  });
  contest.healed(key, writer, performance.now());
  if (!isDrift) return { is: "settled" };
  target.report({ ...drift, outcome: "healed" });
  return { is: "healed", anew: live === undefined };
}

/** Whose an object is that Git describes, and whether it stays at all. */
function whoseIs(
  { context, applySet, isHandedOver }: HealTarget,
  key: string,
  live: KubeObject,
): "ours" | "going" | "handed-over" | { elsewhere: string } {
  if (live.metadata.deletionTimestamp !== undefined) return "going";
  const owner = live.metadata.labels?.[PART_OF];
  if (owner !== undefined && owner !== applySet && isHandedOver(owner, key)) return "handed-over";
  const elsewhere = madeElsewhere(live, context.mark, { applySet, manager: FIELD_MANAGER });
  return elsewhere === undefined ? "ours" : { elsewhere };
}

/**
 * The object, and the dry run that settles whether it was changed; side by side where they need not wait for each other.
 * @param isOurs asked of the live object: one that is not gets no dry run
 */
async function lookAtOnce(
  target: HealTarget,
  config: Enacted["config"],
  desired: DesiredObject,
  isOurs: (live: KubeObject) => boolean,
): Promise<DryRuns | undefined> {
  const { context, applySet, applied } = target;
  const { kube, view } = context;
  const { ignore } = config;
  const known = applied.get(desired.key);
  const condition = conditionOf(view, applySet, desired.key, known, isExactly(config, known));
  if (condition === "suspect" && ignoredPointers(desired.object, ignore).length === 0) {
    const dryRun = kube.apply(desired.object, { dryRun: true, force: true }).catch((thrown) => {
      // Whether that matters is known only when it is known whose the object is.
      if (!isRefusal(thrown)) throw thrown;
    });
    const [live, wanted] = await Promise.all([kube.get(desired.ref), dryRun]);
    if (live !== undefined && wanted !== undefined && isOfVersion(wanted, live)) return { live, results: [wanted] };
  }
  const before = appliedBefore(target, desired);
  return dryRuns(context, desired.ref, (live) => (isOurs(live) ? [objectToApply(desired, live, ignore)] : []), before);
}

/** What is wanted, when it is what was applied. */
const appliedBefore = ({ applied }: HealTarget, { key, object }: DesiredObject): KubeObject | undefined =>
  applied.get(key)?.digest === digestOf(object) ? object : undefined;

function messageOf(of: { isLabelled: boolean; isRecorded: boolean }): string | undefined {
  if (!of.isLabelled) return "its inventory label was taken off or changed";
  return of.isRecorded ? undefined : "the record of which fields are ours (managedFields) was cleared";
}

function incidentOf(applySet: string, { kind, namespace, name }: ObjectRef, version: string): string {
  return [applySet, kind, namespace ?? "", name, version]
    .join("/")
    .replaceAll(/[^A-Za-z0-9._:/-]/g, "-")
    .slice(-290);
}
