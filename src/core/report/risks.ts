import { nameInNamespace } from "../manifest/kube-object.ts";
import {
  type Action,
  type FieldChange,
  type Plan,
  type PlannedObject,
  RISKS,
  type RiskKind,
  type SystemPlan,
} from "../plan/plan.ts";
import { howToApprove } from "./approval.ts";
import { timeIn } from "./cause.ts";
import { fieldName } from "./field-name.ts";
import { code, prose } from "./inert.ts";
import { countWithin } from "./within.ts";
import { capitalised, plural } from "./words.ts";

/** Objects that the alert names in one breath, and lines that it has at most. */
const mostNames = 6;
const mostLines = 8;
const mostCharacters = 8_000;
/** That drifted, in one line. */
const mostFieldNames = 2;

/** What happens to several objects for one reason; nothing of it but the verb is inert. */
export interface Risk {
  /** `Deletes`; the objects' names follow. */
  verb: string;
  objects: PlannedObject[];
  /** What exactly, as it follows the names; empty when the verb says it all. */
  what: string;
  reason: string | undefined;
  severe: boolean;
  rank: number;
}

/** The alert with what can hurt: deletions, recreations, held objects, and what changes do to somebody; empty when there is none. */
export function risksOf(plans: readonly SystemPlan[]): string {
  const risks = risksIn(plans);
  if (risks.length === 0) return "";
  const shown = told(risks);
  const lines = shown.map((risk) => `> ${lineOf(risk)}`);
  // Beside what is held, and not behind what merging restarts.
  const heldLast = shown.findLastIndex(({ verb }) => verb === actionRisks.held?.verb);
  lines.splice(heldLast + 1 || lines.length, 0, ...approvalsNeeded(plans).map((sentence) => `> ${sentence}`));
  if (risks.length > shown.length) lines.push(`> … and ${risks.length - shown.length} more, below.`);
  const level = risks.some(({ severe }) => severe) ? "WARNING" : "NOTE";
  return [`> [!${level}]`, lines.join("  \n")].join("\n");
}

/** Who can let held deletions go; systems with the same approvers need to be told once. */
function approvalsNeeded(plans: readonly (SystemPlan & Partial<Plan>)[]): string[] {
  const sentences = plans.flatMap(({ approval, headSha }) =>
    approval === undefined || headSha === undefined ? [] : [howToApprove(approval, headSha)],
  );
  return [...new Set(sentences)].slice(0, mostLines);
}

/** What the alert has told already, or the findings tell. */
export interface ToldInAlert {
  reasons: ReadonlySet<string | undefined>;
  /** Objects of which that is all: what becomes of each, and why. */
  whole: ReadonlySet<PlannedObject>;
}

export function toldInAlert(plans: readonly SystemPlan[]): ToldInAlert {
  const found = new Set(refusalsFound(plans));
  const risks = told(risksIn(plans));
  const named = risks.flatMap(({ objects }) => objects.slice(0, mostNames));
  const whole = named.filter(({ action, fields, reason }) => {
    if (fields.length > 0) return false;
    return action === "delete" || action === "held" || (action === "invalid" && found.has(reason));
  });
  return { reasons: new Set([...risks.map(({ reason }) => reason), ...found]), whole: new Set(whole) };
}

