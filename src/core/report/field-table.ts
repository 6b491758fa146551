import { structuredPatch } from "diff";
import type { Json } from "../manifest/kube-object.ts";
import { equalJson } from "../plan/equal.ts";
import type { Cause, FieldChange } from "../plan/plan.ts";
import { code, fenced } from "./inert.ts";

/** Texts from this length on, or with a line break, are shown as a diff. */
const longText = 120;
const mostRows = 200;
const mostDiffLines = 400;

/** The changed fields of one object: scalars as a table, texts as diffs, all in the order of the object. */
export function fieldTable(fields: readonly FieldChange[]): string {
  const shown = fields.slice(0, mostRows);
  const scalars = shown.filter((field) => !isText(field));
  const texts = shown.filter(isText);
  const parts: string[] = [];
  if (scalars.length > 0) {
    const rows = scalars.map(
      (field) =>
        `| ${code(field.path, "table")} | ${value(field.before)} | ${value(field.after)} | ${why(field, "table")} |`,
    );
    parts.push(["| field | now | after merging | why |", "|---|---|---|---|", ...rows].join("\n"));
  }
  for (const field of texts) parts.push(`${code(field.path)} · ${why(field, "text")}\n\n${textDiff(field)}`);
  if (fields.length > shown.length) parts.push(`… and ${fields.length - shown.length} more fields.`);
  return parts.join("\n\n");
}

/** Why a field differs, in words. */
function why(field: FieldChange, place: "text" | "table"): string {
  const cause = words(field, place)[field.cause];
  return changesUnseen(field) ? `${cause}; what changes is masked` : cause;
}

/** Causes of what really differs between now and after merging. */
const differing: ReadonlySet<Cause> = new Set(["pull-request", "drift", "pending"]);

/** Both sides read the same, since what differs is a credential. */
function changesUnseen({ cause, before, after }: FieldChange): boolean {
  return differing.has(cause) && before !== undefined && equalJson(before, after);
}

function words({ manager, time }: FieldChange, place: "text" | "table"): Record<Cause, string> {
  const who = manager === undefined || manager === "unknown" ? "unknown writer" : code(manager, place);
  const when = time === undefined ? "" : `, ${shortTime(time)}`;
  return {
    "pull-request": "this pull request",
    drift: `**drift**: ${who} set it${when}; merging reverts it`,
    pending: "an earlier merge that is not applied yet",
    "already-live": "already live",
    foreign: `${who} added it${when}; left alone`,
    ignored: "ignored by the system's rules",
  };
}

/** `2026-11-23 14:02 UTC`; a time that is none is shown as it is. */
export function shortTime(time: string): string {
  const parsed = new Date(time);
  return Number.isNaN(parsed.getTime())
    ? code(time, "table")
    : `${parsed.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function value(json: Json | undefined): string {
  if (json === undefined) return "–";
  return code(typeof json === "string" ? json : JSON.stringify(json), "table");
}

function isText({ before, after }: FieldChange): boolean {
  return [before, after].some((side) => {
    const text = typeof side === "object" && side !== null ? JSON.stringify(side) : side;
    return typeof text === "string" && (text.length >= longText || text.includes("\n"));
  });
}

function textDiff(field: FieldChange): string {
  const { before, after } = field;
  if (changesUnseen(field)) return "Nothing else of it changes.";
  const patch = structuredPatch("", "", asLines(before), asLines(after), "", "", { context: 3, maxEditLength: 5000 });
  if (patch === undefined) return "Too different to show line by line.";
  const lines = patch.hunks.flatMap((hunk) => [
    `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`,
    ...hunk.lines.filter((line) => !line.startsWith("\\")),
  ]);
  const left = lines.length - mostDiffLines;
  const cut = left > 0 ? [...lines.slice(0, mostDiffLines), `… and ${left} more lines`] : lines;
  return fenced(cut.join("\n"), "diff");
}

function asLines(json: Json | undefined): string {
  if (json === undefined) return "";
  const text = typeof json === "string" ? json : JSON.stringify(json, null, 2);
  return text.endsWith("\n") ? text : `${text}\n`;
}
