import { titleOf } from "../manifest/kube-object.ts";
import { quoted } from "../manifest/quoted.ts";
import {
  type Action,
  type FieldChange,
  type PlannedObject,
  RISKS,
  type RiskKind,
  type SystemPlan,
} from "../plan/plan.ts";
import { revertsDrift } from "../plan/reverts-drift.ts";
import { weightOf } from "../plan/risks/weight.ts";
import { timeIn } from "./cause.ts";
import { earlierMerge } from "./earlier-merge.ts";
import { fieldName } from "./field-name.ts";
import { markdownOf, plural } from "./words.ts";

/** That drifted, in one line. */
const mostFieldNames = 2;

/** What happens to several objects for one reason; nothing of it but the verb is inert. */
export interface Risk {
  /** `Deletes`; the objects' names follow. */
  verb: string;
  /** Of which systems; more than one where the same happens to objects of the same names in each of them. */
  of: OfSystem[];
  /** What exactly, as it follows the names; empty when the verb says it all. */
  what: string;
  reason: string | undefined;
  severe: boolean;
  rank: number;
}

interface OfSystem {
  plan: SystemPlan;
  objects: PlannedObject[];
}

/** All that is to say of what becomes of an object: why, and what goes with it. */
export function reasonOf(object: PlannedObject): string | undefined {
  const { reason, takesAlong } = object;
  const parts = [whyMade(object), reason, takesAlong].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join("; ");
}

/** Of what is made though the pull request does not bring it. */
function whyMade({ action, drifted, pending, merge }: PlannedObject): string | undefined {
  if (action !== "create") return undefined;
  if (pending === true) return `brought by ${markdownOf(earlierMerge(merge, "applied yet"))}`;
  return drifted ? "drift: an unknown writer deleted it in the cluster, so that it is made again" : undefined;
}

/** What can hurt, worst first; what happens to several objects for one reason is one risk. */
export function risksIn(plans: readonly SystemPlan[]): Risk[] {
  const found = new Set(refusalsFound(plans));
  const alike = Map.groupBy(
    plans.flatMap((plan) => risksOfPlan(plan, found)),
    ({ verb, what, reason, of }) => JSON.stringify([verb, what, reason, of[0]!.objects.map(titleOf)]),
  );
  const risks = [...alike.values()].map((those) => ({ ...those[0]!, of: those.flatMap(({ of }) => of) }));
  const rankOf = ({ rank, of }: Risk): number =>
    of.some(({ objects }) => objects.some(isAskedFor)) ? rank : rank + 0.5;
  const weight = new Map(risks.map((risk) => [risk, weightOf(risk.what, risk.of[0]!.objects)]));
  return risks.sort((one, other) => rankOf(one) - rankOf(other) || weight.get(other)! - weight.get(one)!);
}

function risksOfPlan(plan: SystemPlan, found: ReadonlySet<string | undefined>): Risk[] {
  const groups = new Map<string, Risk>();
  for (const object of plan.objects) {
    if (isStanding(object)) continue;
    for (const { ownReason, ...risk } of risksOfObject(object)) {
      const isFound = object.action === "invalid" && found.has(object.reason);
      const own = isFound ? toldBelow : reasonOf(object);
      const reason = ownReason ? own : undefined;
      const key = JSON.stringify([risk.verb, risk.what, reason]);
      const group = groups.get(key) ?? { ...risk, of: [{ plan, objects: [] }], reason };
      group.of[0]!.objects.push(object);
      groups.set(key, group);
    }
  }
  for (const { of } of groups.values()) {
    const weight = new Map(of[0]!.objects.map((one) => [one, weightOf("", [one])]));
    of[0]!.objects.sort((one, other) => weight.get(other)! - weight.get(one)!);
  }
  return [...groups.values()];
}

/** A rollout goes on without what is refused and what may need it. */
const toldBelow = "the cluster refuses it, as told below; merging applies the rest and fails";

