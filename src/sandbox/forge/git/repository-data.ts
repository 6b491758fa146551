import { existsSync, mkdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { GitFailed, type GitProgram, gitProgram, type RunOptions } from "./git-program.ts";
import { isBranchName, isFilePath, isSha } from "./safe-names.ts";

export interface Signature {
  name: string;
  email: string;
  /** ISO 8601, UTC. */
  date: string;
}

export interface CommitInfo {
  sha: string;
  tree: string;
  parents: string[];
  author: Signature;
  committer: Signature;
  message: string;
}

export interface TreeEntry {
  name: string;
  path: string;
  mode: string;
  type: "blob" | "tree" | "commit";
  sha: string;
  size: number | null;
}

export interface ChangedFile {
  filename: string;
  previousFilename: string | null;
  status: "added" | "removed" | "modified" | "renamed" | "changed";
  sha: string | null;
  additions: number;
  deletions: number;
  /** Hunks without the file header; null for binary and very large changes. */
  patch: string | null;
}

/** What a file becomes; null removes it. */
export type FileChanges = ReadonlyMap<string, { mode: string; content: Uint8Array | string } | null>;

const zero = "0".repeat(40);

/** Makes the bare repository when it is not there yet. */
export async function createBareRepository(dir: string, defaultBranch: string): Promise<void> {
  if (!existsSync(dir)) mkdirSync(dir, { recursive: true, mode: 0o700 });
  const git = gitProgram(dir);
  await git.run(["init", "--quiet", "--bare", `--initial-branch=${defaultBranch}`]);
  const settings: [string, string][] = [
    ["http.receivepack", "true"],
    ["uploadpack.allowAnySHA1InWant", "true"],
    ["uploadpack.allowFilter", "true"],
    // Pull requests' refs belong to the forge: everyone may fetch them, nobody may push them.
    ["receive.hideRefs", "refs/pull"],
    ["receive.fsckObjects", "true"],
    ["receive.maxInputSize", String(512 * 1024 * 1024)],
    ["core.fsync", "none"],
    ["gc.auto", "0"],
    ["receive.autogc", "false"],
  ];
  for (const [name, value] of settings) await git.run(["config", name, value]);
}

/** Reads and writes of one bare repository, everything checked before it reaches a command line. */
export type RepositoryData = ReturnType<typeof repositoryData>;

export function repositoryData(dir: string) {
  const git = gitProgram(dir);
  return {
    dir,
    refs: () => refs(git),
    resolve: (ref: string) => resolve(git, ref),
    commit: async (sha: string) => (await log(git, ["--max-count=1", guarded(sha)]))[0],
    commits: (sha: string, { limit = 100, skip = 0, path }: { limit?: number; skip?: number; path?: string } = {}) =>
      log(git, [
        `--max-count=${limit}`,
        `--skip=${skip}`,
        guarded(sha),
        ...(path === undefined || path === "" ? [] : ["--", `:(literal)${guardedPath(path)}`]),
      ]),
    /** Reachable from `to`, not from `from`; oldest first. */
    range: async (from: string, to: string, limit = 250) =>
      (await log(git, [`--max-count=${limit}`, "--topo-order", guarded(to), `^${guarded(from)}`])).reverse(),
    async count(from: string, to: string) {
      return Number(await git.text(["rev-list", "--count", guarded(to), `^${guarded(from)}`]));
    },
    async mergeBase(a: string, b: string): Promise<string | undefined> {
      const { code, stdout } = await git.attempt(["merge-base", guarded(a), guarded(b)]);
      return code === 0 ? stdout.toString().trim() : undefined;
    },
    async contains(descendant: string, ancestor: string): Promise<boolean> {
      return (await git.attempt(["merge-base", "--is-ancestor", guarded(ancestor), guarded(descendant)])).code === 0;
    },
    tree: (sha: string, path: string, recursive = false) => tree(git, sha, path, recursive),
    async entry(sha: string, path: string): Promise<TreeEntry | undefined> {
      const listed = await git.text(["ls-tree", "-z", "-l", guarded(sha), "--", `:(literal)${guardedPath(path)}`]);
      return parseTree(listed).find((entry) => entry.path === path);
    },
    blob: (sha: string) => git.run(["cat-file", "blob", guarded(sha)]),
    async objectType(sha: string): Promise<string | undefined> {
      const { code, stdout } = await git.attempt(["cat-file", "-t", guarded(sha)]);
      return code === 0 ? stdout.toString().trim() : undefined;
    },
    async writeBlob(content: Uint8Array | string): Promise<string> {
      return (await git.text(["hash-object", "-w", "--stdin"], { input: content })).trim();
    },
    changedFiles: (from: string | null, to: string) => changedFiles(git, from, to),
    async diff(from: string, to: string, format: "diff" | "patch"): Promise<string> {
      return format === "diff"
        ? git.text(["diff", "--no-ext-diff", "--no-textconv", guarded(from), guarded(to), "--"])
        : git.text(["format-patch", "--stdout", "--no-ext-diff", `${guarded(from)}..${guarded(to)}`, "--"]);
    },
    /** The tree after `changes`; the empty tree when nothing is left. */
    treeWith: (base: string | null, changes: FileChanges) => treeWith(git, base, changes),
    /** Merges `theirs` into `ours`; undefined when they conflict. */
    mergeTree: (ours: string, theirs: string) => mergeTree(git, ours, theirs),
    /** The tree of `commit`'s own change done again on top of `onto`; undefined when they conflict. */
    async pickTree(onto: CommitInfo, commit: CommitInfo, parent: CommitInfo): Promise<string | undefined> {
      // `merge-tree --merge-base` needs git 2.40; two commits made upon a copy of the parent give the same base to git 2.38.
      const { committer, author } = commit;
      const made = (tree: string, parents: string[]) =>
        commitTree(git, { tree, parents, message: "pick", author, committer });
      const base = await made(parent.tree, []);
      return mergeTree(git, await made(onto.tree, [base]), await made(commit.tree, [base]));
    },
    commitTree: (made: { tree: string; parents: string[]; message: string; author: Signature; committer: Signature }) =>
      commitTree(git, made),
    /** Moves refs, all or none; `expected` null says that the ref must be new. */
    async updateRefs(updates: { ref: string; to: string | null; expected?: string | null }[]): Promise<boolean> {
      const lines = updates.map(({ ref, to, expected }) => {
        const old = expected === undefined ? "" : `${expected === null ? zero : guarded(expected)}\0`;
        return to === null
          ? `delete ${guardedRef(ref)}\0${old === "" ? "\0" : old}`
          : `update ${guardedRef(ref)}\0${guarded(to)}\0${old === "" ? "\0" : old}`;
      });
      return (await git.attempt(["update-ref", "--stdin", "-z"], { input: lines.join("") })).code === 0;
    },
  };
}

function guarded(sha: string): string {
  if (!isSha(sha)) throw new GitFailed(`not an object name: ${JSON.stringify(sha.slice(0, 60))}`);
  return sha;
}

function guardedPath(path: string): string {
  if (!isFilePath(path)) throw new GitFailed(`not a path inside a repository: ${JSON.stringify(path.slice(0, 100))}`);
  return path;
}

function guardedRef(ref: string): string {
  if (!/^refs\/[a-z]+\/./.test(ref) || !isBranchName(ref)) throw new GitFailed(`not a ref: ${JSON.stringify(ref)}`);
  return ref;
}

async function refs(git: GitProgram): Promise<Record<string, string>> {
  const listed = await git.text(["for-each-ref", "--format=%(objectname) %(refname)"]);
  const found: Record<string, string> = {};
  for (const line of listed.split("\n")) if (line !== "") found[line.slice(41)] = line.slice(0, 40);
  return found;
}

/** A commit's SHA for a branch, a tag, a full ref or a (possibly short) SHA, in this order. */
async function resolve(git: GitProgram, ref: string): Promise<string | undefined> {
  if (!isBranchName(ref)) return undefined;
  const candidates = ref.startsWith("refs/") ? [ref] : [`refs/heads/${ref}`, `refs/tags/${ref}`, `refs/${ref}`];
  if (/^[0-9a-f]{7,40}$/.test(ref)) candidates.push(ref);
  for (const candidate of candidates) {
    const { code, stdout } = await git.attempt(["rev-parse", "--verify", "--quiet", `${candidate}^{commit}`]);
    if (code === 0) return stdout.toString().trim();
  }
  return undefined;
}

const fields = ["%H", "%T", "%P", "%an", "%ae", "%aI", "%cn", "%ce", "%cI", "%B"];

async function log(git: GitProgram, args: string[]): Promise<CommitInfo[]> {
  const format = `--format=${fields.join("%x1f")}%x1e`;
  const { code, stdout, stderr } = await git.attempt(["log", "--no-show-signature", format, ...args]);
  if (code !== 0) {
    if (/bad object|unknown revision|bad revision/.test(stderr)) return [];
    throw new GitFailed(`git log ended with ${code}: ${stderr.trim()}`);
  }
  return stdout
    .toString()
    .split("\x1e")
    .map((record) => record.replace(/^\n/, ""))
    .filter((record) => record !== "")
    .map((record) => {
      const [sha, tree, parents, an, ae, ad, cn, ce, cd, ...message] = record.split("\x1f") as [string, ...string[]];
      return {
        sha,
        tree: tree!,
        parents: parents === "" ? [] : parents!.split(" "),
        author: { name: an!, email: ae!, date: utc(ad!) },
        committer: { name: cn!, email: ce!, date: utc(cd!) },
        message: message.join("\x1f").replace(/\n+$/, ""),
      };
    });
}

function utc(date: string): string {
  return `${new Date(date).toISOString().slice(0, 19)}Z`;
}

async function tree(git: GitProgram, sha: string, path: string, recursive: boolean): Promise<TreeEntry[] | undefined> {
  const treeish = path === "" ? guarded(sha) : `${guarded(sha)}:${guardedPath(path)}`;
  const flags = recursive ? ["-r", "-t"] : [];
  const { code, stdout } = await git.attempt(["ls-tree", "-z", "-l", ...flags, treeish]);
  if (code !== 0) return undefined;
  const prefix = path === "" ? "" : `${path}/`;
  return parseTree(stdout.toString()).map((entry) => ({ ...entry, path: `${prefix}${entry.path}` }));
}

function parseTree(listed: string): TreeEntry[] {
  return listed
    .split("\0")
    .filter((line) => line !== "")
    .map((line) => {
      const tab = line.indexOf("\t");
      const [mode, type, sha, size] = line.slice(0, tab).split(/ +/) as [string, TreeEntry["type"], string, string];
      const path = line.slice(tab + 1);
      return {
        name: path.slice(path.lastIndexOf("/") + 1),
        path,
        mode,
        type,
        sha,
        size: size === "-" ? null : Number(size),
      };
    });
}

const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
const longestPatch = 100_000;

async function changedFiles(git: GitProgram, from: string | null, to: string): Promise<ChangedFile[]> {
  const range = [from === null ? emptyTree : guarded(from), guarded(to)];
  const common = ["-r", "-M", "--no-ext-diff", "--no-textconv"];
  const [raw, numbers, patch] = await Promise.all([
    git.text(["diff-tree", "--raw", "--no-abbrev", "-z", ...common, ...range]),
    git.text(["diff-tree", "--numstat", "-z", ...common, ...range]),
    git.text(["diff-tree", "-p", ...common, ...range]),
  ]);
  const patches = splitPatch(patch);
  const counted = parseNumbers(numbers);
  const files: ChangedFile[] = [];
  let at = 0;
  const parts = raw.split("\0");
  for (let i = 0; i < parts.length - 1; ) {
    const [, newMode, , sha, letter] = parts[i++]!.slice(1).split(" ") as [string, string, string, string, string];
    const first = parts[i++]!;
    const moved = letter.startsWith("R") || letter.startsWith("C");
    const filename = moved ? parts[i++]! : first;
    const count = counted[files.length];
    // A file that becomes a link is told as two patches: gone, and made anew.
    const text = letter.startsWith("T") ? [patches[at++], patches[at++]].join("\n") : (patches[at++] ?? null);
    files.push({
      filename,
      previousFilename: moved ? first : null,
      status: statusOf(letter),
      sha: newMode === "000000" ? null : sha,
      additions: count?.[0] ?? 0,
      deletions: count?.[1] ?? 0,
      patch: text === null || text === "" || text.length > longestPatch ? null : text,
    });
  }
  return files;
}

function statusOf(letter: string): ChangedFile["status"] {
  switch (letter[0]) {
    case "A":
      return "added";
    case "D":
      return "removed";
    case "R":
      return "renamed";
    case "T":
      return "changed";
    default:
      return "modified";
  }
}

function parseNumbers(text: string): [number, number][] {
  const counts: [number, number][] = [];
  const parts = text.split("\0");
  for (let i = 0; i < parts.length - 1; i++) {
    const [added, removed, path] = parts[i]!.split("\t");
    counts.push([Number(added) || 0, Number(removed) || 0]);
    // A rename has an empty path here and its two names in the next two fields.
    if (path === "") i += 2;
  }
  return counts;
}

/** Hunks per file, in the order of git's output. */
function splitPatch(patch: string): string[] {
  const found: string[] = [];
  for (const part of patch.split(/^(?=diff --git )/m)) {
    if (!part.startsWith("diff --git ")) continue;
    const hunk = part.search(/^@@ /m);
    found.push(hunk < 0 ? "" : part.slice(hunk).replace(/\n$/, ""));
  }
  return found;
}

async function treeWith(git: GitProgram, base: string | null, changes: FileChanges): Promise<string> {
  const env = { GIT_INDEX_FILE: `${git.dir}/index-${crypto.randomUUID()}` };
  const options: RunOptions = { env };
  try {
    await git.run(base === null ? ["read-tree", "--empty"] : ["read-tree", guarded(base)], options);
    const lines: string[] = [];
    for (const [path, change] of changes) {
      guardedPath(path);
      if (change === null) lines.push(`0 ${zero}\t${path}\0`);
      else {
        if (!/^(100644|100755|120000)$/.test(change.mode)) throw new GitFailed(`not a file mode: ${change.mode}`);
        const sha = (await git.text(["hash-object", "-w", "--stdin"], { input: change.content })).trim();
        lines.push(`${change.mode} ${sha}\t${path}\0`);
      }
    }
    await git.run(["update-index", "-z", "--add", "--index-info"], { ...options, input: lines.join("") });
    return (await git.text(["write-tree"], options)).trim();
  } finally {
    await rm(env.GIT_INDEX_FILE, { force: true });
  }
}

async function mergeTree(git: GitProgram, ours: string, theirs: string): Promise<string | undefined> {
  const args = ["merge-tree", "--write-tree", "--name-only", guarded(ours), guarded(theirs)];
  const { code, stdout, stderr } = await git.attempt(args);
  if (code === 0) return stdout.toString().split("\n")[0];
  if (code === 1 || /unrelated histories/.test(stderr)) return undefined;
  throw new GitFailed(`git merge-tree ended with ${code}: ${stderr.trim()}`);
}

async function commitTree(
  git: GitProgram,
  made: { tree: string; parents: string[]; message: string; author: Signature; committer: Signature },
): Promise<string> {
  const env = {
    GIT_AUTHOR_NAME: plainName(made.author.name),
    GIT_AUTHOR_EMAIL: plainName(made.author.email),
    GIT_AUTHOR_DATE: made.author.date,
    GIT_COMMITTER_NAME: plainName(made.committer.name),
    GIT_COMMITTER_EMAIL: plainName(made.committer.email),
    GIT_COMMITTER_DATE: made.committer.date,
  };
  const parents = made.parents.flatMap((parent) => ["-p", guarded(parent)]);
  const args = ["commit-tree", guarded(made.tree), ...parents, "-F", "-"];
  return (await git.text(args, { input: `${made.message.trimEnd()}\n`, env })).trim();
}

function plainName(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these would break git's header lines
  const plain = name.replaceAll(/[\x00-\x1f<>]/g, "").trim();
  return plain === "" ? "unknown" : plain;
}
