import { GitError } from "./git-error.ts";
import type { LocalGit } from "./local-git.ts";
import type { Mirror, TreeFile } from "./mirror.ts";
import type { Remote } from "./remote.ts";
import { assertObjectId, assertTreePath } from "./safe-names.ts";

type Trees = Pick<Mirror, "mergeTree" | "changedPaths" | "treeAt" | "files" | "replacePath"> & {
  /** The one entry at a path; undefined when there is none. */
  entryAt(treeish: string, path: string): Promise<Entry | undefined>;
};

interface Entry {
  mode: string;
  type: string;
  id: string;
  /** As ls-tree writes it: the whole path with `--full-tree`, the name alone inside one tree. */
  path: string;
}

/** Most entries of one tree; a repository larger than that is no desired state. */
const mostBytes = 256 * 1024 * 1024;

export function treesOf(local: LocalGit, remote: Remote): Trees {
  const git = (args: string[], input?: string) =>
    local(args, { maxOutput: mostBytes, ...(input === undefined ? {} : { input }) });

  async function list(args: string[]): Promise<Entry[]> {
    const { stdout } = await git(["ls-tree", "-z", "--full-tree", ...args]);
    return splitZ(stdout).map((line) => {
      const [, mode, type, id, path] = /^(\d+) (\w+) ([0-9a-f]+)\t([\s\S]*)$/.exec(line)!;
      return { mode: mode!, type: type!, id: id!, path: path! };
    });
  }

  const entryAt: Trees["entryAt"] = async (treeish, path) =>
    (await list([assertObjectId(treeish), "--", assertTreePath(path)]))[0];

  const treeAt: Trees["treeAt"] = async (treeish, path) => {
    if (path === "") {
      const args = ["rev-parse", "--verify", "--end-of-options", `${assertObjectId(treeish)}^{tree}`];
      return (await git(args)).stdout.toString().trim();
    }
    const entry = await entryAt(treeish, path);
    return entry?.type === "tree" ? entry.id : undefined;
  };

  /** The tree with `entry` in the place of whatever had that name; an empty result is undefined. */
  async function withEntry(
    tree: string | undefined,
    name: string,
    entry: Entry | undefined,
  ): Promise<string | undefined> {
    const others = tree === undefined ? [] : (await list([tree])).filter(({ path }) => path !== name);
    const all = entry === undefined ? others : [...others, { ...entry, path: name }];
    if (all.length === 0) return undefined;
    const input = all.map(({ mode, type, id, path }) => `${mode} ${type} ${id}\t${path}\0`).join("");
    return (await git(["mktree", "-z", "--missing"], input)).stdout.toString().trim();
  }

  async function replaced(
    tree: string | undefined,
    path: string[],
    entry: Entry | undefined,
  ): Promise<string | undefined> {
    const [name, ...rest] = path;
    if (rest.length === 0) return withEntry(tree, name!, entry);
    const below = tree === undefined ? undefined : await treeAt(tree, name!);
    const id = await replaced(below, rest, entry);
    return withEntry(tree, name!, id === undefined ? undefined : { mode: "040000", type: "tree", id, path: name! });
  }

  return {
    entryAt,
    treeAt,
    async files(treeish, path) {
      const tree = await treeAt(treeish, path);
      if (tree === undefined) return [];
      const prefix = path === "" ? "" : `${path}/`;
      return (await list(["-r", tree])).map(
        ({ mode, id, path: below }): TreeFile => ({ path: prefix + below, mode, id }),
      );
    },
    async changedPaths(from, to) {
      const { stdout } = await git([
        ...["diff-tree", "-r", "-z", "--no-renames", "--name-only", "--no-commit-id", "--end-of-options"],
        ...[assertObjectId(from), assertObjectId(to)],
      ]);
      return splitZ(stdout);
    },
    async mergeTree(base, head) {
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