/** A plan's own words, or a cluster's: a sentence when it is plain, code when it is not. */
export function sentence(reason: string): string {
  const text = prose(reason);
  return `${capitalised(text)}${/[.!?`]$/.test(text) ? "" : "."}`;
}

function lineOf({ verb, objects, what, reason }: Risk): string {
  const more = objects.length - mostNames;
  const names = objects.slice(0, mostNames).map((object) => `${code(object.kind)} ${code(nameInNamespace(object))}`);
  const shown = names.join(", ") + (more > 0 ? ` and ${more} more` : "");
  const after = what === "" ? "" : `: ${prose(what)}`;
  return `**${verb}** ${shown}${after}.${reason === undefined ? "" : ` ${sentence(reason)}`}`;
}

/** Those that the alert has room for. */
function told(risks: readonly Risk[]): readonly Risk[] {
  const first = risks.slice(0, mostLines);
  return first.slice(0, countWithin(first.map(lineOf), mostCharacters));
}

/** All that is to say of what becomes of an object: why, and what goes with it. */
export function reasonOf({ reason, takesAlong }: PlannedObject): string | undefined {
  const parts = [reason, takesAlong].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join("; ");
}

/** What can hurt, worst first; what happens to several objects for one reason is one risk. */
export function risksIn(plans: readonly SystemPlan[]): Risk[] {
  const found = new Set(refusalsFound(plans));
  const groups = new Map<string, Risk>();
  for (const object of plans.flatMap((plan) => plan.objects)) {
    if (isStanding(object)) continue;
    for (const { ownReason, ...risk } of risksOfObject(object)) {
      const isFound = object.action === "invalid" && found.has(object.reason);
      const own = isFound ? toldBelow : reasonOf(object);
      const reason = ownReason ? own : undefined;
      const key = JSON.stringify([risk.verb, risk.what, reason]);
      const group = groups.get(key) ?? { ...risk, objects: [], reason };
      group.objects.push(object);
      groups.set(key, group);
    }
  }
  const rankOf = ({ rank, objects }: Risk): number => (objects.some(isAskedFor) ? rank : rank + 0.5);
  return [...groups.values()].sort((one, other) => rankOf(one) - rankOf(other));
}

/** A rollout goes on without what is refused and what may need it. */
const toldBelow = "the cluster refuses it, as told below; merging applies the rest and fails";

/** What the cluster refused is told on its line among the findings. */
function refusalsFound(plans: readonly SystemPlan[]): (string | undefined)[] {
  const messages = plans.flatMap(({ findings }) => findings.map(({ message }) => message));
  const refused = plans.flatMap(({ objects }) => objects).filter(({ action }) => action === "invalid");
  return refused
    .map(({ reason }) => reason)
    .filter((reason) => reason !== undefined && messages.some((message) => message.endsWith(reason)));
}

/** What an earlier merge left over and this one leaves as it is. */
export const isStanding = ({ pending, action }: PlannedObject): boolean => pending === true && action !== "delete";

/** By the pull request, and not by drift or an earlier merge alone. */
export const isAskedFor = ({ fields }: PlannedObject): boolean =>
  fields.length === 0 || fields.some(({ cause }) => cause === "pull-request");

/** `ownReason`: what the plan says of the object is about this risk. */
type ObjectRisk = Pick<Risk, "verb" | "what" | "severe" | "rank"> & { ownReason: boolean };

function risksOfObject({ action, risks = [], fields }: PlannedObject): ObjectRisk[] {
  const byAction = actionRisks[action];
  const ofChange = risks.map(({ kind, text }): ObjectRisk => {
    return { verb: verbs[kind], what: text, severe: kind !== "restarts", rank: order.indexOf(kind), ownReason: false };
  });
  const drift = driftIn(fields);
  if (drift !== undefined) {
    const rank = order.indexOf("drift");
    ofChange.push({ verb: "Reverts drift of", what: drift, severe: false, rank, ownReason: false });
  }
  if (byAction === undefined) return ofChange;
  return [{ ...byAction, severe: true, rank: order.indexOf(action), ownReason: true }, ...ofChange];
}

/** `` `kubectl-edit` set `image` and `replicas`, 2026-11-23 11:00 UTC ``: who did by hand what merging undoes, and when last; undefined for nobody. */
function driftIn(fields: readonly FieldChange[]): string | undefined {
  const drifted = fields.filter(({ cause }) => cause === "drift");
  if (drifted.length === 0) return undefined;
  const known = drifted.flatMap(({ manager }) => (manager === undefined || manager === "unknown" ? [] : [manager]));
  const [who, ...others] = [...new Set(known)];
  const more = others.length === 0 ? "" : ` and ${plural(others.length, "other")}`;
  const last = drifted
    .flatMap(({ time }) => Date.parse(time ?? "") || [])
    .reduce((one, other) => Math.max(one, other), 0);
  const when = last === 0 ? "" : `, ${timeIn(new Date(last).toISOString())}`;
  return `${who === undefined ? "unknown writer" : `\`${who}\``}${more} set ${fieldsTold(drifted)}${when}`;
}

const actionRisks: Partial<Record<Action, Pick<Risk, "verb" | "what">>> = {
  delete: { verb: "Deletes", what: "" },
  recreate: { verb: "Recreates", what: "deleted and made again" },
  held: { verb: "Held:", what: "" },
  invalid: { verb: "Invalid:", what: "" },
};
/** By name, as far as a line bears them. */
function fieldsTold(fields: readonly FieldChange[]): string {
  const names = fields.map(({ path }) => `\`${fieldName(path)}\``);
  return names.length > mostFieldNames ? plural(names.length, "field") : names.join(" and ");
}

/** Worst first. */
const order: readonly (Action | RiskKind | "drift")[] = [
  ...(["held", "delete", "recreate", "invalid"] as const),
  ...RISKS.filter((kind) => kind !== "restarts"),
  "drift",
  "restarts",
];

const verbs: Record<RiskKind, string> = {
  stops: "Stops",
  loses: "May lose data of",
  "opens-host": "Opens the node to",
  grants: "Gives rights through",
  exposes: "Exposes",
  restarts: "Restarts",
};
