/** What the forge remembers beside Git. Refs, commits and files are never here: the bare repositories are the truth for those. */

export type AccountType = "User" | "Organization" | "Bot";

export interface Account {
  id: number;
  login: string;
  type: AccountType;
  name: string;
  createdAt: string;
}

/** A team of an organisation; `members` are logins in small letters. */
export interface Team {
  id: number;
  org: string;
  slug: string;
  name: string;
  members: string[];
  createdAt: string;
}

export type Role = "read" | "write" | "admin";

export interface Repository {
  id: number;
  owner: string;
  name: string;
  private: boolean;
  defaultBranch: string;
  description: string;
  createdAt: string;
  pushedAt: string;
  /** Number of the next issue or pull request. */
  nextNumber: number;
  /** Refs as last told to the world; what differs from Git has not been told yet. */
  knownRefs: Record<string, string>;
  collaborators: Record<string, Role>;
}

export interface PullRequest {
  id: number;
  repositoryId: number;
  number: number;
  title: string;
  body: string | null;
  author: string;
  /** Branch names, without `refs/heads/`. */
  head: string;
  base: string;
  headSha: string;
  /** Tip of the base while open; the base it was merged into afterwards. */
  baseSha: string;
  state: "open" | "closed";
  draft: boolean;
  merged: boolean;
  mergedAt: string | null;
  mergedBy: string | null;
  mergeCommitSha: string | null;
  closedAt: string | null;
  createdAt: string;
  updatedAt: string;
  /** Set before the base moves, so that a merge cut short by a crash is still recognised as one. */
  merging: { sha: string; by: string } | null;
  mergeable: { head: string; base: string; clean: boolean; testMergeSha: string | null } | null;
}

export interface Comment {
  id: number;
  repositoryId: number;
  issueNumber: number;
  author: string;
  /** True when it was written with an installation's token. */
  viaApp: boolean;
  body: string;
  createdAt: string;
  updatedAt: string;
}

export const reactionContents = ["+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"] as const;
export type ReactionContent = (typeof reactionContents)[number];

export interface Reaction {
  id: number;
  repositoryId: number;
  commentId: number;
  author: string;
  content: ReactionContent;
  createdAt: string;
}

export const checkConclusions = [
  "action_required",
  "cancelled",
  "failure",
  "neutral",
  "success",
  "skipped",
  "stale",
  "timed_out",
] as const;
export type CheckConclusion = (typeof checkConclusions)[number];
export type CheckStatus = "queued" | "in_progress" | "completed";

export interface Annotation {
  path: string;
  startLine: number;
  endLine: number;
  startColumn: number | null;
  endColumn: number | null;
  level: "notice" | "warning" | "failure";
  message: string;
  title: string | null;
  rawDetails: string | null;
}

export interface CheckAction {
  label: string;
  description: string;
  identifier: string;
}

export interface CheckRun {
  id: number;
  repositoryId: number;
  name: string;
  headSha: string;
  status: CheckStatus;
  conclusion: CheckConclusion | null;
  startedAt: string | null;
  completedAt: string | null;
  detailsUrl: string | null;
  externalId: string;
  title: string | null;
  summary: string | null;
  text: string | null;
  annotations: Annotation[];
  actions: CheckAction[];
}

export const statusStates = ["error", "failure", "pending", "success"] as const;

export interface CommitStatus {
  id: number;
  repositoryId: number;
  sha: string;
  state: (typeof statusStates)[number];
  context: string;
  description: string | null;
  targetUrl: string | null;
  creator: string;
  createdAt: string;
}

export interface Deployment {
  id: number;
  repositoryId: number;
  sha: string;
  ref: string;
  task: string;
  environment: string;
  description: string | null;
  payload: unknown;
  transient: boolean;
  production: boolean;
  creator: string;
  viaApp: boolean;
  createdAt: string;
  updatedAt: string;
}

export const deploymentStates = [
  "error",
  "failure",
  "inactive",
  "in_progress",
  "queued",
  "pending",
  "success",
] as const;

export interface DeploymentStatus {
  id: number;
  repositoryId: number;
  deploymentId: number;
  state: (typeof deploymentStates)[number];
  description: string;
  environment: string;
  environmentUrl: string;
  logUrl: string;
  creator: string;
  viaApp: boolean;
  createdAt: string;
}

export interface Installation {
  id: number;
  account: string;
  createdAt: string;
}

export type Access = "read" | "write";
/** A GitHub App's permissions by their names in app.yml. */
export type Permissions = Record<string, Access>;

export type Token =
  | { id: number; hash: string; kind: "person"; login: string }
  /** Of somebody who signed in through the app. */
  | { id: number; hash: string; kind: "user"; login: string; expiresAt: string }
  | { id: number; hash: string; kind: "deploy"; repositoryId: number }
  | {
      id: number;
      hash: string;
      kind: "installation";
      installationId: number;
      permissions: Permissions;
      /** undefined: every repository of the installation. */
      repositoryIds?: number[];
      expiresAt: string;
    };

/** One attempt to deliver an event to the app's webhook. */
export interface Delivery {
  id: number;
  guid: string;
  redelivery: boolean;
  event: string;
  action: string | null;
  repositoryId: number | null;
  installationId: number | null;
  url: string;
  payload: string;
  createdAt: string;
  /** undefined until an answer, or the lack of one, is known. */
  outcome?: {
    deliveredAt: string;
    duration: number;
    statusCode: number;
    status: string;
    requestHeaders: Record<string, string>;
    responseHeaders: Record<string, string>;
    responseBody: string;
  };
}
