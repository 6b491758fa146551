import type { Finding } from "../../core/manifest/finding.ts";
import { titleOf } from "../../core/manifest/kube-object.ts";
import { ACTIONS, type Action, type FolderPlan, type PlannedObject } from "../../core/plan/plan.ts";
import { isLeftOver } from "../../core/plan/totals.ts";
import { reasonOf } from "../../core/report/risks.ts";
import { type Paint, plain } from "../paint.ts";
import { fieldLines } from "./print-field.ts";
import { oneLine } from "./terminal-text.ts";

export interface Printing {
  paint: Paint;
  /** What the plan is compared with, as it was asked for. */
  revision?: string | undefined;
}

const looks: Record<Action, { sign: string; style: Parameters<Paint>[0] }> = {
  create: { sign: "+", style: "green" },
  update: { sign: "~", style: "yellow" },
  recreate: { sign: "±", style: "yellow" },
  delete: { sign: "-", style: "red" },
  unchanged: { sign: " ", style: "dim" },
  adopt: { sign: "~", style: "yellow" },
  held: { sign: "!", style: "red" },
  invalid: { sign: "!", style: "red" },
};

const withoutBase =
  "Without --base REV, what somebody changed in the cluster shows as a change too: it cannot be told from one.";

/** A plan for a terminal, in lines, totals last. Text of others cannot move the cursor or hide. */
export function planLines(plan: FolderPlan, { paint, revision }: Printing): string[] {
  const { objects, findings, baseSha } = plan;
  const isCompared = baseSha !== undefined;
  const against = isCompared ? `, compared with ${revision ?? "a commit"} (${baseSha.slice(0, 7)})` : "";
  const changes = objects.some(({ fields }) => fields.some(({ cause }) => cause === "pull-request"));
  const parts = [
    [paint("bold", oneLine(`${plan.system} on ${plan.cluster}${against}`))],
    objects.flatMap((object) => objectLines(object, isCompared, paint)),
    findingLines(findings, paint),
    !isCompared && changes ? [paint("dim", withoutBase)] : [],
    [paint("bold", totalsLine(plan))],
  ];
  return parts.filter((lines) => lines.length > 0).flatMap((lines, at) => (at === 0 ? lines : ["", ...lines]));
}

export function findingLines(findings: readonly Finding[], paint: Paint = plain): string[] {
  return findings.map(({ file, line, column, severity, rule, message }) => {
    const told = paint(severity === "error" ? "red" : "yellow", severity);
    return `${oneLine(`${file}:${line}:${column}`)}: ${told} ${oneLine(`${rule}: ${message}`)}`;
  });
}

function objectLines(object: PlannedObject, isCompared: boolean, paint: Paint): string[] {
  const { action, fields, file, line, risks = [] } = object;
  const reason = reasonOf(object);
  const { sign, style } = looks[action];
  const place = file === undefined ? "" : paint("dim", `  ${oneLine(file)}:${line}`);
  return [
    `${paint(style, oneLine(`${sign} ${action} ${titleOf(object)}`))}${object.pending === true ? "  (pending)" : ""}${place}`,
    ...risks.map(({ kind, text }) => paint("red", oneLine(`    ! ${kind}: ${text}`))),
    ...(reason === undefined ? [] : [`    ${oneLine(reason)}`]),
    ...fields.flatMap((field) => fieldLines(field, isCompared, paint)),
  ];
}

function totalsLine({ totals, drifted, objects }: FolderPlan): string {
  const told = ACTIONS.filter((action) => totals[action] > 0).map((action) => `${totals[action]} ${action}`);
  if (told.length === 0 && objects.length === 0) return "Nothing is described here.";
  const pending = objects.filter(isLeftOver).length;
  if (pending > 0) told.push(`${pending} pending`);
  if (drifted > 0) told.push(`${drifted} drifted`);
  const isIdle = objects.every(({ action }) => action === "unchanged");
  return `${isIdle ? "Nothing to do: " : ""}${told.join(", ")}`;
}
