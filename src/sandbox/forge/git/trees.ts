import { rm } from "node:fs/promises";
import { GitFailed, type GitProgram, type RunOptions } from "./git-program.ts";
import { guardedPath, guardedSha } from "./safe-names.ts";

export interface TreeEntry {
  name: string;
  path: string;
  mode: string;
  type: "blob" | "tree" | "commit";
  sha: string;
  size: number | null;
}

/** What a file becomes; null removes it. */
export type FileChanges = ReadonlyMap<string, { mode: string; content: Uint8Array | string } | null>;

/** Entries of a folder ("" is the root); undefined when it is none. */
export async function listTree(
  git: GitProgram,
  sha: string,
  path: string,
  recursive: boolean,
): Promise<TreeEntry[] | undefined> {
  const treeish = path === "" ? guardedSha(sha) : `${guardedSha(sha)}:${guardedPath(path)}`;
  const flags = recursive ? ["-r", "-t"] : [];
  const { code, stdout } = await git.attempt(["ls-tree", "-z", "-l", ...flags, treeish]);
  if (code !== 0) return undefined;
  const prefix = path === "" ? "" : `${path}/`;
  return parseTree(stdout.toString()).map((entry) => ({ ...entry, path: `${prefix}${entry.path}` }));
}

export async function treeEntry(git: GitProgram, sha: string, path: string): Promise<TreeEntry | undefined> {
  const listed = await git.text(["ls-tree", "-z", "-l", guardedSha(sha), "--", `:(literal)${guardedPath(path)}`]);
  return parseTree(listed).find((entry) => entry.path === path);
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

/** The tree that `base` (null: nothing) becomes by `changes`, a later one winning; the empty tree when nothing is left. */
export async function treeWith(git: GitProgram, base: string | null, changes: FileChanges): Promise<string> {
  const env = { GIT_INDEX_FILE: `${git.dir}/index-${crypto.randomUUID()}` };
  const options: RunOptions = { env };
  try {
    await git.run(base === null ? ["read-tree", "--empty"] : ["read-tree", guardedSha(base)], options);
    const lines: string[] = [];
    for (const [path, change] of changes) {
      guardedPath(path);
      if (change === null) lines.push(`0 ${"0".repeat(40)}\t${path}\0`);
      else {
        if (!/^(100644|100755|120000)$/.test(change.mode)) throw new GitFailed(`not a file mode: ${change.mode}`);
        lines.push(`${change.mode} ${await writeBlob(git, change.content)}\t${path}\0`);
      }
    }
    await git.run(["update-index", "-z", "--add", "--index-info"], { ...options, input: lines.join("") });
    return (await git.text(["write-tree"], options)).trim();
  } finally {
    await rm(env.GIT_INDEX_FILE, { force: true });
  }
}

export async function writeBlob(git: GitProgram, content: Uint8Array | string): Promise<string> {
  return (await git.text(["hash-object", "-w", "--stdin"], { input: content })).trim();
}

/** The tree of merging `theirs` into `ours`; undefined when they conflict. */
export async function mergeTree(git: GitProgram, ours: string, theirs: string): Promise<string | undefined> {
  const args = ["merge-tree", "--write-tree", "--name-only", guardedSha(ours), guardedSha(theirs)];
  const { code, stdout, stderr } = await git.attempt(args);
  if (code === 0) return stdout.toString().split("\n")[0];
  if (code === 1 || /unrelated histories/.test(stderr)) return undefined;
  throw new GitFailed(`git merge-tree ended with ${code}: ${stderr.trim()}`);
}
