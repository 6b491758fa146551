import type { Finding } from "../manifest/finding.ts";
import type { ObjectRef } from "../manifest/kube-object.ts";
import type { Overlaps } from "../plan/overlap.ts";
import type { Action, Plan, SystemOnCluster } from "../plan/plan.ts";
import type { PausedSystem } from "./pauses.ts";
import type { Refusal } from "./refusals.ts";
import type { RulesReport } from "./rules-section.ts";
import type { SilentSystem } from "./silence.ts";

/** What there is to say about a pull request at this moment. One comment tells it, from the plan to the end of the rollout. */
export type PullRequestReport = PlanningReport | PlannedReport | FindingsReport | NoteReport | RolloutReport;

/** Agents have been asked and have not all answered yet. */
export interface PlanningReport {
  stage: "planning";
  systems: { system: string; cluster: string }[];
  at: PlanPoint;
}

export interface PlannedReport {
  stage: "planned";
  plans: Plan[];
  /** Those of the plans that nobody vouches for now; the check is red for them. */
  silent?: SilentSystem[];
  /** Systems that could not be planned, each with a sentence and what is wrong with its files; the check is red for them. */
  unplanned: { system: string; cluster: string; message: string; findings?: Finding[] }[];
  /** Systems whose plans are being made again; theirs stands meanwhile. */
  again?: SystemOnCluster[];
  /** What a merge waits for. */
  pauses?: PausedSystem[];
  /** With other open pull requests. */
  overlaps?: Overlaps;
  /** What becomes of the rules in `.trueup.yaml`. */
  rules?: RulesReport;
  /** Where the files of all that are planned lie, as far as that is known. */
  folders?: SystemFolder[];
  /** Keys of the findings that the base branch has too. */
  standing?: readonly string[];
  at: PlanPoint;
}

export interface FindingsReport {
  stage: "findings";
  findings: SystemFinding[];
  /** Systems that are being planned again; what is told of them stands meanwhile. */
  again?: SystemOnCluster[];
  /** Where the files of all systems lie that the pull request concerns. */
  folders?: SystemFolder[];
  /** Keys of the findings that the base branch has too. */
  standing?: readonly string[];
  at: PlanPoint;
}

/** What is wrong with a system's files; of no system in particular where it is the configuration. */
export interface SystemFinding extends Finding {
  of?: SystemOnCluster;
}

export interface SystemFolder extends SystemOnCluster {
  /** Inside the repository, without a slash at its end; `""` is the root. */
  path: string;
}

/** A sentence for a person with no plan to read: nothing to deploy, conflicts, a fork, a missing configuration. */
export interface NoteReport {
  stage: "note";
  /** Our own words, without foreign text: `nothing to deploy`. */
  headline: string;
  /** Sentences, each already inert. */
  sentences: string[];
  severity: "fine" | "problem" | "waiting";
  at: PlanPoint;
}

export interface RolloutReport {
  stage: "rollout";
  systems: RolloutOfSystem[];
  /** Commit on the tracked branch that is being rolled out. */
  sha: string;
  branch: string;
}

export interface RolloutOfSystem {
  system: string;
  cluster: string;
  state: "waiting" | "deploying" | "healthy" | "failed" | "held" | "superseded";
  /** `web 3 of 5 pods ready`; foreign. */
  progress?: string;
  /** For `failed` and `held`: the cause in one sentence; foreign. */
  message?: string;
  details?: string[];
  /** For `failed`: what the cluster would not have; `message` and `details` tell nothing else then. */
  refusals?: Refusal[];
  /** For `failed`: what has become of the others. */
  reached?: Reached;
  /** For `healthy`: how many objects an earlier merge left held; `details` say which. */
  stillHeld?: number;
  durationMs?: number;
  /** For `held`: the objects that the message is about. */
  held?: ObjectRef[];
  /** Held deletions that somebody may let go, and who. */
  approvers?: string[];
  /** What was applied against what was planned; absent when there was no plan. */
  asPlanned?: { same: number; of: number; different: string[] };
  /** Deleted, of which the pull request had no plan to tell. */
  deletedUntold?: ObjectRef[];
  /** Previous revision of the system, to go back to. */
  previousSha?: string;
  /** For `failed`: that one had failed too; and the last one that was healthy, where one is remembered. */
  previousFailed?: { healthySha?: string };
}

/** How far a rollout that failed has come. */
export interface Reached {
  /** How many objects are as Git has them, and of how many that were planned; without a plan of all that were written. */
  applied: number;
  of?: number;
  /** What was planned and nobody came to, or deletes what is not needed any more. */
  left: (ObjectRef & { action: Action })[];
}

/** For which commits, as of when. */
export interface PlanPoint {
  headSha: string;
  /** Tracked branch. */
  base: string;
  baseSha: string;
  /** RFC 3339; absent while nothing was read from a cluster. */
  liveAsOf?: string;
  /** Where the whole plan is; it moves only with the bot, and then every link is put right. */
  planUrl?: string;
}
