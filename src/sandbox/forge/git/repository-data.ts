import { changedFiles, changedNames } from "./changed-files.ts";
import { type CommitInfo, commitTree, type NewCommit, parseCommit } from "./commits.ts";
import { GitFailed, type GitProgram, gitProgram } from "./git-program.ts";
import { objectReader } from "./object-reader.ts";
import { remembered } from "./remembered.ts";
import { guardedPath, guardedRef, guardedSha, isBranchName, isSha } from "./safe-names.ts";
import { type FileChanges, listTree, mergeTree, treeEntry, treeWith, writeBlob } from "./trees.ts";

const zero = "0".repeat(40);
/** Answers kept per repository. */
const mostRemembered = 2000;

/**
 * Reads and writes of one bare repository, everything checked before it reaches a command line. What is named by its hash is
 * asked of git once; refs are read again after {@link RepositoryData.refsMoved}.
 */
export type RepositoryData = ReturnType<typeof repositoryData>;

export function repositoryData(dir: string) {
  const git = gitProgram(dir);
  const objects = objectReader(dir);
  const known = remembered(mostRemembered);
  let refs: Promise<Record<string, string>> | undefined;

  const readRefs = (): Promise<Record<string, string>> => {
    const reading = refs ?? listRefs(git);
    refs = reading;
    reading.catch(() => {
      if (refs === reading) refs = undefined;
    });
    return reading;
  };
  const commit = async (sha: string): Promise<CommitInfo | undefined> =>
    known.get(`commit ${guardedSha(sha)}`, async () => {
      const object = await objects.contents(sha);
      return object?.type === "commit" ? parseCommit(sha, object.content) : undefined;
    });
  const commits = async (args: string[]): Promise<CommitInfo[]> => {
    const { code, stdout, stderr } = await git.attempt(["rev-list", ...args]);
    if (code !== 0) {
      if (/bad object|unknown revision|bad revision/.test(stderr)) return [];
      throw new GitFailed(`git rev-list ended with ${code}: ${stderr.trim()}`);
    }
    const shas = stdout.toString().split("\n").filter(isSha);
    return (await Promise.all(shas.map(commit))).filter((found) => found !== undefined);
  };
  /** Whose exit code 0 or 1 is the answer; anything else (a missing object) is none. */
  const yesOrNo = async (args: string[]): Promise<boolean | undefined> => {
    const { code } = await git.attempt(args);
    return code === 0 ? true : code === 1 ? false : undefined;
  };
  return {
    dir,
    refs: readRefs,
    /** To be called when something else than `updateRefs` has moved refs. */
    refsMoved(): void {
      refs = undefined;
    },
    /** A commit's SHA for a branch, a tag, a full ref or a (possibly short) SHA, in this order. */
    async resolve(ref: string): Promise<string | undefined> {
      if (!isBranchName(ref)) return undefined;
      const all = await readRefs();
      const names = ref.startsWith("refs/") ? [ref] : [`refs/heads/${ref}`, `refs/tags/${ref}`, `refs/${ref}`];
      const name = names.find((candidate) => Object.hasOwn(all, candidate));
      const object = name === undefined ? (/^[0-9a-f]{7,40}$/.test(ref) ? ref : undefined) : all[name];
      if (object === undefined) return undefined;
      return (await objects.info(`${object}^{commit}`))?.sha;
    },
    commit,
    commits: (
      sha: string,
      { limit = 100, skip = 0, path = "" }: { limit?: number; skip?: number; path?: string } = {},
    ) =>
      known.get(`commits ${sha} ${limit} ${skip} ${path}`, () => {
        const only = path === "" ? [] : ["--", `:(literal)${guardedPath(path)}`];
        return commits([`--max-count=${limit}`, `--skip=${skip}`, guardedSha(sha), ...only]);
      }),
    /** Reachable from `to`, not from `from`; oldest first. */
    range: (from: string, to: string, limit = 250) =>
      known.get(`range ${from} ${to} ${limit}`, async () =>
        (await commits([`--max-count=${limit}`, "--topo-order", guardedSha(to), `^${guardedSha(from)}`])).reverse(),
      ),
    /** SHAs of what `to` reaches and `from` (null: nothing) does not. */
    arrived: (from: string | null, to: string): Promise<ReadonlySet<string>> =>
      known.get(`arrived ${from} ${to}`, async () => {
        const not = from === null ? [] : [`^${guardedSha(from)}`];
        return new Set((await git.text(["rev-list", guardedSha(to), ...not])).split("\n").filter(isSha));
      }),
    count: (from: string, to: string) =>
      known.get(`count ${from} ${to}`, async () =>
        Number(await git.text(["rev-list", "--count", guardedSha(to), `^${guardedSha(from)}`])),
      ),
    mergeBase: (a: string, b: string) =>
      known.get(`merge-base ${a} ${b}`, async () => {
        const { code, stdout } = await git.attempt(["merge-base", guardedSha(a), guardedSha(b)]);
        return code === 0 ? stdout.toString().trim() : undefined;
      }),
    contains: async (descendant: string, ancestor: string): Promise<boolean> =>
      (await known.get(`contains ${descendant} ${ancestor}`, () =>
        yesOrNo(["merge-base", "--is-ancestor", guardedSha(ancestor), guardedSha(descendant)]),
      )) ?? false,
    tree: (sha: string, path: string, recursive = false) =>
      known.get(`tree ${sha} ${recursive} ${path}`, () => listTree(git, sha, path, recursive)),
    entry: (sha: string, path: string) => known.get(`entry ${sha} ${path}`, () => treeEntry(git, sha, path)),
    async blob(sha: string): Promise<Buffer> {
      const object = await objects.contents(guardedSha(sha));
      if (object?.type !== "blob") throw new GitFailed(`${sha} is no blob`);
      return object.content;
    },
    objectType: async (sha: string): Promise<string | undefined> => (await objects.info(guardedSha(sha)))?.type,
    writeBlob: (content: Uint8Array | string) => writeBlob(git, content),
    changedFiles: (from: string | null, to: string) =>
      known.get(`changed ${from} ${to}`, () => changedFiles(git, from, to)),
    changedNames: (pairs: readonly { from: string | null; to: string }[]) => changedNames(git, pairs),
    diff: (from: string, to: string, format: "diff" | "patch"): Promise<string> =>
      format === "diff"
        ? git.text(["diff", "--no-ext-diff", "--no-textconv", guardedSha(from), guardedSha(to), "--"])
        : git.text(["format-patch", "--stdout", "--no-ext-diff", `${guardedSha(from)}..${guardedSha(to)}`, "--"]),
    treeWith: (base: string | null, changes: FileChanges) => treeWith(git, base, changes),
    mergeTree: (ours: string, theirs: string) =>
      known.get(`merge-tree ${ours} ${theirs}`, () => mergeTree(git, ours, theirs)),
    /** The tree of `commit`'s own change done again on top of `onto`; undefined when they conflict. */
    async pickTree(onto: CommitInfo, commit: CommitInfo, parent: CommitInfo): Promise<string | undefined> {
      // `merge-tree --merge-base` needs git 2.40; two commits made upon a copy of the parent give the same base to git 2.38.
      const { committer, author } = commit;
      const made = (tree: string, parents: string[]) =>
        commitTree(git, { tree, parents, message: "pick", author, committer });
      const base = await made(parent.tree, []);
      return mergeTree(git, await made(onto.tree, [base]), await made(commit.tree, [base]));
    },
    commitTree: (made: NewCommit) => commitTree(git, made),
    /** Moves refs, all or none; `expected` null says that the ref must be new. */
    async updateRefs(updates: { ref: string; to: string | null; expected?: string | null }[]): Promise<boolean> {
      if (updates.length === 0) return true;
      const lines = updates.map(({ ref, to, expected }) => {
        const old = expected === undefined ? "\0" : `${expected === null ? zero : guardedSha(expected)}\0`;
        const name = guardedRef(ref);
        return to === null ? `delete ${name}\0${old}` : `update ${name}\0${guardedSha(to)}\0${old}`;
      });
      const { code } = await git.attempt(["update-ref", "--stdin", "-z"], { input: lines.join("") });
      refs = undefined;
      return code === 0;
    },
    close: () => objects.stop(),
  };
}

async function listRefs(git: GitProgram): Promise<Record<string, string>> {
  const listed = await git.text(["for-each-ref", "--format=%(objectname) %(refname)"]);
  const found: Record<string, string> = {};
  for (const line of listed.split("\n")) if (line !== "") found[line.slice(41)] = line.slice(0, 40);
  return found;
}
