import { GitError } from "./git-error.ts";
import type { LocalGit } from "./local-git.ts";
import type { Mirror } from "./mirror.ts";
import type { ObjectReader } from "./object-reader.ts";
import { filesBelow, hasNear, mostBytes, readCommit, type TreeEntry, treeReader } from "./read-objects.ts";
import type { Remote } from "./remote.ts";
import { assertObjectId, assertTreePath } from "./safe-names.ts";

type Trees = Pick<Mirror, "mergeTree" | "changedPaths" | "treeAt" | "files" | "replacePath" | "withFiles"> & {
  /** The one entry at a path; undefined when there is none. */
  entryAt(treeish: string, path: string): Promise<TreeEntry | undefined>;
};

export function treesOf(local: LocalGit, objects: ObjectReader, remote: Pick<Remote, "withRemote">): Trees {
  const readTree = treeReader(objects);
  const git = (args: string[], input?: string) =>
    local(args, { maxOutput: mostBytes, ...(input === undefined ? {} : { input }) });

  /** Id of the tree that a commit, or a tree, is. */
  async function rootOf(treeish: string): Promise<string> {
    const info = await objects.info(assertObjectId(treeish));
    if (info?.type === "tree") return treeish;
    if (info?.type === "commit") return (await readCommit(objects, treeish)).tree;
    throw new GitError("not-found", `the mirror has no commit or tree ${treeish}`);
  }

  const entryAt: Trees["entryAt"] = async (treeish, path) => {
    let tree = await rootOf(treeish);
    const parts = assertTreePath(path).split("/");
    const last = parts.pop();
    for (const part of parts) {
      const entry = (await readTree(tree)).find(({ name }) => name === part);
      if (entry?.type !== "tree") return undefined;
      tree = entry.id;
    }
    return (await readTree(tree)).find(({ name }) => name === last);
  };

  const treeAt: Trees["treeAt"] = async (treeish, path) => {
    if (path === "") return rootOf(treeish);
    const entry = await entryAt(treeish, path);
    return entry?.type === "tree" ? entry.id : undefined;
  };

  /** The tree with `entry` in the place of whatever had that name; an empty result is undefined. */
  async function withEntry(
    tree: string | undefined,
    name: string,
    entry: TreeEntry | undefined,
  ): Promise<string | undefined> {
    const others = tree === undefined ? [] : (await readTree(tree)).filter((other) => other.name !== name);
    const all = entry === undefined ? others : [...others, { ...entry, name }];
    if (all.length === 0) return undefined;
    const input = all.map(({ mode, type, id, name }) => `${mode} ${type} ${id}\t${name}\0`).join("");
    return (await git(["mktree", "-z", "--missing"], input)).stdout.toString().trim();
  }

  async function replaced(
    tree: string | undefined,
    path: string[],
    entry: TreeEntry | undefined,
  ): Promise<string | undefined> {
    const [name, ...rest] = path;
    if (rest.length === 0) return withEntry(tree, name!, entry);
    const below = tree === undefined ? undefined : await treeAt(tree, name!);
    const id = await replaced(below, rest, entry);
    return withEntry(tree, name!, id === undefined ? undefined : { mode: "040000", type: "tree", id, name: name! });
  }

  return {
    entryAt,
    treeAt,
    async files(treeish, path) {
      const tree = await treeAt(treeish, path);
      if (tree === undefined) return [];
      return filesBelow(readTree, tree, path === "" ? "" : `${path}/`);
    },
    async changedPaths(from, to) {
      const { stdout } = await git([
        ...["diff-tree", "-r", "-z", "--no-renames", "--name-only", "--no-commit-id", "--end-of-options"],
        ...[assertObjectId(from), assertObjectId(to)],
      ]);
      return splitZ(stdout);
    },
    async mergeTree(base, head) {
      // What is a descendant of the other is what merging makes: the common case, and it needs no process.
      if (await hasNear(objects, assertObjectId(head), assertObjectId(base))) return { tree: await rootOf(head) };
      // May need the content of files that both sides changed, and then fetches it.
      const { code, stdout, stderr } = await remote.withRemote({
        args: [
          ...["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", "--end-of-options"],
          ...[assertObjectId(base), assertObjectId(head)],
        ],
        answers: [1],
      });
      const [tree, ...conflicts] = splitZ(stdout);
      if (tree === undefined) throw new GitError("fault", `git merge-tree said nothing: ${stderr.slice(0, 2000)}`);
      return code === 0 ? { tree } : { conflicts: [...new Set(conflicts)] };
    },
    async withFiles(treeish, files) {
      let tree = await rootOf(treeish);
      for (const [path, content] of files) {
        const entry = await entryAt(tree, path);
        if (entry?.type !== "blob" || entry.mode === "120000")
          throw new GitError("not-found", `no regular file ${path}`);
        const { stdout } = await git(["hash-object", "-w", "--no-filters", "--stdin"], content);
        const id = stdout.toString().trim();
        tree = (await replaced(tree, assertTreePath(path).split("/"), { ...entry, id }))!;
      }
      return tree;
    },
    async replacePath(treeish, path, source) {
      if (path === "") return (await treeAt(source, ""))!;
      const entry = await entryAt(source, path);
      const tree = await treeAt(treeish, "");
      return (
        (await replaced(tree, assertTreePath(path).split("/"), entry)) ??
        (await git(["mktree", "-z"], "")).stdout.toString().trim()
      );
    },
  };
}

const splitZ = (output: Buffer): string[] =>
  output
    .toString()
    .split("\0")
    .filter((part) => part !== "");
