import type { Hono } from "hono";
import type { Faults } from "./faults.ts";
import type { ChangedFile } from "./git/changed-files.ts";
import type { CommitInfo } from "./git/commits.ts";
import type { TreeEntry } from "./git/trees.ts";
import type {
  Annotation,
  CheckRun,
  Comment,
  Deployment,
  DeploymentStatus,
  Permissions,
  PullRequest,
  Reaction,
} from "./model/records.ts";

export interface ForgeOptions {
  /** Data folder; starting again on it goes on where it was. */
  dir: string;
  /** Default 0: any free port. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  clock?: () => Date;
  /** What the app was granted at its installation; default: what `app.yml` asks for. */
  appPermissions?: Permissions;
  /** What the app is subscribed to; default: as in `app.yml`. */
  appEvents?: readonly string[];
  /** How long the app's webhook may take; GitHub's 10 s by default. */
  webhookTimeoutMs?: number;
}

export interface Person {
  login: string;
  token: string;
}

export interface NewRepository {
  owner: string;
  name: string;
  /** Path → content of the first commit; an empty map makes an empty repository. */
  files: ReadonlyMap<string, Uint8Array | string>;
  defaultBranch?: string;
  message?: string;
  /** Default true: only people and apps with access see it. */
  private?: boolean;
}

export interface RepositoryAddress {
  id: number;
  owner: string;
  name: string;
  fullName: string;
  private: boolean;
  defaultBranch: string;
  /** For `git clone` as the person with write permission, credentials included. */
  cloneUrl: string;
  /** For an agent: without credentials. */
  gitUrl: string;
  /** `…/api/v3/repos/owner/name` */
  apiUrl: string;
  /** `…/owner/name` */
  webUrl: string;
}

/** Something in a repository moved; look again. */
export interface ForgeChange {
  repository: string;
  /** GitHub's event name: push, pull_request, issue_comment, check_run, deployment, deployment_status. */
  event: string;
  pullRequest?: number;
}

/** The embedded forge: GitHub's REST API, Git over HTTP and webhooks, on one port. */
export interface Forge {
  /** Web root, without a slash at its end. */
  readonly url: string;
  /** `…/api/v3` */
  readonly apiUrl: string;
  /** The installed GitHub App. */
  readonly app: {
    id: number;
    slug: string;
    privateKey: string;
    webhookSecret: string;
    clientId: string;
    clientSecret: string;
  };
  /** May write. */
  readonly person: Person;
  /** Administers every repository: the second pair of eyes. */
  readonly maintainer: Person;
  /** May only read. */
  readonly visitor: Person;
  /** Where the app's events go. Those from before it is called wait for it; without any call ever, there are none. */
  setWebhookUrl(url: string): void;
  /** Where people come back to who sign in through the app; until it is called, nobody can. */
  setCallbackUrl(url: string): void;
  createRepository(repository: NewRepository): Promise<RepositoryAddress>;
  repositories(): RepositoryAddress[];
  /** Read and write one repository; undefined when there is none of that name (`owner/name`). */
  repository(fullName: string): ForgeRepository | undefined;
  /** A read-only Git credential for one repository, of the agent's own. The same on every call. */
  agentCredential(fullName: string): { username: string; password: string };
  /** Adds pages to the same server, below the API and Git. */
  mount(pages: Hono): void;
  /** Called after every change; returns how to stop it. */
  subscribe(listener: (change: ForgeChange) => void): () => void;
  /** Misbehaviour on demand, for tests. */
  readonly faults: Faults;
  /** Resolves when every webhook sent so far was answered or given up. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export interface Branch {
  name: string;
  sha: string;
}

export interface CommitFile {
  branch: string;
  path: string;
  /** null deletes the file. */
  content: Uint8Array | string | null;
  message: string;
  /** Login; default the forge's person. */
  author?: string;
  /** Make this branch from `branch` first and commit there. */
  newBranch?: string;
  /** Blob SHA the edit was made on; when the file has moved on since, the commit is refused. */
  expectedBlob?: string;
}

/** One repository as pages and tests read and write it; writes throw {@link Refused} with a sentence to show. */
export interface ForgeRepository {
  readonly address: RepositoryAddress;
  branches(): Promise<Branch[]>;
  /** Commit SHA of a branch, tag, `refs/…` or SHA; undefined when there is none. */
  resolve(ref: string): Promise<string | undefined>;
  /** Entries of a folder ("" is the root); undefined when it is none. */
  tree(ref: string, path: string): Promise<TreeEntry[] | undefined>;
  file(ref: string, path: string): Promise<{ content: Buffer; sha: string } | undefined>;
  commits(ref: string, options?: { limit?: number; path?: string }): Promise<CommitInfo[]>;
  commit(ref: string): Promise<{ commit: CommitInfo; files: ChangedFile[] } | undefined>;
  createBranch(name: string, from: string): Promise<void>;
  deleteBranch(name: string): Promise<void>;
  commitFile(change: CommitFile): Promise<{ sha: string; branch: string }>;

  pullRequests(state?: "open" | "closed" | "all"): PullRequest[];
  /** With `mergeable` computed. */
  pullRequest(number: number): Promise<PullRequest | undefined>;
  pullRequestFiles(number: number): Promise<ChangedFile[]>;
  pullRequestCommits(number: number): Promise<CommitInfo[]>;
  openPullRequest(pullRequest: {
    title: string;
    head: string;
    base: string;
    body?: string;
    author?: string;
    draft?: boolean;
  }): Promise<PullRequest>;
  mergePullRequest(
    number: number,
    how?: { method?: "merge" | "squash" | "rebase"; by?: string; sha?: string },
  ): Promise<string>;
  setPullRequestState(number: number, state: "open" | "closed", by?: string): Promise<void>;
  setPullRequestDraft(number: number, draft: boolean, by?: string): Promise<void>;

  comments(number: number): Comment[];
  addComment(number: number, body: string, author?: string): Promise<Comment>;
  reactions(commentId: number): Reaction[];
  /** The newest of each name. */
  checks(sha: string): CheckRun[];
  check(id: number): CheckRun | undefined;
  annotations(checkRunId: number): Annotation[];
  deployments(): (Deployment & { statuses: DeploymentStatus[] })[];
}
