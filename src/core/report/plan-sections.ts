import { type Json, nameInNamespace } from "../manifest/kube-object.ts";
import {
  ACTIONS,
  type Action,
  type FieldChange,
  type Plan,
  type PlannedObject,
  type SystemPlan,
} from "../plan/plan.ts";
import { type Details, detailsUpTo, mostCommentCharacters } from "./assemble.ts";
import { fieldName } from "./field-name.ts";
import { fieldTable } from "./field-table.ts";
import { code, htmlCode } from "./inert.ts";
import { isAskedFor, isStanding, reasonOf, sentence, toldInAlert } from "./risks.ts";
import { isText } from "./text-diff.ts";
import { within } from "./within.ts";
import { plural } from "./words.ts";

/** Of characters; a configuration may have 500 systems. */
const mostOfTable = 12_000;

/** Order of what a reader should see first. */
const riskOrder: readonly Action[] = [
  "held",
  "delete",
  "recreate",
  "invalid",
  "update",
  "create",
  "adopt",
  "unchanged",
];

/** What merging deletes although the pull request does not ask for it; no total counts it. */
function leftOverDeletions({ objects }: SystemPlan): number {
  return objects.filter(({ action, pending }) => action === "delete" && pending === true).length;
}

/** Sums over all plans, one number per action. */
export function totalsOf(plans: readonly SystemPlan[]): Record<Action, number> {
  const sums = Object.fromEntries(ACTIONS.map((action) => [action, 0])) as Record<Action, number>;
  for (const plan of plans) for (const action of ACTIONS) sums[action] += plan.totals[action];
  return sums;
}

/** How many objects end how, of what happens at all; what is left over or has drifted comes last. */
export interface Count {
  count: number;
  what: string;
  /** What follows it: ` left over from an earlier merge`. */
  more: string;
  severe: boolean;
}

export function countsIn(plans: readonly (SystemPlan & Partial<Plan>)[]): Count[] {
  const totals = totalsOf(plans);
  const awaiting = plans.reduce((sum, { approval }) => sum + (approval?.deletes.length ?? 0), 0);
  const heldDeletions = Math.min(totals.held, awaiting);
  totals.held -= heldDeletions;
  const counts = (["create", "update", "adopt", "recreate", "delete", "held", "invalid"] as const).map((action) => ({
    count: totals[action],
    what: action,
    more: "",
    severe: action !== "create" && action !== "update" && action !== "adopt",
  }));
  const leftOver = plans.reduce((sum, plan) => sum + leftOverDeletions(plan), 0);
  const drifted = plans.reduce((sum, plan) => sum + plan.drifted, 0);
  return [
    ...counts,
    { count: heldDeletions, what: "delete", more: ", held", severe: true },
    { count: leftOver, what: "delete", more: " left over from an earlier merge", severe: true },
    { count: drifted, what: "drifted", more: "", severe: false },
  ].filter(({ count }) => count > 0);
}

/** `1 create · 2 update · **1 delete**`, or `nothing changes`. */
export function headlineOf(plans: readonly SystemPlan[]): string {
  const counts = countsIn(plans);
  const words = counts.map(({ count, what, more, severe }) => {
    const told = `${count} ${what}`;
    return `${severe ? `**${told}**` : told}${more}`;
  });
  if (counts.every(({ what }) => what === "drifted")) words.unshift("nothing changes");
  return `${words.join(" · ")}${plans.length > 1 ? ` · in ${plans.length} systems` : ""}`;
}

/**
 * One row per system, those first in which something changes when there are many; zeros are dashes. What seldom happens has a
 * column only when it does. A phone shows the first columns alone: the first line has the totals already, but not how it fares now.
 */
export function systemsTable(plans: readonly SystemPlan[]): string {
  const totals = totalsOf(plans);
  const seldom = (["adopt", "recreate", "held", "invalid"] as const).filter((action) => totals[action] > 0);
  const counted: readonly Action[] = ["create", "update", "delete", ...seldom, "unchanged"];
  const shownFirst = plans.length > 20 ? plans.toSorted((one, other) => unchanging(one) - unchanging(other)) : plans;
  const rows = shownFirst.map((plan) => {
    const counts = counted.map((action) => {
      const leftOver = action === "delete" ? leftOverDeletions(plan) : 0;
      const told = [plan.totals[action] || "", leftOver > 0 ? `${leftOver} left over` : ""].filter(
        (part) => part !== "",
      );
      return told.join(" + ") || "–";
    });
    const health = plan.health === "Failed" ? `**${healthWord(plan.health)}**` : healthWord(plan.health);
    const now = plan.drifted > 0 ? `${health}, ${plan.drifted} drifted` : health;
    return `| ${[code(plan.system, "table"), code(plan.cluster, "table"), now, ...counts].join(" | ")} |`;
  });
  const head = `| system | cluster | now | ${counted.join(" | ")} |`;
  const shown = within(rows, mostOfTable, (left) => `\n… and ${left} more systems.`);
  return [head, `|---|---|---|${counted.map(() => "--:|").join("")}`, ...shown].join("\n");
}

