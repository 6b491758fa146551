import type { CommitInfo } from "../git/commits.ts";
import type { RepositoryData } from "../git/repository-data.ts";
import { signature } from "../model/accounts.ts";
import type { PullRequest, Repository } from "../model/records.ts";
import { Refused } from "../model/refused.ts";
import type { Actor, World } from "../model/world.ts";
import { findPullRequest } from "./pull-requests.ts";
import { syncRefs } from "./sync-refs.ts";

export const mergeMethods = ["merge", "squash", "rebase"] as const;

export interface MergeWish {
  method: (typeof mergeMethods)[number];
  /** The head must be this. */
  sha?: string;
  title?: string;
  message?: string;
}

const notMergeable = "Pull Request is not mergeable";

/** @returns the commit that the base now is; @throws Refused 405 when it cannot be merged, 409 when the head has moved */
export async function mergePullRequest(
  world: World,
  repository: Repository,
  number: number,
  wish: MergeWish,
  actor: Actor,
): Promise<string> {
  return world.exclusively(repository.id, async () => {
    const pull = findPullRequest(world, repository, number);
    if (pull === undefined) throw new Refused(404, "Not Found");
    if (pull.state !== "open") throw new Refused(405, notMergeable);
    if (pull.draft) throw new Refused(405, "Pull Request is still a draft");
    if (wish.sha !== undefined && wish.sha !== pull.headSha) {
      throw new Refused(409, "Head branch was modified. Review and try the merge again.");
    }
    const git = world.git(repository);
    const base = (await git.refs())[`refs/heads/${pull.base}`];
    if (base === undefined) throw new Refused(405, notMergeable);
    const sha = await makeMerge(world, git, repository, { ...pull, baseSha: base }, wish, actor);
    world.db.pullRequests.save({ ...pull, merging: { sha, by: actor.login } });
    if (!(await git.updateRefs([{ ref: `refs/heads/${pull.base}`, to: sha, expected: base }]))) {
      throw new Refused(409, "Base branch was modified. Review and try the merge again.");
    }
    await syncRefs(world, repository.id, actor);
    return sha;
  });
}

async function makeMerge(
  world: World,
  git: RepositoryData,
  repository: Repository,
  pull: PullRequest,
  wish: MergeWish,
  actor: Actor,
): Promise<string> {
  const by = signature(world, actor.login);
  if (wish.method === "rebase") return rebase(git, pull, by);
  const tree = await git.mergeTree(pull.baseSha, pull.headSha);
  if (tree === undefined) throw new Refused(405, notMergeable);
  if (wish.method === "squash") {
    const commits = await git.range(pull.baseSha, pull.headSha);
    const only = commits.length === 1 ? commits[0] : undefined;
    const title = wish.title ?? `${only?.message.split("\n")[0] ?? pull.title} (#${pull.number})`;
    const told = only === undefined ? commits.map(({ message }) => `* ${message}`).join("\n\n") : bodyOf(only.message);
    const message = joined(title, wish.message ?? told);
    const author = only?.author ?? signature(world, pull.author);
    return git.commitTree({ tree, parents: [pull.baseSha], message, author, committer: by });
  }
  const title = wish.title ?? `Merge pull request #${pull.number} from ${repository.owner}/${pull.head}`;
  const message = joined(title, wish.message ?? pull.title);
  return git.commitTree({ tree, parents: [pull.baseSha, pull.headSha], message, author: by, committer: by });
}

async function rebase(git: RepositoryData, pull: PullRequest, committer: CommitInfo["committer"]): Promise<string> {
  const commits = await git.range(pull.baseSha, pull.headSha);
  let onto = (await git.commit(pull.baseSha))!;
  for (const commit of commits) {
    const parent = commit.parents[0] === undefined ? undefined : await git.commit(commit.parents[0]);
    // A merge commit has no change of its own to repeat; GitHub refuses these too.
    if (parent === undefined || commit.parents.length > 1) throw new Refused(405, "This branch can't be rebased");
    const tree = await git.pickTree(onto, commit, parent);
    if (tree === undefined) throw new Refused(405, "This branch can't be rebased");
    const { message, author } = commit;
    const sha = await git.commitTree({ tree, parents: [onto.sha], message, author, committer });
    onto = (await git.commit(sha))!;
  }
  return onto.sha;
}

function bodyOf(message: string): string {
  return message.split("\n").slice(1).join("\n").trim();
}

function joined(title: string, message: string): string {
  return message === "" ? title : `${title}\n\n${message}`;
}
