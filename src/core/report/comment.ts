import { hasErrors } from "../manifest/finding.ts";
import type { SystemOnCluster, SystemPlan } from "../plan/plan.ts";
import { mostOfAnswers } from "./answers.ts";
import { assemble, type CommentParts, fitting, mostCommentCharacters, mostUnfolded } from "./assemble.ts";
import { autoscalerHint } from "./autoscaler-hint.ts";
import { shortTime } from "./field-table.ts";
import { countOf, findingsOf, findingsTable } from "./findings-table.ts";
import { code, prose } from "./inert.ts";
import { objectDetails, objectNames, riskiestFirst } from "./object-details.ts";
import { inPart, overlapLines } from "./overlaps.ts";
import { pausesTold } from "./pauses.ts";
import { headlineOf, systemsTable } from "./plan-sections.ts";
import type {
  FindingsReport,
  NoteReport,
  PlannedReport,
  PlanningReport,
  PlanPoint,
  PullRequestReport,
  RolloutReport,
} from "./report.ts";
import { type RisksAlert, risksAlert } from "./risks-alert.ts";
import { risksListed } from "./risks-left.ts";
import { rolloutComment } from "./rollout-comment.ts";
import { rulesInShort, rulesSection } from "./rules-section.ts";
import { agentsIn, silenceWords } from "./silence.ts";
import { within } from "./within.ts";
import { markdownOf, plural } from "./words.ts";

const mostFindings = 50;
/** Next to a plan, which is what one came to read. */
const mostBesidePlan = 10;
/** Of names and messages of systems; how many systems there are is up to the repository. */
const mostOfSystems = 6_000;

/**
 * The Markdown of the one comment on a pull request, without the hidden marker and the answers to commands.
 * @param most characters
 */
export function renderComment(report: PullRequestReport, most = mostCommentCharacters): string {
  switch (report.stage) {
    case "planning":
      return planning(report);
    case "planned":
      return plannedComment(report, most).comment;
    case "findings":
      return findings(report);
    case "note":
      return note(report);
    case "rollout":
      return rollout(report);
  }
}

/** A plan as Markdown without a pull request around it, as `trueup plan --output markdown` prints it. */
export function renderPlanMarkdown(plan: SystemPlan): string {
  const alert = risksAlert([plan]);
  const { texts } = objectDetails([plan], alert, Number.POSITIVE_INFINITY);
  return join(`### trueup · ${headlineOf([plan])}`, alert.text, systemsTable([plan]), texts.join("\n\n"));
}

function planning({ systems, at }: PlanningReport): string {
  const told = within(namesIn(systems), mostOfSystems, (left) => `${left} more`).join(", ");
  return join("### trueup · planning", `Waiting for the plan of ${told}.`, foot(at));
}

/** The comment of a plan, and where it cannot hold the whole plan beside answers, all that changes by name, riskiest first. */
export function renderPlanned(report: PlannedReport): { comment: string; names: string | undefined } {
  const { comment, parts, alert } = plannedComment(report, mostCommentCharacters);
  if (fitting(parts, mostCommentCharacters - mostOfAnswers) === parts.details.total)
    return { comment, names: undefined };
  const names = { head: "What changes, by name:", details: objectNames(report.plans, alert), foot: "" };
  return { comment, names: assemble({ ...names, rest: "`trueup plan` prints them all." }) };
}

/** However much is cut, what can hurt stays. */
function plannedComment(report: PlannedReport, most: number) {
  const alert = risksAlert(report.plans);
  const parts = partsOfPlanned(report, alert);
  const isCut = fitting(parts, most) < parts.details.total;
  const head = isCut ? headOfPlanned(report, alert, risksListed(report.plans, alert, riskiestFirst)) : parts.head;
  return { comment: assemble({ ...parts, head }, most), parts, alert };
}

function partsOfPlanned(report: PlannedReport, alert: RisksAlert): CommentParts {
  const { plans, at } = report;
  const rest =
    at.planUrl === undefined
      ? "The totals above count them all; the check run `trueup` names them."
      : `They are in the [whole plan](${at.planUrl}).`;
  const details = objectDetails(plans, alert);
  return { head: headOfPlanned(report, alert), details, rest, mostUnfolded, foot: foot(at) };
}

