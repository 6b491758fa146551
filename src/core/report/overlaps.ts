import { nameInNamespace } from "../manifest/kube-object.ts";
import { lookedThrough, type Overlap, type Overlaps } from "../plan/overlap.ts";
import type { Plan, SystemOnCluster } from "../plan/plan.ts";
import { inSystems } from "./system-name.ts";
import { markdownOf, plural, type Words } from "./words.ts";

const mostLines = 6;
/** A file's text would bury the alert, and says no more of what it differs in. */
const mostOfValue = 80;

/**
 * Other open pull requests that touch the same objects, and in which of all systems; as code, since a link would tell each of them
 * so on every edit. What does not stand here is counted by its order of magnitude: where a hundred meet, each new one would have all
 * other comments written again. Those that undo one another stand in an alert.
 */
export function overlapLines({ worst, total }: Overlaps, all: readonly SystemOnCluster[]): string {
  const shown = worst.slice(0, mostLines);
  const words = (those: readonly Overlap[]) => those.map((one) => markdownOf(overlapWords(one, all)));
  const severe = words(shown.filter(({ how }) => isSevere.has(how)));
  const lines = words(shown.filter(({ how }) => !isSevere.has(how)));
  const more = total - shown.reduce((sum, { systems }) => sum + systems.length, 0);
  if (more > 0) lines.push(`… and ${more < 10 ? "" : `at least ${10 ** Math.floor(Math.log10(more))} `}others.`);
  const alert = severe.length === 0 ? "" : `> [!WARNING]\n${severe.map((line) => `> ${line}`).join("  \n")}`;
  return [alert, lines.map((line) => `- ${line}`).join("\n")].filter((part) => part !== "").join("\n\n");
}

/** Where a pull request touches too much to look others through for all of it; `""` where it does not. */
export function inPart(plans: readonly Plan[]): string {
  const { of, count } = lookedThrough(plans);
  if (count === of) return "";
  return `Other open pull requests were looked through for ${count} of ${plural(of, "object")}, deletions first.`;
}

/** Whichever is merged last undoes the other. */
const isSevere: ReadonlySet<Overlap["how"]> = new Set([
  "deletes",
  "changes-deleted",
  "field",
  "recreates",
  "changes-recreated",
]);

/** How one of them meets this pull request, which concerns all these systems. */
export function overlapWords(
  { pullRequest, object, systems, how, path, after }: Overlap,
  all: readonly SystemOnCluster[],
): Words {
  const who = { code: `#${pullRequest}` };
  const what: Words = [{ code: object.kind }, " ", { code: nameInNamespace(object) }, ...inSystems(systems, all)];
  switch (how) {
    case "deletes":
      return [who, " ", { strong: "deletes" }, " ", ...what, ", which this one changes."];
    case "changes-deleted":
      return [who, " changes ", ...what, ", which this one ", { strong: "deletes" }, "."];
    case "field": {
      const value = typeof after === "string" ? after : JSON.stringify(after);
      const isShort = value !== undefined && value.length <= mostOfValue && !value.includes("\n");
      const to: Words = isShort ? [": ", { code: value }] : [];
      return [
        who,
        " also changes ",
        { code: path ?? "" },
        " of ",
        ...what,
        ", ",
        { strong: "to something else" },
        ...to,
        ".",
      ];
    }
    case "recreates":
      return [who, " ", { strong: "recreates" }, " ", ...what, ", which this one changes."];
    case "changes-recreated":
      return [who, " changes ", ...what, ", which this one ", { strong: "recreates" }, "."];
    case "both-create":
      return [who, " also creates ", ...what, ", perhaps with other content."];
    case "hidden":
      return [who, " also changes ", { code: path ?? "" }, " of ", ...what, "; the values are hidden."];
    case "object":
      return [who, " also changes ", ...what, "."];
    case "both-delete":
      return [who, " also deletes ", ...what, "."];
  }
}
