import { realpath } from "node:fs/promises";
import { relative, sep } from "node:path";
import { didYouMean } from "../core/schema/did-you-mean.ts";
import { readFiles } from "./blobs.ts";
import { GitError } from "./git-error.ts";
import { historyOf } from "./history.ts";
import { type GitPlace, type LocalGit, localGit } from "./local-git.ts";
import type { Mirror } from "./mirror.ts";
import { objectReader } from "./object-reader.ts";
import type { Remote } from "./remote.ts";
import { runGit } from "./run-git.ts";
import { assertRevision, isObjectId } from "./safe-names.ts";
import { treesOf } from "./trees.ts";

/** A repository on somebody's machine, only ever read. */
export interface WorkingTree extends Pick<Mirror, "files" | "readFiles" | "readFile" | "has" | "landed"> {
  /** The folder that it was opened at, inside the repository; `""` is its root. */
  folder: string;
  /** @throws GitError `not-found` when there is no such commit, with what may have been meant; `refused` for no revision */
  commitOf(revision: string): Promise<string>;
  /** What the next commit may hold: every path below the folder that git knows. Paths are the repository's. */
  tracked(): Promise<Set<string>>;
}

/**
 * Nothing that the repository's own configuration asks for is run, and nothing is fetched: what a partial clone does not have
 * would else come from wherever, and however, that configuration says.
 */
const inert = { GIT_ALLOW_PROTOCOL: "none", GIT_NO_LAZY_FETCH: "1", GIT_OPTIONAL_LOCKS: "0" };

/** @returns undefined when the folder is in no working tree */
export async function openWorkingTree(folder: string): Promise<WorkingTree | undefined> {
  const here = await realpath(folder);
  const root = await ask(here, "--show-toplevel");
  const gitDir = await ask(here, "--absolute-git-dir");
  if (root === undefined || gitDir === undefined) return undefined;
  const inside = relative(await realpath(root), here)
    .split(sep)
    .join("/");
  if (inside === ".." || inside.startsWith("../")) return undefined;

  const place: GitPlace = { cwd: root, env: { ...inert, GIT_DIR: gitDir, GIT_WORK_TREE: root } };
  const git = localGit(place);
  const objects = objectReader(place);
  const { entryAt, files } = treesOf(git, objects, noRemote);
  const { landed } = historyOf(git, objects);
  const read: Mirror["readFiles"] = (wanted, maxBytes) =>
    readFiles(git, objects, noRemote, wanted, maxBytes).catch(tell);
  return {
    folder: inside,
    files: (treeish, path) => files(treeish, path).catch(tell),
    readFiles: read,
    async readFile(treeish, path, maxBytes) {
      const entry = await entryAt(treeish, path).catch(tell);
      if (entry === undefined || !/^100/.test(entry.mode)) return undefined;
      return (await read([{ path, mode: entry.mode, id: entry.id }], maxBytes))[0]?.content;
    },
    landed: (tip, options) => landed(tip, options).catch(tell),
    has: async (sha) => (await parsed(git, `${sha}^{commit}`)) === sha,
    async commitOf(revision) {
      const id = await parsed(git, assertRevision(revision));
      const sha = id && (await parsed(git, `${id}^{commit}`));
      if (sha === undefined) throw new GitError("not-found", await unknownRevision(git, revision));
      return sha;
    },
    async tracked() {
      const { stdout } = await git(["ls-files", "-z", "--", ...(inside === "" ? [] : [inside])]);
      return new Set(stdout.toString().split("\0").filter(Boolean));
    },
  };
}

/** @returns undefined where there is no working tree */
async function ask(cwd: string, what: string): Promise<string | undefined> {
  // Whose repository it is does not matter, since nothing of it is run.
  const args = ["-c", "safe.directory=*", "rev-parse", what];
  const { code, stdout, stderr } = await runGit({ cwd, args, env: inert, answers: [128] });
  if (code === 0) return stdout.toString().replace(/\n$/, "");
  if (/not a git repository|must be run in a work tree/.test(stderr)) return undefined;
  throw new GitError("fault", `git cannot read the repository of ${cwd}: ${stderr.trim().slice(0, 2000)}`);
}

async function parsed(git: LocalGit, expression: string): Promise<string | undefined> {
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", expression];
  const { stdout } = await git(args, { answers: [1, 128], timeoutMs: 30_000 });
  const id = stdout.toString().trim();
  return isObjectId(id) ? id : undefined;
}

async function unknownRevision(git: LocalGit, revision: string): Promise<string> {
  const args = ["for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/", "refs/tags/", "refs/remotes/"];
  const { stdout } = await git(args, { maxOutput: 1024 * 1024, cut: true });
  const names = stdout.toString().split("\n").filter(Boolean);
  const meant = names.find((name) => name.endsWith(`/${revision}`)) ?? didYouMean(revision, names);
  const isShallow = (await git(["rev-parse", "--is-shallow-repository"])).stdout.toString().trim() === "true";
  const hint =
    meant !== undefined
      ? `did you mean ${JSON.stringify(meant)}?`
      : isShallow
        ? "this clone is shallow; `git fetch --unshallow` brings the rest"
        : names.length === 0
          ? "it has no branch and no tag yet"
          : "`git branch --all` lists its branches, and `git fetch` brings what is new";
  return `the repository has no commit ${JSON.stringify(revision)}; ${hint}`;
}

const notHere =
  "files of that commit are not in this clone, which is a partial one; `git archive COMMIT > /dev/null` brings them";

/** What would be fetched is not. */
const noRemote: Pick<Remote, "withRemote" | "fetchBlobs"> = {
  withRemote: async () => Promise.reject(new GitError("not-found", notHere)),
  fetchBlobs: async () => Promise.reject(new GitError("not-found", notHere)),
};

/** Git ends, saying so, where it may not fetch. */
function tell(thrown: unknown): never {
  const isPartial = thrown instanceof GitError && /promisor|lazy fetch/.test(thrown.message);
  throw isPartial ? new GitError("not-found", notHere) : thrown;
}
