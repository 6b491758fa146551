import type { Json } from "../../core/manifest/kube-object.ts";
import { equalJson } from "../../core/plan/equal.ts";
import type { Cause, FieldChange } from "../../core/plan/plan.ts";
import { causeOf } from "../../core/report/cause.ts";
import { shorten } from "../../core/report/inert.ts";
import { apartFromDrift, diffLines, isText } from "../../core/report/text-diff.ts";
import { textOf } from "../../core/report/words.ts";
import type { Paint } from "../paint.ts";
import { oneLine } from "./terminal-text.ts";

const mostCharacters = 120;

/**
 * `path: before → after  (why)`; of a long text its diff.
 * @param isCompared with a commit: otherwise every difference is a change, and saying so tells nothing
 */
export function fieldLines(field: FieldChange, isCompared: boolean, paint: Paint): string[] {
  const parts = isText(field) ? apartFromDrift(field) : [field];
  return parts.flatMap((part) => linesOf(part, isCompared, paint));
}

function linesOf(field: FieldChange, isCompared: boolean, paint: Paint): string[] {
  const { path, before, after } = field;
  const words = whyOf(field, isCompared);
  const why = words === "" ? "" : paint("dim", `  (${oneLine(words)})`);
  const name = `    ${oneLine(path)}:`;
  if (equalJson(before, after)) return [`${name} ${shown(after)}${why}`];
  if (isText(field)) return [`${name}${why}`, ...diffOf(field, paint)];
  const [old, next] = shown(before) === shown(after) ? [json(before), json(after)] : [shown(before), shown(after)];
  return [`${name} ${paint("red", old)} → ${paint("green", next)}${why}`];
}

function whyOf(field: FieldChange, isCompared: boolean): string {
  const cause = textOf(causeOf(field, { change: isCompared ? ["your change"] : [] }));
  return hasPrefix.has(field.cause) ? `${field.cause}: ${cause}` : cause;
}

/** Their words do not say which cause it is. */
const hasPrefix: ReadonlySet<Cause> = new Set(["pending", "foreign"]);

function diffOf(field: FieldChange, paint: Paint): string[] {
  const lines = diffLines(field) ?? ["too different to show line by line"];
  return lines.map((line) => {
    const text = `      ${oneLine(line)}`;
    if (line.startsWith("@@")) return paint("cyan", text);
    if (line.startsWith("+")) return paint("green", text);
    return line.startsWith("-") ? paint("red", text) : text;
  });
}

function shown(value: Json | undefined): string {
  if (value === undefined) return "(none)";
  if (typeof value !== "string" || value.trim() === "") return json(value);
  return oneLine(shorten(value, mostCharacters));
}

function json(value: Json | undefined): string {
  return value === undefined ? "(none)" : oneLine(shorten(JSON.stringify(value), mostCharacters));
}
