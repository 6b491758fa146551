import type { Finding } from "../manifest/finding.ts";
import type { Json, ObjectRef } from "../manifest/kube-object.ts";
import type { ApprovableDeletions } from "./deletion-approval.ts";

/** What becomes of one object; every object of a plan or of a sync ends in exactly one of these. */
export const ACTIONS = ["create", "update", "recreate", "delete", "unchanged", "adopt", "held", "invalid"] as const;
export type Action = (typeof ACTIONS)[number];

/**
 * Why a field differs between now and after merging.
 * - `pull-request`: merging changes it
 * - `drift`: somebody changed it in the cluster; the next heal, or merging, reverts it
 * - `pending`: an earlier merge that is not applied yet changes it
 * - `already-live`: the pull request asks for what is live already
 * - `foreign`: another writer added what Git does not describe; left alone
 * - `ignored`: the system's `ignore` names it
 * - `admission`: it is live as Git says, and the cluster's admission makes something else of it once the object is applied
 */
export type Cause = "pull-request" | "drift" | "pending" | "already-live" | "foreign" | "ignored" | "admission";

/** One changed field. `before` is live now, `after` what merging leads to; absent when the field is not there. Secrets are masked already. */
export interface FieldChange {
  /** As people read it: `spec.template.spec.containers[nginx].image`. */
  path: string;
  cause: Cause;
  before?: Json;
  after?: Json;
  /** True when `after` is what the cluster's admission makes of it, and not what Git says. */
  altered?: true;
  /** Of a drifted field that the pull request changes too: what Git has now; absent when that is nothing. Masked like the others. */
  base?: Json;
  /**
   * The field manager that wrote what is live, for `drift` and `foreign`, and for `pull-request` where merging reverts their drift too;
   * `unknown` when the cluster keeps none. Of what was done, whoever wrote what was live until then, where it was not we ourselves.
   */
  manager?: string;
  /** RFC 3339, when that manager wrote it; absent when the cluster keeps no time. */
  time?: string;
  /** For `pending`: the newest earlier merge that changed the file which describes it; absent when that is not known. */
  merge?: EarlierMerge;
}

/** What a field came to in the cluster; `value` is absent when it is not there. Secrets are masked already. */
export interface FieldValue {
  path: string;
  value?: Json;
  /** Of what Git does not name: who else holds it, when that is known. */
  manager?: string;
}

/** A commit of the tracked branch that was merged and is not applied yet. */
export interface EarlierMerge {
  sha: string;
  /** As its subject says. */
  pullRequest?: number;
}

/**
 * What a change may do to somebody, which its fields alone do not tell; worst first.
 * - `stops`: nothing of it runs afterwards, or nobody is answered
 * - `loses`: what is stored may go
 * - `opens-host`: its pods reach into the node that they run on
 * - `loosens`: what was kept out or held back is let through: pods that a namespace would not have, what a policy denies, a token
 * - `grants`: somebody may do more in the cluster
 * - `exposes`: it is reached from where it was not
 * - `restarts`: its pods are replaced
 */
export const RISKS = ["stops", "loses", "opens-host", "loosens", "grants", "exposes", "restarts"] as const;
export type RiskKind = (typeof RISKS)[number];

export interface Risk {
  kind: RiskKind;
  /** What exactly, as it follows the object's name: `5 pods, at most 1 away at a time`. Not inert: names out of manifests stand in it. */
  text: string;
  /** The same for who may not know what is live in the cluster. */
  withoutLive?: string;
}

export interface PlannedObject extends ObjectRef {
  action: Action;
  fields: FieldChange[];
  /** What the manifest names and the cluster makes something else of, as admission does; absent when there is none, or none is known. */
  altered?: FieldValue[];
  /** Where it is described in the merge tree (for a delete: in the base tree). */
  file?: string;
  line?: number;
  /** A sentence for `held` and `invalid`, and for what deserves a note ("not dry-run: its CRD is made by this plan"). */
  reason?: string;
  /** For what is deleted: what goes with it, as it is live. Not inert. */
  takesAlong?: string;
  /** Worst first; absent when there is none. */
  risks?: Risk[];
  /** True when live differs from Git whatever the pull request does; of a `create`: somebody deleted it. */
  drifted: boolean;
  /**
   * True when an earlier merge, which is not finished, asks for it and not the pull request. This merge carries it out all the same,
   * unless it is `held` or `invalid`. No total counts what such a merge left to be deleted, or what the cluster refuses of it.
   */
  pending?: boolean;
  /** For what is pending as a whole: by which merge, when that is known. */
  merge?: EarlierMerge;
}

/** The plan of one system on one cluster, as data. Preview and apply share it. */
export interface Plan extends SystemPlan {
  /** Commit of the tracked branch that the plan starts from. */
  baseSha: string;
  /** Head of the pull request; equals `baseSha` for a plan of the branch itself. */
  headSha: string;
  /** Tree that merging would make. */
  mergeTree: string;
  /** Deletions of this pull request that wait for an approval; absent when none do. */
  approval?: ApprovableDeletions;
}

/** The plan of a folder on somebody's machine; `schemas/plan.schema.json` describes it. */
export interface FolderPlan extends SystemPlan {
  /** The commit that the folder is compared with; undefined when it is with nothing but the cluster. */
  baseSha?: string;
}

/** A system, and where it is enacted. */
export interface SystemOnCluster {
  system: string;
  cluster: string;
}

/** A plan apart from where its files come from: a pull request, or a folder on somebody's machine. */
export interface SystemPlan extends SystemOnCluster {
  /** RFC 3339: when the live state was read. */
  liveAsOf: string;
  /** Health word over all objects of the system now. */
  health: "Current" | "InProgress" | "Failed" | "Terminating" | "NotFound" | "Unknown";
  /** Everything that is not `unchanged`, plus unchanged ones with a note; in apply order. */
  objects: PlannedObject[];
  /** True totals, one per action, of all objects but those that an earlier merge left to be deleted, or that are refused as before. */
  totals: Record<Action, number>;
  /** Objects with drift. */
  drifted: number;
  /** What the agent found wrong (render, validation, admission). */
  findings: Finding[];
}
