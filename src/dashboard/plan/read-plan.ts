import type { Plan } from "../../core/plan/plan.ts";
import { withoutLive } from "../../core/report/hide-live.ts";
import type { PlannedReport } from "../../core/report/report.ts";
import type { SilentSystem } from "../../core/report/silence.ts";
import type { PlanResult } from "../../link/messages.ts";
import type { PlanRow } from "../../store/plans.ts";

/** What the store has of a pull request's plan. */
export interface StoredPlan {
  plans: Plan[];
  /** Those of the plans that nobody vouches for now. */
  silent: SilentSystem[];
  unplanned: PlannedReport["unplanned"];
  /** Systems whose first plan is on the way. */
  awaited: { system: string; cluster: string }[];
  /** Being made again; what is here stands until then. */
  again: boolean;
  /** Merged: what was planned then. */
  final: boolean;
  headSha: string;
  baseSha: string;
}

/** @returns undefined when nothing was asked for. */
export function readPlan(rows: readonly PlanRow[]): StoredPlan | undefined {
  const [first] = rows;
  if (first === undefined) return undefined;
  const read: StoredPlan = {
    plans: [],
    silent: [],
    unplanned: [],
    awaited: [],
    again: false,
    final: rows.every(({ final }) => final),
    headSha: first.head_sha,
    baseSha: first.base_sha,
  };
  for (const { system, cluster, command_id, result: stored, silent_since, final } of rows) {
    // The link's schema has checked what is stored here.
    const result = stored as PlanResult | null;
    if (result?.plan !== undefined) {
      read.plans.push(result.plan);
      const lastHeard = silent_since?.getTime();
      if (lastHeard !== undefined && !final)
        read.silent.push({ system, cluster, lastHeard, liveAsOf: result.plan.liveAsOf });
    } else if (result?.error !== undefined) {
      const { message, findings = [] } = result.error;
      read.unplanned.push({ system, cluster, message, findings });
    } else read.awaited.push({ system, cluster });
    if (result !== null && result.id !== command_id) read.again = true;
  }
  return read;
}

/** As the whole world may read it. */
export function withoutLiveValues(stored: StoredPlan): StoredPlan {
  const { headSha, baseSha } = stored;
  const at = { headSha, base: "", baseSha };
  const hidden = withoutLive({ stage: "planned", plans: stored.plans, unplanned: stored.unplanned, at });
  return hidden.stage === "planned" ? { ...stored, plans: hidden.plans } : stored;
}