/** What the cluster refused is told on its line among the findings. */
export function refusalsFound(plans: readonly SystemPlan[]): (string | undefined)[] {
  const messages = plans.flatMap(({ findings }) => findings.map(({ message }) => message));
  const refused = plans.flatMap(({ objects }) => objects).filter(({ action }) => action === "invalid");
  return refused
    .map(({ reason }) => reason)
    .filter((reason) => reason !== undefined && messages.some((message) => message.endsWith(reason)));
}

/** What an earlier merge left over, or could not bring, and this one leaves as it is. */
export const isStanding = ({ pending, action }: PlannedObject): boolean =>
  pending === true && (action === "held" || action === "invalid");

/** By the pull request, and not by drift or an earlier merge alone. */
export const isAskedFor = ({ fields, pending }: PlannedObject): boolean =>
  pending !== true && (fields.length === 0 || fields.some(({ cause }) => cause === "pull-request"));

/** `ownReason`: what the plan says of the object is about this risk. */
type ObjectRisk = Pick<Risk, "verb" | "what" | "severe" | "rank"> & { ownReason: boolean };

function risksOfObject({ action, risks = [], fields }: PlannedObject): ObjectRisk[] {
  const byAction = actionRisks[action];
  const ofChange = risks.map(({ kind, text }): ObjectRisk => {
    return { verb: verbOf[kind], what: text, severe: kind !== "restarts", rank: order.indexOf(kind), ownReason: false };
  });
  const drift = driftIn(fields);
  if (drift !== undefined) {
    const rank = order.indexOf("drift");
    ofChange.push({ verb: "Reverts drift of", what: drift, severe: false, rank, ownReason: false });
  }
  if (byAction === undefined) return ofChange;
  return [{ ...byAction, severe: true, rank: order.indexOf(action), ownReason: true }, ...ofChange];
}

/**
 * `` `kubectl-edit` set `image` and `replicas`, 2026-11-23 11:00 UTC ``: who did by hand what merging undoes, and when last, where that
 * is known of all; undefined for nobody.
 */
function driftIn(fields: readonly FieldChange[]): string | undefined {
  const drifted = fields.filter(revertsDrift);
  if (drifted.length === 0) return undefined;
  const known = drifted.flatMap(({ manager }) => (manager === undefined || manager === "unknown" ? [] : [manager]));
  const [who, ...others] = [...new Set(known)];
  const more = others.length === 0 ? "" : ` and ${plural(others.length, "other")}`;
  const last = Math.max(...drifted.map(({ time }) => Date.parse(time ?? "")));
  const when = Number.isNaN(last) ? "" : `, ${timeIn(new Date(last).toISOString())}`;
  const removed = drifted.filter(({ before }) => before === undefined).length;
  const did = removed === 0 ? "set" : removed === drifted.length ? "removed" : "changed";
  return `${who === undefined ? "unknown writer" : quoted(who)}${more} ${did} ${fieldsTold(drifted)}${when}`;
}

export const heldVerb = "Held:";

const actionRisks: Partial<Record<Action, Pick<Risk, "verb" | "what">>> = {
  delete: { verb: "Deletes", what: "" },
  recreate: { verb: "Recreates", what: "deleted and made again" },
  held: { verb: heldVerb, what: "" },
  invalid: { verb: "Invalid:", what: "" },
};

/** By name, as far as a line bears them. */
function fieldsTold(fields: readonly FieldChange[]): string {
  const names = fields.map(({ path }) => quoted(fieldName(path)));
  return names.length > mostFieldNames ? plural(names.length, "field") : names.join(" and ");
}

/** Worst first. */
const order: readonly (Action | RiskKind | "drift")[] = [
  ...(["held", "delete", "recreate", "invalid"] as const),
  ...RISKS,
  "drift",
];

/** What a risk does to the object whose name follows. */
export const verbOf: Record<RiskKind, string> = {
  stops: "Stops",
  loses: "May lose data of",
  "opens-host": "Opens the node to",
  loosens: "Loosens",
  grants: "Gives rights through",
  exposes: "Exposes",
  restarts: "Restarts",
};
