import { structuredPatch } from "diff";
import type { Json } from "../manifest/kube-object.ts";
import { withoutMarks } from "../plan/changed-credentials.ts";
import { equalJson } from "../plan/equal.ts";
import { jsonInOneLine } from "../plan/json-in-one-line.ts";
import type { Cause, FieldChange } from "../plan/plan.ts";
import { isOverDrift } from "../plan/reverts-drift.ts";
import { plural } from "./words.ts";

/** Texts from this length on, or with a line break, are shown as a diff. */
const longText = 120;
const mostDiffLines = 400;

/** Whether a field is a text to be read by its lines, and no value to stand in one. */
export function isText({ before, after, base }: FieldChange): boolean {
  return [before, after, base].some((side) => {
    const text = typeof side === "object" && side !== null ? JSON.stringify(side) : side;
    return typeof text === "string" && (text.length >= longText || text.includes("\n"));
  });
}

/** Of a drifted text what the pull request changes of Git's, and what somebody had changed of that: each reads as its own. */
export function apartFromDrift(field: FieldChange): FieldChange[] {
  if (!isOverDrift(field)) return [field];
  const { path, before, after, base, altered, manager, time } = field;
  return [
    { path, cause: "pull-request", ...told({ before: withoutMarks(base), after, altered }) },
    { path, cause: "drift", ...told({ before, after: base, manager, time }) },
  ];
}

/** Only what there is. */
function told(more: { [Name in keyof FieldChange]?: FieldChange[Name] | undefined }): Partial<FieldChange> {
  return Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined));
}

/** Causes of what really differs between now and after merging. */
const differing: ReadonlySet<Cause> = new Set(["pull-request", "drift", "pending", "admission"]);

/** Both sides read the same, since what differs is a credential. */
export function changesUnseen({ cause, before, after }: FieldChange): boolean {
  return differing.has(cause) && before !== undefined && equalJson(before, after);
}

/** Nothing becomes of it: live already, another's, or ignored. */
export const isLeft = ({ cause, before, after }: FieldChange): boolean =>
  !differing.has(cause) && equalJson(before, after);

/** ` · 2 fields`, as it follows an object's name: of those that become something else. */
export function countOfChanges(fields: readonly FieldChange[]): string {
  const count = fields.filter((field) => !isLeft(field)).length;
  return count === 0 ? "" : ` · ${plural(count, "field")}`;
}

/**
 * The hunks of a unified diff; undefined when the texts are too different to be told line by line.
 *
 * @param most how many lines are told; the others are counted
 */
export function diffLines({ before, after }: FieldChange, most = mostDiffLines): string[] | undefined {
  const [now, then] = inLines(before, after);
  const patch = structuredPatch("", "", now, then, "", "", { context: 3, maxEditLength: mostEdits(now, then) });
  if (patch === undefined) return undefined;
  const lines = patch.hunks.flatMap((hunk) => [
    `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`,
    ...hunk.lines.filter((line) => !line.startsWith("\\")),
  ]);
  const left = lines.length - most;
  return left > 0 ? [...lines.slice(0, most), `… and ${left} more lines`] : lines;
}

/** The time grows by the edits times the shorter text's lines, or the edits once more; a new text is no trouble at all. */
function mostEdits(before: string, after: string): number {
  const shorter = Math.min(linesOf(before), linesOf(after));
  return Math.max(1_000, Math.floor(1_000_000 / (shorter + 1)));
}

const linesOf = (text: string): number => text.split("\n").length - 1;

/** Texts by their own lines; JSON that stands in one line by its values, where nothing is lost by that. */
function inLines(before: Json | undefined, after: Json | undefined): [string, string] {
  const values = [before, after].map(jsonInOneLine);
  const isJson = [before, after].every((side, at) => side === undefined || values[at] !== undefined);
  const [one, other] = isJson ? values : [before, after];
  return [asLines(one), asLines(other)];
}

function asLines(json: Json | undefined): string {
  if (json === undefined) return "";
  const text = typeof json === "string" ? json : JSON.stringify(json, null, 2);
  return text.endsWith("\n") ? text : `${text}\n`;
}
