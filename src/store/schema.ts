import type { ColumnType, Generated, Kysely } from "kysely";

type Json<T> = ColumnType<T, string, string>;

/** The tables. Everything but `audit` can be rebuilt from GitHub and the clusters. */
export interface Tables {
  meta: { key: string; value: string };
  deliveries: { guid: string; event: string; received_at: Generated<Date> };
  jobs: {
    key: string;
    /** `infinity` while it is held and nobody asked for it again. */
    run_at: Generated<Date>;
    /** Seconds that it lets others that are due as long go first. */
    patience: Generated<number>;
    claim: Generated<number>;
    attempts: Generated<number>;
    locked_until: Date | null;
    last_error: string | null;
  };
  /** When somebody last looked at what a job tells of, or did something there; by the job's key, whether there is a job or not. */
  attention: { key: string; at: Generated<Date> };
  commands: {
    seq: Generated<number>;
    id: string;
    cluster: string;
    repository_id: number;
    system: string;
    body: Json<unknown>;
    created_at: Generated<Date>;
    answered_at: Date | null;
  };
  /** The latest plan of a pull request and system. */
  plans: {
    repository_id: number;
    pull_request: number;
    system: string;
    cluster: string;
    command_id: string;
    head_sha: string;
    base_sha: string;
    asked_at: Generated<Date>;
    result: Json<unknown> | null;
    answered_at: Date | null;
    /** The branch that it was asked for; a retarget moves it. */
    base_ref: Generated<string>;
    /** From when on it is told that the answer is waited for; null while nobody is to be told. */
    announce_at: Date | null;
    /** When the cluster's agent was last heard, once it has fallen silent; until it has answered again, nobody vouches for the result. */
    silent_since: Date | null;
    /** The pull request is merged: this is what was planned, and later answers change it no more. */
    final: Generated<boolean>;
  };
  /**
   * Identities of what the last plan that was written on a pull request told to be deleted: none while its first one is not written
   * yet; stands while a new one is made, and when there is none any more.
   */
  told_deletions: {
    repository_id: number;
    pull_request: number;
    system: string;
    objects: Json<string[]>;
  };
  /** The deletions that wait for an approval by what was last written on a pull request, of its plan or once it is merged of its rollout. */
  told_held: {
    repository_id: number;
    pull_request: number;
    system: string;
    /** What is approved: the pull request's head, or the commit that is rolled out. */
    sha: string;
    base_ref: string;
    tree: string;
    deletes: Json<string[]>;
    /** Since when just this is told. */
    told_at: Date;
  };
  /** What commands on a pull request were answered, for its comment. */
  told_answers: {
    repository_id: number;
    pull_request: number;
    comment_id: number;
    asked: string;
    by: string;
    text: string;
  };
  /** What the plan of an open pull request does to one object of a cluster, to find others that touch the same. */
  touches: {
    repository_id: number;
    pull_request: number;
    system: string;
    cluster: string;
    /** Its identity: group, kind, namespace and name. */
    object: string;
    touch: Json<unknown>;
  };
  /** Deletions that somebody has let go, for one head of a pull request. */
  approvals: {
    repository_id: number;
    pull_request: number;
    system: string;
    head_sha: string;
    base_ref: string;
    tree: string;
    approver: string;
    /** What is rolled out, where it was approved after the merge; then head and base may move. */
    rollout_sha: string | null;
    deletes: Json<string[]>;
    at: Generated<Date>;
  };
  /** What was last written about a pull request. */
  pull_requests: {
    repository_id: number;
    number: number;
    head_sha: string;
    base_sha: string;
    comment_id: number | null;
    comment_digest: string | null;
    check_id: number | null;
    check_digest: string | null;
    /** A head that somebody with write permission asked to be planned; a fork's is not before. */
    allowed_sha: string | null;
    /** Somebody deleted the comment, and it was written again; it is not a second time. */
    comment_returned: Generated<boolean>;
  };
  rollouts: {
    repository_id: number;
    system: string;
    sha: string;
    cluster: string;
    branch: string;
    command_id: string | null;
    deployment_id: number | null;
    /** What its Deployment on GitHub says; null while that may be outdated. */
    deployment_state: string | null;
    previous_sha: string | null;
    pull_requests: Json<number[]>;
    state: string;
    detail: Json<unknown>;
    started_at: Generated<Date>;
    finished_at: Date | null;
  };
  /** Systems of which nothing is written for now. */
  pauses: { repository_id: number; system: string; until: Date; by: string; reason: string | null };
  /** What agents have said to whoever asked in a comment. */
  answers: { command_id: string; result: Json<unknown> };
  agents: { cluster: string; last_heard: Date; heartbeat: Json<unknown> | null };
  repositories: { id: number; installation_id: number };
  audit: {
    id: Generated<number>;
    key: string;
    at: Generated<Date>;
    who: string;
    what: string;
    repository_id: number | null;
    system: string | null;
    sha: string | null;
  };
}

export type Database = Kysely<Tables>;
