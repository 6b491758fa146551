import type { Finding } from "../../core/manifest/finding.ts";
import { visible } from "../../core/report/inert.ts";
import type { ValidateReport } from "./check-files.ts";

export const outputs = ["text", "json", "github"] as const;
export type Output = (typeof outputs)[number];

/** The report as lines; what comes from files is made harmless for the terminal, or for the reader of the lines. */
export function* reportLines(report: ValidateReport, output: Output): Generator<string> {
  switch (output) {
    case "json":
      yield JSON.stringify(report);
      return;
    case "text":
      yield* report.findings.map(textLine);
      break;
    case "github":
      yield* report.findings.map(workflowCommand);
      break;
  }
  yield summary(report);
}

function textLine({ file, line, column, severity, rule, message }: Finding): string {
  return oneLine(`${file}:${line}:${column}: ${severity} ${rule}: ${message}`);
}

/** https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
function workflowCommand({ file, line, column, severity, rule, message }: Finding): string {
  const properties = Object.entries({ file, line, col: column, title: rule })
    .map(([name, value]) => `${name}=${escapeProperty(String(value))}`)
    .join(",");
  return `::${severity} ${properties}::${escapeData(message)}`;
}

function escapeData(text: string): string {
  return visible(text).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

function summary({ files, objects, findings }: ValidateReport): string {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const told = [count(errors, "error"), count(findings.length - errors, "warning")];
  return `${count(files, "file")}, ${count(objects, "object")}: ${findings.length === 0 ? "all valid" : told.join(", ")}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** A terminal obeys control characters, whoever wrote them. */
function oneLine(text: string): string {
  return visible(text).replaceAll(/\s+/g, " ");
}
