import type { ChangedFile } from "../git/changed-files.ts";
import type { PullRequest, Repository } from "../model/records.ts";
import type { World } from "../model/world.ts";
import type { PullRequestSize } from "../shape/pull-request-shape.ts";

/** What a pull request changes: from where its branch left the base to its head. */
export async function pullRequestFiles(
  world: World,
  repository: Repository,
  pull: PullRequest,
): Promise<ChangedFile[]> {
  const git = world.git(repository);
  return git.changedFiles((await git.mergeBase(pull.baseSha, pull.headSha)) ?? null, pull.headSha);
}

export async function pullRequestSize(
  world: World,
  repository: Repository,
  pull: PullRequest,
): Promise<PullRequestSize> {
  const [files, commits] = await Promise.all([
    pullRequestFiles(world, repository, pull),
    world.git(repository).count(pull.baseSha, pull.headSha),
  ]);
  return {
    commits,
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    changedFiles: files.length,
  };
}
