import type { Landed } from "../core/plan/earlier-merge.ts";
import type { Credential } from "./run-git.ts";
import type { Transport } from "./safe-names.ts";

export interface MirrorOptions {
  /** Folder of the bare repository; made when it is not there. Owned by one process at a time. */
  dir: string;
  url: string;
  /** Transports that the URL may have; `https` and `ssh` wherever nothing else was configured. */
  transports: readonly Transport[];
  /** Asked before every contact with the remote, since tokens run out; undefined for none. */
  credential(): Promise<Credential | undefined>;
}

export interface TreeFile {
  /** From the tree that was asked for, with forward slashes. */
  path: string;
  /** As git writes it: `100644`, `100755`, `120000` (symlink), `160000` (submodule). */
  mode: string;
  /** Blob id. */
  id: string;
}

export interface FileContent {
  path: string;
  mode: string;
  /** Cut off one byte above the limit that was given, so that a reader can tell that it is too large. */
  content: Buffer;
}

export interface Commit {
  sha: string;
  parents: string[];
  tree: string;
  author: string;
  /** RFC 3339. */
  at: string;
  subject: string;
}

export interface LogOptions {
  limit: number;
  /** Only those that are not reachable from this one. */
  since?: string;
  /** Only those that touch this; of a merge on the branch's own line, with all that it brought. */
  path?: string;
  /** Only the branch's own line: what it got, and not what of. */
  firstParent?: boolean;
}

/**
 * A bare mirror of one repository: all history, blobs only as they are asked for. Every method takes whole object ids
 * (commits or trees) and full ref names, and throws {@link GitError} when git could not do it.
 */
export interface Mirror {
  readonly url: string;
  /** Brings a remote ref's commits here. @returns its commit; undefined when the remote has no such ref */
  fetchRef(ref: string): Promise<string | undefined>;
  /** The same for several at once, in one request when the remote has them all. @returns those that it has */
  fetchRefs(refs: readonly string[]): Promise<Map<string, string>>;
  /** Brings commits here; one that is here already costs no request. @throws GitError `not-found` */
  fetchCommits(shas: readonly string[]): Promise<void>;
  /** The remote's refs under these prefixes (`refs/heads/`), without fetching anything. */
  remoteRefs(prefixes: readonly string[]): Promise<Map<string, string>>;
  /** Name (without `refs/heads/`) of the branch that the remote's HEAD points to; undefined when it is empty or detached. */
  defaultBranch(): Promise<string | undefined>;
  /** Is the commit here already? */
  has(sha: string): Promise<boolean>;
  isAncestor(ancestor: string, descendant: string): Promise<boolean>;
  mergeBase(one: string, other: string): Promise<string | undefined>;
  /** The tree that merging `head` into `base` would make, or the paths in conflict. */
  mergeTree(base: string, head: string): Promise<{ tree: string } | { conflicts: string[] }>;
  /** Paths whose content or mode differ; a rename is both of its paths. */
  changedPaths(from: string, to: string): Promise<string[]>;
  /** Id of the folder at `path` ("" is the root); undefined when there is none. */
  treeAt(treeish: string, path: string): Promise<string | undefined>;
  /** All files below a folder; empty when there is none. Paths are the repository's. */
  files(treeish: string, path: string): Promise<TreeFile[]>;
  /** Contents, missing blobs fetched in one request. Submodules are left out. */
  readFiles(files: readonly TreeFile[], maxBytes: number): Promise<FileContent[]>;
  /** undefined when there is no regular file (a symlink is none). */
  readFile(treeish: string, path: string, maxBytes: number): Promise<Buffer | undefined>;
  /** Commits reachable from `from`, newest first. */
  log(from: string, options: LogOptions): Promise<Commit[]>;
  /** What a branch got since a commit, newest first: of each, which files below these paths it changed; nothing where it changed none. */
  landed(tip: string, options: { limit: number; since?: string; paths: readonly string[] }): Promise<Landed[]>;
  /** The tree of `treeish` with what `source` has at `path` in its place (nothing there: removed). */
  replacePath(treeish: string, path: string, source: string): Promise<string>;
  /** The tree of `treeish` with these contents in the place of regular files that are there, their modes kept. @throws GitError `not-found` */
  withFiles(treeish: string, files: ReadonlyMap<string, string>): Promise<string>;
  /** Makes a commit of `tree` and pushes it as a new branch. @returns its SHA. @throws GitError `conflict`, `auth` */
  pushCommit(commit: NewCommit): Promise<string>;
}

export interface NewCommit {
  tree: string;
  parent: string;
  message: string;
  author: { name: string; email: string };
  /** Name without `refs/heads/`. */
  branch: string;
}
