import type { Finding } from "../../core/manifest/finding.ts";
import { type Json, titleOf } from "../../core/manifest/kube-object.ts";
import { ACTIONS, type FieldChange, type PlannedObject, type SystemPlan } from "../../core/plan/plan.ts";
import { visible } from "../../core/report/inert.ts";

const signs: Record<PlannedObject["action"], string> = {
  create: "+",
  update: "~",
  recreate: "±",
  delete: "-",
  unchanged: " ",
  adopt: "~",
  held: "!",
  invalid: "!",
};

const colours: Record<string, string> = { "+": "32", "~": "33", "±": "33", "-": "31", "!": "31" };

/** A plan for a terminal, in lines; with ANSI colours when `coloured`. Text of others cannot move the cursor or hide. */
export function planLines(plan: SystemPlan, coloured: boolean): string[] {
  const paint = (sign: string, text: string): string =>
    coloured && colours[sign] !== undefined ? `\u001b[${colours[sign]}m${text}\u001b[0m` : text;
  const lines = plan.objects.flatMap((object) => {
    const { action, fields, reason, file, line, risks = [] } = object;
    const place = file === undefined ? "" : `  (${visible(file)}:${line})`;
    const title = `${signs[action]} ${action} ${titleOf(object)}`;
    return [
      paint(signs[action], visible(title)) + place,
      ...risks.map(({ kind, text }) => paint("!", visible(`    ! ${kind}: ${text}`))),
      ...(reason === undefined ? [] : [`    ${visible(reason)}`]),
      ...fields.map((field) => `    ${visible(fieldLine(field))}`),
    ];
  });
  const totals = ACTIONS.filter((action) => plan.totals[action] > 0).map(
    (action) => `${plan.totals[action]} ${action}`,
  );
  return [...lines, ...findingLines(plan.findings), totals.join(", ") || "nothing is described here"];
}

export function findingLines(findings: readonly Finding[]): string[] {
  return findings.map(({ file, line, column, severity, rule, message }) =>
    visible(`${file}:${line}:${column}: ${severity} ${rule}: ${message}`),
  );
}

function fieldLine({ path, before, after, cause, manager }: FieldChange): string {
  const why = cause === "pull-request" ? "" : `  (${cause}${manager === undefined ? "" : `, ${manager}`})`;
  return `${path}: ${shown(before)} → ${shown(after)}${why}`;
}

function shown(value: Json | undefined): string {
  if (value === undefined) return "(none)";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}
