import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readFiles } from "./blobs.ts";
import { historyOf } from "./history.ts";
import { type LocalGit, localFolder, localGit, mirrorPlace } from "./local-git.ts";
import type { Mirror, MirrorOptions, NewCommit } from "./mirror.ts";
import { objectReader } from "./object-reader.ts";
import { connectRemote } from "./remote.ts";
import { runGit } from "./run-git.ts";
import { assertObjectId, assertUrl } from "./safe-names.ts";
import { treesOf } from "./trees.ts";

export type { FileContent, Mirror, MirrorOptions, TreeFile } from "./mirror.ts";

/** Commits that no branch keeps are kept by a ref each; so many of them. */
const mostKeptCommits = 500;

/**
 * Opens the mirror, making it when it is not there; nothing is fetched yet.
 *
 * @throws GitError `refused` for a URL that is none or whose transport is not allowed
 */
export async function openMirror(options: MirrorOptions): Promise<Mirror> {
  const { dir, url, transports } = options;
  assertUrl(url, transports);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  for (const folder of [dir, localFolder(dir)]) {
    // No template: it would bring sample hooks.
    const args = ["init", "--quiet", "--bare", "--template=", folder];
    if (!existsSync(join(folder, "HEAD"))) await runGit({ cwd: dir, args });
  }
  removeStaleLocks(dir);
  for (const [name, value] of [
    ["remote.origin.url", url],
    ["remote.origin.promisor", "true"],
    ["remote.origin.partialclonefilter", "blob:none"],
  ] as const) {
    await runGit({ cwd: dir, args: ["config", "--replace-all", name, value] });
  }
  await forgetOldCommits(dir);
  const place = mirrorPlace(dir);
  const git = localGit(place);
  const objects = objectReader(place);
  const remote = connectRemote(options, objects);
  const trees = treesOf(git, objects, remote);
  return {
    url,
    ...remote,
    ...historyOf(git, objects),
    ...trees,
    readFiles: (files, maxBytes) => readFiles(git, objects, remote, files, maxBytes),
    async readFile(treeish, path, maxBytes) {
      const entry = await trees.entryAt(treeish, path);
      if (entry === undefined || !/^100/.test(entry.mode)) return undefined;
      return (await readFiles(git, objects, remote, [{ path, mode: entry.mode, id: entry.id }], maxBytes))[0]?.content;
    },
    async pushCommit(commit) {
      const sha = await makeCommit(git, commit);
      await remote.push(sha, commit.branch);
      return sha;
    },
  };
}

async function makeCommit(git: LocalGit, { tree, parent, message, author }: NewCommit): Promise<string> {
  const args = ["commit-tree", "-p", assertObjectId(parent), "-F", "-", assertObjectId(tree)];
  const { stdout } = await git(args, {
    input: message,
    env: {
      GIT_AUTHOR_NAME: author.name,
      GIT_AUTHOR_EMAIL: author.email,
      GIT_COMMITTER_NAME: author.name,
      GIT_COMMITTER_EMAIL: author.email,
    },
  });
  return stdout.toString().trim();
}

/** The mirror belongs to this process, so a lock that is there was left by one that was killed. */
function removeStaleLocks(dir: string): void {
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && entry.name.endsWith(".lock")) rmSync(join(entry.parentPath, entry.name), { force: true });
  }
}

async function forgetOldCommits(dir: string): Promise<void> {
  const args = ["for-each-ref", "--sort=-committerdate", "--format=%(refname)", "refs/mirror/commits/"];
  const refs = (await runGit({ cwd: dir, args })).stdout.toString().split("\n").filter(Boolean);
  const old = refs.slice(mostKeptCommits);
  if (old.length === 0) return;
  await runGit({ cwd: dir, args: ["update-ref", "--stdin"], input: old.map((ref) => `delete ${ref}\n`).join("") });
}
