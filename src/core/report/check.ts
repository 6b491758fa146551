import { hasErrors } from "../manifest/finding.ts";
import { type Answer, answersSection, withAnswers } from "./answers.ts";
import { mostCommentCharacters } from "./assemble.ts";
import { renderComment, renderPlanned } from "./comment.ts";
import { countOf, findingsOf, type ToldFinding } from "./findings-table.ts";
import { visible } from "./inert.ts";
import { headlineOf } from "./plan-sections.ts";
import type { PlannedReport, PullRequestReport, RolloutOfSystem, RolloutReport } from "./report.ts";
import { rulesInShort } from "./rules-section.ts";
import { agentsIn } from "./silence.ts";
import { capitalised, plural, textOf } from "./words.ts";

/** A check run as GitHub wants it: https://docs.github.com/en/rest/checks/runs */
export interface CheckReport {
  status: "in_progress" | "completed";
  conclusion?: "success" | "failure" | "action_required";
  title: string;
  summary: string;
  /** What the summary has no room for. */
  text?: string;
  annotations: CheckAnnotation[];
  /** Names what is written, so that a check run can be recognised again; GitHub keeps it as `external_id`. */
  externalId?: string;
}

export interface CheckAnnotation {
  path: string;
  start_line: number;
  end_line: number;
  annotation_level: "failure" | "warning";
  title: string;
  message: string;
}

/** GitHub takes 50 a request, and nobody reads more than these. */
const mostAnnotations = 200;

/**
 * undefined for a rollout: the check belongs to the plan, and the pull request is merged.
 *
 * @param answers newest first, where no comment can tell them
 */
export function checkOf(report: PullRequestReport, answers: readonly Answer[] = []): CheckReport | undefined {
  const findings = findingsOf(report);
  const annotations = findings.slice(0, mostAnnotations).map(annotationOf);
  const names = report.stage === "planned" ? renderPlanned(report).names : undefined;
  const summary = withComment(report, answers);
  switch (report.stage) {
    case "planning":
      return { status: "in_progress", title: "Planning", summary, annotations };
    case "planned": {
      const held = report.plans.some((plan) => plan.totals.held > 0);
      const unknown = report.unplanned.length > 0 || report.silent !== undefined;
      const bad = unknown || hasErrors(findings) || report.plans.some((plan) => plan.totals.invalid > 0);
      const conclusion = bad ? "failure" : held ? "action_required" : "success";
      const title =
        report.unplanned.length > 0
          ? `${plural(report.unplanned.length, "system")} could not be planned`
          : plannedTitle(report);
      const text = names === undefined ? {} : { text: names };
      return { status: "completed", conclusion, title, summary, ...text, annotations };
    }
    case "findings": {
      const conclusion = hasErrors(findings) ? "failure" : "success";
      return { status: "completed", conclusion, title: countOf(findings), summary, annotations };
    }
    case "note": {
      const conclusion = ({ fine: "success", problem: "failure", waiting: "action_required" } as const)[
        report.severity
      ];
      return { status: "completed", conclusion, title: capitalised(report.headline), summary, annotations };
    }
    case "rollout":
      return undefined;
  }
}

/** For a merge that no comment can tell of. What a person has to see to is never green, however far the other systems are. */
export function checkOfRollout(report: RolloutReport, answers: readonly Answer[]): CheckReport {
  const told = { summary: withComment(report, answers), annotations: [] };
  const some = (...states: RolloutOfSystem["state"][]) => report.systems.some(({ state }) => states.includes(state));
  if (some("failed")) return { status: "completed", conclusion: "failure", title: "Rollout failed", ...told };
  if (some("held")) return { status: "completed", conclusion: "action_required", title: "Rollout held", ...told };
  if (some("waiting", "deploying")) return { status: "in_progress", title: "Deploying", ...told };
  const title = some("superseded") ? "Superseded by a later commit" : "Deployed, healthy";
  return { status: "completed", conclusion: "success", title, ...told };
}

/** What the comment says, and GitHub takes as much of a summary. */
function withComment(report: PullRequestReport, answers: readonly Answer[]): string {
  const most = mostCommentCharacters - answersSection(answers).length;
  return withAnswers(renderComment(report, most), answers);
}

function plannedTitle({ plans, silent = [], rules }: PlannedReport): string {
  const away = silent.length === 0 ? "" : `${plural(agentsIn(silent), "agent")} silent`;
  const ruled = rules === undefined ? "" : rulesInShort(rules);
  return [away, headlineOf(plans), ruled]
    .filter((part) => part !== "")
    .join(" · ")
    .replaceAll("**", "");
}

/** Annotations are plain text; only hidden characters need care, and GitHub's limit of 64 KB a message. */
function annotationOf({ file, line, message, rule, severity, whose }: ToldFinding): CheckAnnotation {
  const systems = whose.length === 0 ? "" : `\n(${textOf(whose).trimStart()})`;
  return {
    path: file,
    start_line: line,
    end_line: line,
    annotation_level: severity === "error" ? "failure" : "warning",
    title: rule,
    message: `${visible(message).slice(0, 4000).toWellFormed()}${visible(systems)}`,
  };
}
