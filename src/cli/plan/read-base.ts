import { posix } from "node:path";
import type { FolderBase, FolderState } from "../../agent/plan/folder-base.ts";
import { configFile, parseConfig } from "../../core/config/parse-config.ts";
import { largestManifest } from "../../core/manifest/decode-text.ts";
import { isManifestPath } from "../../core/manifest/read-manifests.ts";
import type { Landed } from "../../core/plan/earlier-merge.ts";
import { GitError } from "../../git/git-error.ts";
import { openWorkingTree, type WorkingTree } from "../../git/working-tree.ts";
import type { RepositoryFile } from "../../render/read-files.ts";
import { systemFiles } from "../../render/system-files.ts";
import { type FolderSystem, inNamespace, isWithin, type SystemChoice } from "./folder-system.ts";

/** The folder as it is now. */
export interface FolderNow extends Omit<FolderSystem, "notes"> {
  files: readonly RepositoryFile[];
  choice: SystemChoice;
}

/**
 * What a revision has in the folder's place.
 *
 * @returns it, and what could surprise whoever compares with it
 * @throws when the folder is in no git repository, or there is no such revision
 */
export async function readBase(now: FolderNow, revision: string): Promise<{ base: FolderBase; notes: string[] }> {
  const { path } = now;
  const tree = await openWorkingTree(path);
  if (tree === undefined) {
    const wayOut = "leave --base out, to compare with the cluster alone, or give a folder of a checkout";
    throw new Error(`${path} is not in a git repository, so that it has no ${revision}; ${wayOut}`);
  }
  const sha = await tree.commitOf(revision);
  const state = await stateAt(tree, sha, now);
  const base: FolderBase = {
    sha,
    state,
    at: async (other) => ((await tree.has(other)) ? stateAt(tree, other, now) : undefined),
    landed: (since, limit) => landedSince(tree, sha, now, { since, limit }),
  };
  return { base, notes: [...missing(state, now, revision), ...(await untracked(tree, now))] };
}

/** A name is not worth a plan: of history that is not in the clone nothing is told. */
async function landedSince(
  tree: WorkingTree,
  sha: string,
  { system }: FolderNow,
  range: { since: string; limit: number },
): Promise<Landed[]> {
  const paths = [system.path, configFile].map((path) => inRepository(tree, path));
  const landed = await tree.landed(sha, { ...range, paths }).catch((thrown) => {
    if (!(thrown instanceof GitError && thrown.kind === "not-found")) throw thrown;
    return [];
  });
  return landed.map((one) => ({ ...one, files: one.files.map((file) => inFolder(tree, file)) }));
}

const inRepository = ({ folder }: WorkingTree, path: string): string => posix.join(folder, path).replace(/^\.$/, "");

const inFolder = ({ folder }: WorkingTree, path: string): string =>
  folder === "" ? path : path.slice(folder.length + 1);

/** @returns undefined when the commit's `.trueup.yaml` has no such system, or errors */
async function stateAt(tree: WorkingTree, sha: string, now: FolderNow): Promise<FolderState | undefined> {
  const system = now.isConfigured ? await configuredAt(tree, sha, now) : now.system;
  if (system === undefined) return undefined;
  const files = await systemFiles(tree, sha, inRepository(tree, system.path));
  return { system, files: files.map((file) => ({ ...file, path: inFolder(tree, file.path) })) };
}

async function configuredAt(tree: WorkingTree, sha: string, { system, choice }: FolderNow) {
  const file = posix.join(tree.folder, configFile);
  const content = await tree.readFile(sha, file, largestManifest);
  if (content === undefined) return undefined;
  const found = parseConfig(file, content).systems.find(({ name }) => name === system.name);
  return found && inNamespace(found, choice);
}

function missing(state: FolderState | undefined, { path, system }: FolderNow, revision: string): string[] {
  if (state === undefined) {
    return [`${revision} has no ${configFile} in ${path} with a system ${system.name}, so that everything is new`];
  }
  return state.files.length === 0 ? [`${revision} has no files in ${path}, so that everything is new`] : [];
}

const mostNames = 3;

/** Manifests that are planned, and that a commit would not hold yet. */
async function untracked(tree: WorkingTree, { files, system }: FolderNow): Promise<string[]> {
  const tracked = await tree.tracked();
  const isHidden = (path: string) => /(?:^|\/)\./.test(path.slice(system.path.length));
  const names = files
    .map(({ path }) => path)
    .filter((path) => isManifestPath(path) && isWithin(path, system.path) && !isHidden(path))
    .filter((path) => !tracked.has(posix.join(tree.folder, path)));
  if (names.length === 0) return [];
  const more = names.length - mostNames;
  const told = `${names.slice(0, mostNames).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  return [`planned too, though git does not track ${names.length === 1 ? "it" : "them"} yet: ${told}`];
}
