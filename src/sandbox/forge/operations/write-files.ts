import type { CommitInfo } from "../git/commits.ts";
import type { RepositoryData } from "../git/repository-data.ts";
import { isBranchName, isFilePath } from "../git/safe-names.ts";
import type { FileChanges } from "../git/trees.ts";
import { signature } from "../model/accounts.ts";
import type { Repository } from "../model/records.ts";
import { Refused, validationFailed } from "../model/refused.ts";
import type { Actor, World } from "../model/world.ts";
import { syncRefs } from "./sync-refs.ts";

/** @throws Refused 422 for what is no path of a file in a repository */
export function checkPath(path: string): void {
  if (isFilePath(path)) return;
  const message = "path contains a malformed path component";
  throw validationFailed({ resource: "Commit", field: "path", code: "custom", message });
}

export interface FileCommit {
  branch: string;
  path: string;
  /** null removes the file. */
  content: Uint8Array | string | null;
  message: string;
  /** Blob that is to be replaced: undefined makes a new file, `"any"` does not ask. */
  expectedBlob: string | undefined;
  newBranch?: string;
  author?: { name: string; email: string; date?: string };
  committer?: { name: string; email: string; date?: string };
}

/**
 * One commit that writes or removes one file on a branch, as GitHub's contents API makes it.
 *
 * @throws Refused 404 without such a branch or file, 409 when the file is not what the writer saw, 422 for a bad path
 */
export async function commitFile(
  world: World,
  repository: Repository,
  change: FileCommit,
  actor: Actor,
): Promise<{ commit: CommitInfo; blob: string | null; created: boolean }> {
  checkPath(change.path);
  const target = change.newBranch ?? change.branch;
  if (!isBranchName(target)) throw new Refused(422, `${JSON.stringify(target)} is not a valid branch name`);
  return world.exclusively(repository.id, async () => {
    const git = world.git(repository);
    const tip = (await git.refs())[`refs/heads/${change.branch}`];
    const empty = tip === undefined && Object.keys(await git.refs()).length === 0;
    if (tip === undefined && !(empty && change.branch === repository.defaultBranch)) {
      throw new Refused(404, `Branch ${change.branch} not found`);
    }
    const old = tip === undefined ? undefined : await git.entry(tip, change.path);
    if (tip !== undefined && old === undefined) await checkFolders(git, tip, change.path);
    checkExpectation(change, old?.type === "blob" ? old.sha : undefined, old?.type);
    const mode = old?.type === "blob" ? old.mode : "100644";
    const edit: FileChanges = new Map([
      [change.path, change.content === null ? null : { mode, content: change.content }],
    ]);
    const tree = await git.treeWith(tip ?? null, edit);
    const by = signature(world, actor.login);
    const sha = await git.commitTree({
      tree,
      parents: tip === undefined ? [] : [tip],
      message: change.message,
      author: { ...by, ...(change.author ?? change.committer) },
      committer: { ...by, ...(change.committer ?? change.author) },
    });
    const expected = change.newBranch === undefined ? (tip ?? null) : null;
    if (!(await git.updateRefs([{ ref: `refs/heads/${target}`, to: sha, expected }]))) {
      throw change.newBranch === undefined
        ? new Refused(409, `${target} has moved meanwhile; read the file again`)
        : validationFailed({
            resource: "Reference",
            field: "ref",
            code: "custom",
            message: "Reference already exists",
          });
    }
    await syncRefs(world, repository.id, actor);
    const written = change.content === null ? undefined : await git.entry(sha, change.path);
    return { commit: (await git.commit(sha))!, blob: written?.sha ?? null, created: old === undefined };
  });
}

/** Git would replace a file by the folder that a path needs, without a word. */
async function checkFolders(git: RepositoryData, tip: string, path: string): Promise<void> {
  const parts = path.split("/");
  for (let depth = 1; depth < parts.length; depth++) {
    const folder = parts.slice(0, depth).join("/");
    const type = (await git.entry(tip, folder))?.type;
    if (type === undefined) return;
    if (type !== "tree") throw new Refused(422, `${folder} is no folder`);
  }
}

function checkExpectation(change: FileCommit, blob: string | undefined, type: string | undefined): void {
  if (type === "tree") throw new Refused(422, `${change.path} is a folder`);
  if (blob === undefined && change.content === null) throw new Refused(404, "Not Found");
  if (change.expectedBlob === "any") return;
  if (blob !== undefined && change.expectedBlob === undefined) {
    throw new Refused(422, `Invalid request.\n\n"sha" wasn't supplied.`);
  }
  if (change.expectedBlob !== undefined && change.expectedBlob !== blob) {
    throw new Refused(409, `${change.path} does not match ${change.expectedBlob}`);
  }
}
