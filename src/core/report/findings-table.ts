import type { Finding } from "../manifest/finding.ts";
import { code, prose } from "./inert.ts";
import type { PullRequestReport } from "./report.ts";
import { countWithin } from "./within.ts";
import { plural } from "./words.ts";

const mostCharacters = 20_000;

/** Everything that is wrong with the files, whichever stage tells it; each once, errors first. */
export function findingsOf(report: PullRequestReport): Finding[] {
  const all = allFindings(report);
  const once = new Map(all.map((finding) => [keyOf(finding), finding]));
  return [...once.values()].sort((a, b) => rank(a) - rank(b));
}

function allFindings(report: PullRequestReport): Finding[] {
  switch (report.stage) {
    case "findings":
      return report.findings;
    case "planned":
      return [
        ...report.plans.flatMap(({ findings }) => findings),
        ...report.unplanned.flatMap(({ findings = [] }) => findings),
      ];
    case "planning":
    case "note":
    case "rollout":
      return [];
  }
}

const keyOf = ({ file, line, column, rule, message }: Finding): string =>
  JSON.stringify([file, line, column, rule, message]);
const rank = ({ severity }: Finding): number => (severity === "error" ? 0 : 1);

/** `2 findings`; `3 warnings` when none is an error. */
export function countOf(findings: readonly Finding[]): string {
  return plural(findings.length, findings.some(({ severity }) => severity === "error") ? "finding" : "warning");
}

/** Where and what, one row each; what is beyond `most` is counted. */
export function findingsTable(findings: readonly Finding[], most: number): string {
  const all = findings.slice(0, most).map(row);
  const rows = all.slice(0, countWithin(all, mostCharacters));
  const table = ["| where | what |", "|---|---|", ...rows].join("\n");
  const left = findings.length - rows.length;
  return left === 0 ? table : `${table}\n\n… and ${left} more, in the check run \`trueup\`.`;
}

function row({ file, line, message, severity }: Finding): string {
  return `| ${code(`${file}:${line}`, "table")} | ${severity === "warning" ? "warning: " : ""}${prose(message, "table")} |`;
}
