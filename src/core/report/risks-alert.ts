import { nameInNamespace, titleOf } from "../manifest/kube-object.ts";
import type { Risk as ChangeRisk, Plan, PlannedObject, SystemPlan } from "../plan/plan.ts";
import { howToApprove } from "./approval.ts";
import { code, codeSentence, prose } from "./inert.ts";
import { heldVerb, isStanding, type Risk, refusalsFound, risksIn, verbOf } from "./risks.ts";
import { inSystems, meantBy, mostNames } from "./system-name.ts";
import { countWithin } from "./within.ts";
import { capitalised, markdownOf } from "./words.ts";

/** Beyond that, what is alike shares a line. */
const mostLines = 8;
const mostCharacters = 8_000;
const mostOfWords = 600;

/** A risk, and others of the same verb, of which the same line tells the objects' names alone. */
interface Line {
  risk: Risk;
  others: readonly Risk[];
}

/** What can hurt, and whom: deletions, recreations, held objects, and what changes do to somebody. */
export interface RisksAlert {
  /** Empty when there is nothing. */
  text: string;
  /** Why something becomes of a system's objects, as far as this or the findings tell it. */
  reasons: ReadonlyMap<SystemPlan, ReadonlySet<string | undefined>>;
  /** Objects of which that is all: what becomes of each, and why. */
  whole: ReadonlySet<PlannedObject>;
  /** What each object's change may do to somebody that stands nowhere else; worst first. */
  risksLeft(object: PlannedObject): readonly ChangeRisk[];
}

/** Where nothing is merged, and each object tells of itself alone. */
export const noAlert: RisksAlert = { text: "", reasons: new Map(), whole: new Set(), risksLeft: () => [] };

export function risksAlert(plans: readonly SystemPlan[]): RisksAlert {
  const risks = risksIn(plans);
  const shown = told(risks, plans);
  return { text: textOf(risks, shown, plans), ...whatIsTold(shown, plans) };
}

function textOf(risks: readonly Risk[], shown: readonly Line[], plans: readonly SystemPlan[]): string {
  if (risks.length === 0) return "";
  const lines = shown.map((line) => `> ${lineOf(line, plans)}`);
  // Beside what is held, and not behind what merging restarts.
  const heldLast = shown.findLastIndex(({ risk }) => risk.verb === heldVerb);
  const approvals = approvalsNeeded(plans).slice(0, mostLines);
  lines.splice(heldLast + 1 || lines.length, 0, ...approvals.map((needed) => `> ${needed}`));
  const left = risks.length - shown.reduce((sum, { others }) => sum + 1 + others.length, 0);
  if (left > 0) lines.push(`> … and ${left} more, below.`);
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

function whatIsTold(shown: readonly Line[], plans: readonly SystemPlan[]): Omit<RisksAlert, "text"> {
  const found = new Set(refusalsFound(plans));
  const reasons = new Map(plans.map((plan) => [plan, new Set<string | undefined>(found)]));
  const whole = new Set<PlannedObject>();
  const texts = new Map<PlannedObject, Set<string>>();
  for (const { risk } of shown) {
    const { of, verb, what, reason } = risk;
    for (const { plan } of of) reasons.get(plan)!.add(reason);
    for (const object of meantBy(of, plans).flatMap(({ objects }) => objects.slice(0, mostNames))) {
      const { action, fields } = object;
      texts.set(object, (texts.get(object) ?? new Set()).add(`${verb} ${what}`));
      const isAll = action === "delete" || action === "held" || (action === "invalid" && found.has(object.reason));
      if (fields.length === 0 && isAll) whole.add(object);
    }
  }
  const risksLeft = (object: PlannedObject) =>
    (isStanding(object) ? [] : (object.risks ?? [])).filter(
      ({ kind, text }) => texts.get(object)?.has(`${verbOf[kind]} ${text}`) !== true,
    );
  for (const object of whole) if (risksLeft(object).length > 0) whole.delete(object);
  return { reasons, whole, risksLeft };
}

/** What is to say of an object, as a sentence; why the cluster refuses one are the cluster's words. */
export function sentence(reason: string, { action, reason: own }: PlannedObject): string {
  if (action === "invalid" && reason === own) return codeSentence(reason, "text", mostOfWords);
  const text = prose(reason);
  return `${capitalised(text)}${/[.!?`]$/.test(text) ? "" : "."}`;
}

function lineOf({ risk, others }: Line, plans: readonly SystemPlan[]): string {
  const { verb, of, what, reason } = risk;
  const after = what === "" ? "" : `: ${prose(what)}`;
  const why = reason === undefined ? "" : ` ${sentence(reason, of[0]!.objects[0]!)}`;
  const also = others.length === 0 ? "" : ` **Also** ${whose(others, plans)}, each as told below.`;
  return `**${verb}** ${whose([risk], plans)}${after}.${why}${also}`;
}

/** `` `Deployment` `shop/a`, `Deployment` `shop/b` and 3 more in `shop-eu` ``: what they happen to. */
function whose(risks: readonly Risk[], plans: readonly SystemPlan[]): string {
  const of = risks.flatMap((risk) => risk.of);
  const objects = new Map(of.flatMap(({ objects }) => objects.map((object) => [titleOf(object), object])));
  const more = objects.size - mostNames;
  const systems = inSystems([...new Set(of.map(({ plan }) => plan))], plans);
  return `${[...objects.values()].slice(0, mostNames).map(named).join(", ")}${more > 0 ? ` and ${more} more` : ""}${markdownOf(systems)}`;
}

const named = (object: PlannedObject): string => `${code(object.kind)} ${code(nameInNamespace(object))}`;

/** Those that the alert has room for. */
function told(risks: readonly Risk[], plans: readonly SystemPlan[]): readonly Line[] {
  const lines = fewLines(risks);
  return lines.slice(
    0,
    countWithin(
      lines.map((line) => lineOf(line, plans)),
      mostCharacters,
    ),
  );
}

/** Risks as they come, one a line; where they are too many, those of one verb share one, the least of them first. */
function fewLines(risks: readonly Risk[]): Line[] {
  const kinds = [...Map.groupBy(risks, ({ verb }) => verb).values()];
  let left = risks.length;
  const lines = kinds.reverse().map((alike): Line[] => {
    if (left <= mostLines) return alike.map((risk) => ({ risk, others: [] }));
    left -= alike.length - 1;
    return [{ risk: alike[0]!, others: alike.slice(1) }];
  });
  return lines.reverse().flat();
}
