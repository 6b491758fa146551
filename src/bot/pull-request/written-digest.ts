import { createHash } from "node:crypto";
import type { PullRequestReport } from "../../core/report/report.ts";

/** Short name of a content; 64 bits are plenty to tell one text from the text before it. */
export function digestOf(...content: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 16);
}

/**
 * The report without what moves though nothing has changed for a reader: when the cluster was read, the base branch's tip, and how many
 * objects merging leaves alone. GitHub allows 500 writes an hour, and a push to the base has every open pull request planned again.
 */
export function timeless(report: PullRequestReport): PullRequestReport {
  if (report.stage === "rollout") return report;
  const { liveAsOf: _, ...at } = report.at;
  const moved = { ...report, at: { ...at, baseSha: "" } };
  if (moved.stage !== "planned") return moved;
  return { ...moved, plans: moved.plans.map((plan) => ({ ...plan, totals: { ...plan.totals, unchanged: 0 } })) };
}