/** @param risksLeft beside those that the alert tells */
function headOfPlanned(report: PlannedReport, alert: RisksAlert, risksLeft = ""): string {
  const { plans, silent = [], unplanned, again = [], pauses = [], overlaps, rules, at } = report;
  const found = findingsOf(report);
  const away = silent.length === 0 ? "" : ` · **${plural(agentsIn(silent), "agent")} silent**`;
  const missing = unplanned.length === 0 ? "" : ` · **${plural(unplanned.length, "system")} not planned**`;
  const problems = [
    ...unplanned.map(({ system, cluster, message }) => `> ${code(system)} on ${code(cluster)}: ${prose(message)}`),
    ...silent.map((one) => `> ${markdownOf(silenceWords(one))}`),
  ];
  const told = within(problems, mostOfSystems, (left) => `> … and ${left} more.`);
  const caution = problems.length === 0 ? "" : `> [!CAUTION]\n${told.join("  \n")}`;
  const headline = plans.length === 0 && unplanned.length > 0 ? "" : ` · ${headlineOf(plans)}`;
  const ruled = rules === undefined ? "" : rulesInShort(rules);
  return join(
    `### trueup${headline}${ruled === "" ? "" : ` · ${ruled}`}${missing}${away}${found.length === 0 ? "" : ` · ${countOf(found)}`}`,
    caution,
    againTold(again, `is the plan${at.liveAsOf === undefined ? "" : ` as of ${shortTime(at.liveAsOf)}`}`),
    pausesTold(pauses),
    rules === undefined ? "" : rulesSection(rules),
    alert.text,
    risksLeft,
    overlaps === undefined ? "" : overlapLines(overlaps, [...plans, ...unplanned]),
    inPart(plans),
    plans.length === 0 ? "" : systemsTable(plans),
    autoscalerHint(plans),
    found.length === 0 ? "" : findingsTable(found, mostBesidePlan),
  );
}

/** @param here what is read meanwhile */
function againTold(again: readonly SystemOnCluster[], here: string): string {
  if (again.length === 0) return "";
  const told = within(namesIn(again), mostOfSystems, (left) => `${left} more`).join(", ");
  return `> [!NOTE]\n> **Being planned again**: ${told}. What stands here ${here}.`;
}

const namesIn = (systems: readonly SystemOnCluster[]): string[] =>
  systems.map(({ system, cluster }) => `${code(system)} on ${code(cluster)}`);

function findings(report: FindingsReport): string {
  const { again = [], at } = report;
  const shown = findingsOf(report);
  const blocked = hasErrors(shown) ? ", nothing can be deployed yet" : "";
  return join(
    `### trueup · ${countOf(shown)}${blocked}`,
    againTold(again, "was found before"),
    shown.length === 0 ? "" : findingsTable(shown, mostFindings),
    foot(at),
  );
}

function note({ headline, sentences, at }: NoteReport): string {
  return join(`### trueup · ${headline}`, sentences.join("\n\n"), foot(at));
}

function rollout(report: RolloutReport): string {
  return rolloutComment(report);
}

/** For which commits, as of when, and how to ask for help. */
function foot({ headSha, base, baseSha, liveAsOf, planUrl }: PlanPoint): string {
  const live = liveAsOf === undefined ? "" : `, live as of ${shortTime(liveAsOf)}`;
  const plan = planUrl === undefined ? "" : ` · <a href="${encodeURI(planUrl)}">whole plan</a>`;
  return `<sub>Planned for \`${short(headSha)}\` on ${code(base)} at \`${short(baseSha)}\`${live}${plan} · \`/trueup help\`</sub>`;
}

const short = (sha: string): string => sha.slice(0, 7).replaceAll(/[^0-9a-f]/g, "?");

function join(...parts: string[]): string {
  return parts.filter((part) => part !== "").join("\n\n");
}
