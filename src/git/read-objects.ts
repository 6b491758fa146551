import { GitError } from "./git-error.ts";
import type { TreeFile } from "./mirror.ts";
import type { ObjectReader } from "./object-reader.ts";

/** Most bytes of all names and paths of one tree; a repository larger than that is no desired state. */
export const mostBytes = 256 * 1024 * 1024;

const mostCommitBytes = 16 * 1024 * 1024;

export interface TreeEntry {
  /** Six digits, as `git ls-tree` writes it. */
  mode: string;
  type: "tree" | "blob" | "commit";
  id: string;
  name: string;
}

/** @throws GitError `not-found` when it is not here */
export async function readCommit(objects: ObjectReader, sha: string): Promise<{ tree: string; parents: string[] }> {
  const content = await readObject(objects, sha, "commit", mostCommitBytes);
  const text = content.toString("utf8");
  const headers = text.slice(0, text.indexOf("\n\n")).split("\n");
  const named = (name: string) =>
    headers.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  return { tree: named("tree")[0] ?? "", parents: named("parent") };
}

/** @returns the entries of one tree, in git's order. @throws GitError `not-found` when it is not here */
export type ReadTree = (id: string) => Promise<readonly TreeEntry[]>;

/** Some 20 MB of them. */
const mostEntriesKept = 100_000;

/** Remembers the trees that were read last: an id names what it holds for good, and most folders are in the next commit too. */
export function treeReader(objects: ObjectReader): ReadTree {
  const kept = new Map<string, readonly TreeEntry[]>();
  let entries = 0;
  return async (id) => {
    const tree = kept.get(id) ?? entriesOf(id, await readObject(objects, id, "tree", mostBytes));
    // The one used last stands last.
    if (!kept.delete(id)) entries += tree.length;
    kept.set(id, tree);
    for (const [oldest, { length }] of kept) {
      if (entries <= mostEntriesKept) break;
      kept.delete(oldest);
      entries -= length;
    }
    return tree;
  };
}

/** `<mode> <name>\0<id>` each, the id in bytes. */
function entriesOf(id: string, content: Buffer): TreeEntry[] {
  const idBytes = id.length / 2;
  const entries: TreeEntry[] = [];
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(" ", at);
    const end = content.indexOf(0, space);
    if (space === -1 || end === -1) throw new GitError("fault", `the tree ${id} is no tree`);
    const mode = content.toString("latin1", at, space).padStart(6, "0");
    const type = mode === "040000" ? "tree" : mode === "160000" ? "commit" : "blob";
    at = end + 1 + idBytes;
    entries.push({
      mode,
      type,
      id: content.toString("hex", end + 1, at),
      name: content.toString("utf8", space + 1, end),
    });
  }
  return entries;
}

/**
 * All files below a tree, in git's order.
 * @throws GitError `limit` for a tree that holds more than anybody wrote: a few objects can name each other very often
 */
export async function filesBelow(read: ReadTree, tree: string, prefix: string): Promise<TreeFile[]> {
  const trees = new Map<string, ReturnType<ReadTree>>();
  const files: TreeFile[] = [];
  let bytes = 0;
  const begin = (id: string): ReturnType<ReadTree> => {
    const reading = trees.get(id) ?? read(id);
    trees.set(id, reading);
    // Whoever comes to it hears of it.
    reading.catch(() => undefined);
    return reading;
  };
  const walk = async (id: string, prefix: string): Promise<void> => {
    const entries = await begin(id);
    // All are asked for before the first one's answer is waited for.
    for (const { type, id } of entries) if (type === "tree") begin(id);
    for (const { mode, type, id, name } of entries) {
      const path = prefix + name;
      bytes += path.length + id.length;
      if (bytes > mostBytes) throw new GitError("limit", `the tree ${tree} has more than ${mostBytes} bytes of paths`);
      if (type === "tree") await walk(id, `${path}/`);
      else files.push({ path, mode, id });
    }
  };
  await walk(tree, prefix);
  return files;
}

const nearCommits = 64;

/** Whether `ancestor` is among the last commits of `descendant` or that one itself; false says nothing about those before. */
export async function hasNear(objects: ObjectReader, descendant: string, ancestor: string): Promise<boolean> {
  const queue = new Set([descendant]);
  for (const sha of queue) {
    if (sha === ancestor) return true;
    if (queue.size > nearCommits) return false;
    for (const parent of (await readCommit(objects, sha)).parents) queue.add(parent);
  }
  return false;
}

async function readObject(objects: ObjectReader, id: string, type: string, maxBytes: number): Promise<Buffer> {
  const object = await objects.read(id, maxBytes);
  if (object?.type === type) return object.content;
  throw new GitError("not-found", `the mirror has no ${type} ${id}`);
}
