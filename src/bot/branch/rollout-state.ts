import type { ApprovableDeletions } from "../../core/plan/deletion-approval.ts";
import type { SyncedObject } from "../../link/messages.ts";
import type { RolloutRow } from "../../store/rollouts.ts";

/** How far a system has come with a commit. */
export type RolloutState = "waiting" | "deploying" | "healthy" | "failed" | "held" | "superseded";

/** What else is known of a rollout; kept as data beside its state. */
export interface RolloutDetail {
  /** `web 3 of 5 pods ready`. */
  progress?: string;
  message?: string;
  details?: string[];
  durationMs?: number;
  /** Deletions that wait for an approval. */
  approval?: ApprovableDeletions;
  /** What was done to each object, once it ended. */
  objects?: SyncedObject[];
  /** They were counted against what was planned: once, however often somebody has it tried again. */
  isCounted?: true;
}

export function stateOf(row: Pick<RolloutRow, "state">): RolloutState {
  return row.state as RolloutState;
}

export function detailOf(row: Pick<RolloutRow, "detail">): RolloutDetail {
  return row.detail as RolloutDetail;
}

export function isRunning(row: Pick<RolloutRow, "state">): boolean {
  return row.state === "waiting" || row.state === "deploying";
}