const unchanging = ({ objects }: SystemPlan): number =>
  objects.some(({ action, drifted }) => action !== "unchanged" || drifted) ? 0 : 1;

/** Health in a reader's words. */
export function healthWord(health: SystemPlan["health"]): string {
  switch (health) {
    case "Current":
      return "healthy";
    case "InProgress":
      return "in progress";
    case "Failed":
      return "failed";
    case "Terminating":
      return "being deleted";
    case "NotFound":
      return "not there yet";
    case "Unknown":
      return "unknown";
  }
}

/**
 * Every changed object folded, riskiest first, the first one open; each text stands alone, so that a long plan can be cut between
 * them.
 *
 * @param most characters of which somebody could have a use: a comment's, or however many there are
 */
export function objectDetails(plans: readonly SystemPlan[], most = mostCommentCharacters): Details {
  const { reasons, whole } = toldInAlert(plans);
  return detailsUpTo(most, changedObjects(plans, whole), (object, index) => detailsOf(object, index === 0, reasons));
}

/** The same, each as an item of a list. */
export function objectNames(plans: readonly SystemPlan[]): Details {
  const objects = changedObjects(plans, toldInAlert(plans).whole);
  const line = (object: PlannedObject) => `- ${object.action} ${code(object.kind)} ${code(nameInNamespace(object))}`;
  return detailsUpTo(mostCommentCharacters, objects, line);
}

/** Riskiest first, without those that are told elsewhere with all that is to say of them. */
function changedObjects(plans: readonly SystemPlan[], toldWhole: ReadonlySet<PlannedObject>): PlannedObject[] {
  const changed = plans
    .flatMap((plan) => plan.objects)
    .filter((object) => object.action !== "unchanged" || object.fields.length > 0)
    .filter((object) => !toldWhole.has(object));
  return riskiestFirst(changed);
}

export function riskiestFirst(objects: readonly PlannedObject[]): PlannedObject[] {
  return objects.toSorted((one, other) => rankOf(one) - rankOf(other));
}

/** What nobody asked for in the pull request comes after its like that somebody did; what this merge leaves as it is, last. */
const rankOf = (object: PlannedObject): number =>
  isStanding(object) ? riskOrder.length : riskOrder.indexOf(object.action) + (isAskedFor(object) ? 0 : 0.5);

/** Folded, or one line of a list where the name is all that there is to say. */
function detailsOf(object: PlannedObject, open: boolean, told: ReadonlySet<string | undefined>): string {
  const { action, kind, file, line, drifted, pending } = object;
  const note = object.fields.length > 0 ? ` · ${plural(object.fields.length, "field")}` : "";
  const marks = `${note}${drifted ? " · drifted" : ""}${pending === true ? " · pending" : ""}`;
  const place = file === undefined ? undefined : code(`${file}${line === undefined ? "" : `:${line}`}`);
  const why = reasonOf(object);
  const reason = why === undefined || told.has(why) ? [] : [sentence(why)];
  const fields = object.fields.length === 0 ? [] : [fieldTable(object.fields)];
  if (reason.length + fields.length === 0) {
    const from = place === undefined ? "" : ` from ${place}`;
    return `- **${action}** ${code(kind)} ${code(nameInNamespace(object))}${marks}${from}`;
  }
  const summary = `<b>${action}</b> ${htmlCode(kind)} ${htmlCode(nameInNamespace(object))}${marks}${changesInShort(object)}`;
  const body = [...reason, ...fields, ...(place === undefined ? [] : [`From ${place}.`])].join("\n\n");
  return `<details${open ? " open" : ""}><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

/** That an object's line tells by itself, and characters of each. */
const inShort = { mostFields: 2, mostCharacters: 90 };

/** ` · image: web:1.4 → web:1.5`: the table below is too wide for a phone; empty when there is more to say than a line holds. */
function changesInShort({ fields }: PlannedObject): string {
  const told = fields.map(changeInShort);
  const isShort = told.every((one) => one !== undefined && one.length <= inShort.mostCharacters);
  return isShort && told.length <= inShort.mostFields ? told.map((one) => ` · ${htmlCode(one!)}`).join("") : "";
}

function changeInShort(field: FieldChange): string | undefined {
  const { path, cause, before, after } = field;
  const isTold = isScalar(before) && isScalar(after) && before !== after && !isText(field);
  if (cause !== "pull-request" || !isTold || path.endsWith("]")) return undefined;
  const [now, then] = [String(before ?? "–"), String(after ?? "–")];
  const same = sameFolder(now, then);
  return `${fieldName(path)}: ${now.slice(same)} → ${then.slice(same)}`;
}

const isScalar = (value: Json | undefined): boolean => value === null || typeof value !== "object";

/** How long the part up to a slash is that both begin with: an image's registry and folder. */
function sameFolder(one: string, other: string): number {
  const folder = one.slice(0, one.lastIndexOf("/") + 1);
  return other.lastIndexOf("/") + 1 === folder.length && other.startsWith(folder) ? folder.length : 0;
}
