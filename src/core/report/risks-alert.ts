import { nameInNamespace } from "../manifest/kube-object.ts";
import type { Plan, PlannedObject, SystemPlan } from "../plan/plan.ts";
import { howToApprove } from "./approval.ts";
import { code, codeSentence, prose } from "./inert.ts";
import { heldVerb, type Risk, refusalsFound, risksIn } from "./risks.ts";
import { inSystems, meantBy, mostNames } from "./system-name.ts";
import { countWithin } from "./within.ts";
import { capitalised, markdownOf } from "./words.ts";

const mostLines = 8;
const mostCharacters = 8_000;
const mostOfWords = 600;

/** The alert with what can hurt, and whom: deletions, recreations, held objects, and what changes do to somebody; empty when there is none. */
export function risksOf(plans: readonly SystemPlan[]): string {
  const risks = risksIn(plans);
  if (risks.length === 0) return "";
  const shown = told(risks, plans);
  const lines = shown.map((risk) => `> ${lineOf(risk, plans)}`);
  // Beside what is held, and not behind what merging restarts.
  const heldLast = shown.findLastIndex(({ verb }) => verb === heldVerb);
  const approvals = approvalsNeeded(plans).slice(0, mostLines);
  lines.splice(heldLast + 1 || lines.length, 0, ...approvals.map((needed) => `> ${needed}`));
  if (risks.length > shown.length) lines.push(`> … and ${risks.length - shown.length} more, below.`);
  const level = risks.some(({ severe }) => severe) ? "WARNING" : "NOTE";
  return [`> [!${level}]`, lines.join("  \n")].join("\n");
}

/** Who can let held deletions go; systems with the same approvers are told in one sentence. */
export function approvalsNeeded(plans: readonly (SystemPlan & Partial<Plan>)[]): string[] {
  const waiting = plans.flatMap((plan) => {
    const { approval, headSha } = plan;
    return approval === undefined || headSha === undefined ? [] : [{ plan, approval, headSha }];
  });
  const alike = Map.groupBy(waiting, ({ approval, headSha }) => howToApprove(approval, headSha));
  return [...alike.values()].map((those) => {
    const whose = inSystems(
      those.map(({ plan }) => plan),
      plans,
    );
    return howToApprove(those[0]!.approval, those[0]!.headSha, markdownOf(whose));
  });
}

/** What the alert has told already, or the findings tell. */
export interface ToldInAlert {
  /** Why something becomes of a system's objects. */
  reasons: ReadonlyMap<SystemPlan, ReadonlySet<string | undefined>>;
  /** Objects of which that is all: what becomes of each, and why. */
  whole: ReadonlySet<PlannedObject>;
}

export function toldInAlert(plans: readonly SystemPlan[]): ToldInAlert {
  const found = new Set(refusalsFound(plans));
  const reasons = new Map(plans.map((plan) => [plan, new Set<string | undefined>(found)]));
  const whole = new Set<PlannedObject>();
  for (const { of, reason } of told(risksIn(plans), plans)) {
    for (const { plan } of of) reasons.get(plan)!.add(reason);
    for (const object of meantBy(of, plans).flatMap(({ objects }) => objects.slice(0, mostNames))) {
      const { action, fields } = object;
      const isAll = action === "delete" || action === "held" || (action === "invalid" && found.has(object.reason));
      if (fields.length === 0 && isAll) whole.add(object);
    }
  }
  return { reasons, whole };
}

/** What is to say of an object, as a sentence; why the cluster refuses one are the cluster's words. */
export function sentence(reason: string, { action, reason: own }: PlannedObject): string {
  if (action === "invalid" && reason === own) return codeSentence(reason, "text", mostOfWords);
  const text = prose(reason);
  return `${capitalised(text)}${/[.!?`]$/.test(text) ? "" : "."}`;
}

function lineOf({ verb, of, what, reason }: Risk, plans: readonly SystemPlan[]): string {
  const { objects } = of[0]!;
  const more = objects.length - mostNames;
  const names = objects.slice(0, mostNames).map((object) => `${code(object.kind)} ${code(nameInNamespace(object))}`);
  const shown = names.join(", ") + (more > 0 ? ` and ${more} more` : "");
  const whose = inSystems(
    of.map(({ plan }) => plan),
    plans,
  );
  const after = what === "" ? "" : `: ${prose(what)}`;
  return `**${verb}** ${shown}${markdownOf(whose)}${after}.${reason === undefined ? "" : ` ${sentence(reason, objects[0]!)}`}`;
}

/** Those that the alert has room for. */
function told(risks: readonly Risk[], plans: readonly SystemPlan[]): readonly Risk[] {
  const first = risks.slice(0, mostLines);
  const lines = first.map((risk) => lineOf(risk, plans));
  return first.slice(0, countWithin(lines, mostCharacters));
}
