import type { Adoptable } from "../core/adopt/adoptable-changes.ts";
import type { Finding } from "../core/manifest/finding.ts";
import type { ObjectRef } from "../core/manifest/kube-object.ts";
import type { ApprovableDeletions, DeletionApproval } from "../core/plan/deletion-approval.ts";
import type { FieldChange, FieldValue, Plan } from "../core/plan/plan.ts";

/**
 * What bot and agent say to each other. Every message has a JSON schema (schemas/link.schema.json) that is checked on both ends.
 *
 * Commands (bot → agent) are hints with a SHA, never orders with content: the agent fetches the commit itself and checks it
 * against its own configuration. A command stays open in the bot's store until the agent has answered it, so a broken line
 * costs time only; the agent treats a repeated id as the same command.
 */
export type Command = PlanCommand | SyncCommand | AskDrift | PauseCommand;

export interface PlanCommand {
  type: "plan";
  id: string;
  repositoryId: number;
  system: string;
  pullRequest: number;
  headSha: string;
  /** Tip of the tracked branch that the bot saw. */
  baseSha: string;
  /** Deletions that somebody has let go. */
  approvals?: DeletionApproval[];
}

export interface SyncCommand {
  type: "sync";
  id: string;
  repositoryId: number;
  system: string;
  /** The tracked branch must contain it. */
  sha: string;
  /** Deletions that somebody has let go; each counts for its tree alone. */
  approvals?: DeletionApproval[];
  /**
   * Identities of what the plans of the pull requests that the commit merges told to be deleted: group, kind, namespace and name.
   * Whatever else it deletes is held. Absent where it merges none, and of a first rollout that no plan is known of.
   */
  planned?: string[];
}

/** Asks how the cluster differs now from the tip of the tracked branch. */
export interface AskDrift {
  type: "ask-drift";
  id: string;
  repositoryId: number;
  system: string;
}

/** Nothing of a system is written until then: no sync, no heal. */
export interface Pause {
  /** RFC 3339, by the bot's clock. */
  until: string;
  /** Login of who asked for it. */
  by: string;
  reason?: string;
}

export interface PauseCommand {
  type: "pause";
  id: string;
  repositoryId: number;
  system: string;
  /** Absent: it goes on now. */
  pause?: Pause;
}

/** Messages (agent → bot). `id` is that of the command it answers. */
export type AgentMessage =
  | Heartbeat
  | PlanResult
  | PlanStale
  | DriftAnswer
  | PauseResult
  | SyncProgress
  | SyncResult
  | DriftReport;

/** Sent at connect and every 20 s; the bot calls an agent silent after 60 s without one. */
export interface Heartbeat {
  type: "heartbeat";
  /** RFC 3339, the agent's clock; shown only, never compared with the bot's. */
  at: string;
  version: string;
  systems: SystemState[];
}

export interface SystemState {
  repositoryId: number;
  system: string;
  /** Last revision synced wholly; absent before the first. */
  revision?: string;
  state: "synced" | "syncing" | "failed" | "unknown";
  health: Plan["health"];
  objects: number;
  drifted: number;
  /** For `failed`: why. */
  message?: string;
}

export interface PlanResult {
  type: "plan-result";
  id: string;
  repositoryId: number;
  system: string;
  /** `plan` when it could be made, else `error`: a sentence for the user and whose mistake it is. */
  plan?: Plan;
  error?: AgentError;
}

export interface PauseResult {
  type: "pause-result";
  id: string;
  repositoryId: number;
  system: string;
  error?: AgentError;
}

export interface DriftAnswer {
  type: "drift-answer";
  id: string;
  repositoryId: number;
  system: string;
  /** Of the tracked branch's tip against itself. */
  plan?: Plan;
  /** Whether what has drifted is put back without anybody's merge. */
  heals?: boolean;
  /** Of each object that differs, what Git could take over; without credentials. */
  adoptable?: Adoptable[];
  error?: AgentError;
}

/** What a plan has seen in the cluster is not so any more. */
export interface PlanStale {
  type: "plan-stale";
  /** Of the command that asked for the plan; absent when the agent has just started, and knows of no plan what it saw. */
  id?: string;
}

/** `user`: something in the repository or the request; `fault`: ours or the cluster's. Fixed texts, nothing internal. */
export interface AgentError {
  kind: "user" | "fault";
  message: string;
  findings?: Finding[];
}

/** A sync as it goes on. Without `id` when the agent started it by itself (polled the branch). */
export interface SyncProgress {
  type: "sync-progress";
  id?: string;
  repositoryId: number;
  system: string;
  sha: string;
  at: string;
  step: "fetched" | "rendered" | "applying" | "waiting" | "pruning";
  /** For people: `web 3 of 5 pods ready`. */
  message: string;
  done: number;
  total: number;
}

export interface SyncResult {
  type: "sync-result";
  id?: string;
  repositoryId: number;
  system: string;
  sha: string;
  at: string;
  outcome: "healthy" | "failed" | "held" | "superseded";
  durationMs: number;
  /** Per object: what was done to it. */
  objects: SyncedObject[];
  /** For `failed` and `held`: the cause in one sentence, e.g. "image `web:1.5` cannot be pulled". */
  message?: string;
  /** More for people who want to know: the pods' reasons, what still serves; for `healthy`, what earlier merges left held. */
  details?: string[];
  /** Deletions that wait for an approval. */
  approval?: ApprovableDeletions;
  error?: AgentError;
}

export interface SyncedObject extends ObjectRef, CameOut {
  action: Plan["objects"][number]["action"];
  fields: FieldChange[];
  /** Why; of a deletion only what would have held it, and who let it go. */
  reason?: string;
}

/** What an object came to when it was written last, where that is not what Git says of it. */
export interface CameOut {
  /** What the manifest names, and the cluster made something else of. */
  altered?: FieldValue[];
  /** What Git does not name any more, and is there all the same. */
  kept?: FieldValue[];
}

/** Drift seen, and healed unless the system says `heal: false`. */
export interface DriftReport {
  type: "drift";
  /** Unique per incident, so that a repeated report is the same one. */
  id: string;
  repositoryId: number;
  system: string;
  at: string;
  object: ObjectRef;
  /** `changed`, or somebody deleted the whole object. */
  what: "changed" | "deleted";
  fields: FieldChange[];
  outcome: "healed" | "reported" | "contested" | "failed";
  message?: string;
}
