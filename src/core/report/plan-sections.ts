import { ACTIONS, type Action, type Plan, type SystemPlan } from "../plan/plan.ts";
import { code } from "./inert.ts";
import { within } from "./within.ts";
import { markdownOf, plural, type Words } from "./words.ts";

/** Of characters; a configuration may have 500 systems. */
const mostOfTable = 12_000;

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
  // Beside deletions that go through, `1 delete, held` would read as a misprint.
  const heldDeletions = totals.delete > 0 ? 0 : Math.min(totals.held, awaiting);
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
  return `${markdownOf(countWords(plans))}${plans.length > 1 ? ` · in ${plans.length} systems` : ""}`;
}

/** The same of however many systems, without saying how many. */
export function countWords(plans: readonly SystemPlan[]): Words {
  const counts = countsIn(plans);
  const words = counts.map(({ count, what, more, severe }): Words => {
    const told = `${count} ${what}`;
    return [severe ? { strong: told } : told, more];
  });
  if (counts.every(({ what }) => what === "drifted")) words.unshift(["nothing changes"]);
  return words.flatMap((told, index) => (index === 0 ? told : [" · ", ...told]));
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
    const health = plan.health === "Failed" ? `**${healthOf(plan)}**` : healthOf(plan);
    const now = plan.drifted > 0 ? `${health}, ${plan.drifted} drifted` : health;
    return `| ${[code(plan.system, "table"), code(plan.cluster, "table"), now, ...counts].join(" | ")} |`;
  });
  const head = `| system | cluster | now | ${counted.join(" | ")} |`;
  const shown = within(rows, mostOfTable, (left) => `\n… and ${left} more systems.`);
  return [head, `|---|---|---|${counted.map(() => "--:|").join("")}`, ...shown].join("\n");
}

const unchanging = ({ objects }: SystemPlan): number =>
  objects.some(({ action, drifted }) => action !== "unchanged" || drifted) ? 0 : 1;

/** A system's health in a reader's words. What misses an object is not told as if there were nothing of it. */
export function healthOf({ health, objects, totals }: SystemPlan): string {
  const isThere = totals.unchanged + totals.update + totals.adopt + totals.recreate + totals.delete > 0;
  if (health !== "NotFound" || !isThere) return healthWord(health);
  const missing = objects.filter(({ action, drifted }) => action === "create" && drifted).length;
  return missing === 0 ? "not all there yet" : `${plural(missing, "object")} missing`;
}

function healthWord(health: SystemPlan["health"]): string {
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
