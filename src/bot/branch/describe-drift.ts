import { titleOf } from "../../core/manifest/kube-object.ts";
import type { FieldChange } from "../../core/plan/plan.ts";
import { code, shorten, visible } from "../../core/report/inert.ts";
import type { DriftReport } from "../../link/messages.ts";

const verbs: Record<DriftReport["outcome"], string> = {
  healed: "healed drift of",
  reported: "saw drift of",
  contested: "gave up healing (contested)",
  failed: "could not heal",
};
const mostFields = 5;

/** One line for the audit trail: `healed drift of Shape demo/star: spec.color "red" → "purple", written by \`kubectl-edit\``. */
export function describeDrift({ object, what, fields, outcome, message }: DriftReport): string {
  const subject = `${verbs[outcome]} ${titleOf(object)}`;
  const managers = [...new Set(fields.map(({ manager }) => manager).filter((manager) => manager !== undefined))];
  const changes = what === "deleted" ? ["somebody deleted it"] : fields.slice(0, mostFields).map(change);
  if (fields.length > mostFields) changes.push(`${fields.length - mostFields} more fields`);
  const writers = managers.length === 0 ? "" : `, written by ${managers.map((manager) => code(manager)).join(", ")}`;
  const note = message === undefined ? "" : ` (${message})`;
  const told = changes.length === 0 ? "" : `: ${changes.join(", ")}`;
  return visible(shorten(`${subject}${told}${writers}${note}`, 1000));
}

/** In a drift report `before` is what was found, `after` what Git wants. */
function change({ path, before, after }: FieldChange): string {
  return `${path} ${shown(before)} → ${shown(after)}`;
}

function shown(value: FieldChange["before"]): string {
  return value === undefined ? "nothing" : shorten(JSON.stringify(value), 60);
}
