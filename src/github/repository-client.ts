import type { CheckReport } from "../core/report/check.ts";

/**
 * One repository on GitHub as the bot needs it. Everything is asked by repository id where GitHub allows it. Methods throw
 * {@link GitHubError} (`github-error.ts`: kinds `auth`, `not-found`, `forbidden`, `rate-limited`, `refused`, `unreachable`).
 */
export interface RepositoryClient {
  readonly id: number;
  /** Read once per client; a client lives for one job. */
  info(): Promise<RepositoryInfo>;
  pullRequest(number: number): Promise<PullRequest | undefined>;
  openPullRequests(): Promise<PullRequest[]>;
  /**
   * Pull requests into a branch that are not open, merged or not, the ones that something happened to last first; in pages, as far as
   * somebody reads on. Each page is read once per client.
   */
  closedPullRequests(branch: string): AsyncIterable<PullRequest[]>;
  /** Pull requests that this commit was merged by or belongs to (squash and rebase merges too), merged ones only. */
  mergedPullRequestsOf(sha: string): Promise<PullRequest[]>;
  /**
   * Logins of whoever wrote or committed what is in it, as far as GitHub knows them, and of whom a commit's `Co-authored-by` names by
   * an address of GitHub's own.
   *
   * @returns undefined when it may have more commits than GitHub lists
   */
  committersOf(number: number): Promise<string[] | undefined>;
  openPullRequest(pullRequest: { title: string; body: string; head: string; base: string }): Promise<PullRequest>;
  /** Tip of a branch; undefined when there is none. */
  branch(name: string): Promise<string | undefined>;

  /** Comments that this app itself wrote, oldest first. */
  ownComments(number: number): Promise<IssueComment[]>;
  comment(number: number, commentId: number): Promise<IssueComment | undefined>;
  createComment(number: number, body: string): Promise<IssueComment>;
  /** @returns undefined when it was deleted */
  updateComment(commentId: number, body: string): Promise<IssueComment | undefined>;
  reactToComment(commentId: number, content: "eyes" | "+1" | "-1" | "confused" | "rocket"): Promise<void>;

  /** Check runs named `trueup` of this app on the commit, newest first. @param of named by this pull request: `trueup #7` */
  ownChecks(sha: string, of?: number): Promise<OwnCheck[]>;
  /** Sends the annotations in batches of 50. @returns the check run's id */
  createCheck(sha: string, report: CheckReport, of?: number): Promise<number>;
  /** A completed check run stays completed; annotations come to those that are there. */
  updateCheck(checkId: number, report: CheckReport): Promise<void>;

  /** `auto_merge: false`, `required_contexts: []`; environment `system@cluster`. @returns its id */
  createDeployment(deployment: NewDeployment): Promise<number>;
  /** Deployments of this app for a commit and environment, newest first. */
  ownDeployments(sha: string, environment: string): Promise<{ id: number; state: DeploymentState | undefined }[]>;
  setDeploymentStatus(deploymentId: number, state: DeploymentState, description: string): Promise<void>;

  /** @throws GitHubError `forbidden` when the app may not read the organisation's teams */
  isInTeam(login: string, team: { organization: string; slug: string }): Promise<boolean>;
  permissionOf(login: string): Promise<"admin" | "maintain" | "write" | "triage" | "read" | "none">;
}

export interface RepositoryInfo {
  id: number;
  owner: string;
  name: string;
  defaultBranch: string;
  /** For `git fetch`, without credentials. */
  cloneUrl: string;
  webUrl: string;
  private: boolean;
}

export interface PullRequest {
  number: number;
  title: string;
  author: string;
  state: "open" | "closed";
  merged: boolean;
  mergedBy?: string;
  /** The commit that merging made on the base branch. */
  mergeSha?: string;
  draft: boolean;
  locked: boolean;
  head: { sha: string; ref: string; repositoryId: number | undefined };
  base: { ref: string; sha: string };
}

export interface IssueComment {
  id: number;
  body: string;
  author: string;
  /** Somebody, perhaps somebody else, has changed it since it was written. */
  edited: boolean;
  /** RFC 3339, by GitHub's clock, in whole seconds. */
  createdAt: string;
  updatedAt: string;
}

export interface OwnCheck {
  id: number;
  status: "queued" | "in_progress" | "completed";
  conclusion: string | null;
  /** What the report that was written last was named by ({@link CheckReport.externalId}). */
  externalId?: string;
  /** What it says. */
  title?: string;
  summary?: string;
  text?: string;
}

export type DeploymentState = "queued" | "in_progress" | "success" | "failure" | "error" | "inactive";

export interface NewDeployment {
  sha: string;
  environment: string;
  description: string;
}
