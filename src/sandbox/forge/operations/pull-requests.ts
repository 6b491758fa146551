import type { PullRequest, Repository } from "../model/records.ts";
import { Refused, validationFailed } from "../model/refused.ts";
import type { Actor, World } from "../model/world.ts";
import { sendPullRequest } from "../webhook/events.ts";
import { withMergeability } from "./mergeability.ts";

export function findPullRequest(world: World, repository: Repository, number: number): PullRequest | undefined {
  return world.db.pullRequests.withKey(repository.id).find((pull) => pull.number === number);
}

export interface NewPullRequest {
  title: string;
  head: string;
  base: string;
  body: string | null;
  draft: boolean;
}

/** @throws Refused 422 without such branches, without commits between them, or when there is one already */
export async function openPullRequest(
  world: World,
  repository: Repository,
  { title, head: from, base, body, draft }: NewPullRequest,
  actor: Actor,
): Promise<PullRequest> {
  const head = from.startsWith(`${repository.owner}:`) ? from.slice(repository.owner.length + 1) : from;
  return world.exclusively(repository.id, async () => {
    const git = world.git(repository);
    const refs = await git.refs();
    const headSha = refs[`refs/heads/${head}`];
    const baseSha = refs[`refs/heads/${base}`];
    const invalid = (field: string) => validationFailed({ resource: "PullRequest", field, code: "invalid" });
    if (headSha === undefined) throw invalid("head");
    if (baseSha === undefined) throw invalid("base");
    const custom = (message: string) => validationFailed({ resource: "PullRequest", code: "custom", message });
    const mergeBase = await git.mergeBase(baseSha, headSha);
    if (mergeBase === undefined) throw custom(`The ${head} branch has no history in common with ${base}`);
    if (mergeBase === headSha) throw custom(`No commits between ${base} and ${head}`);
    const twin = world.db.pullRequests
      .withKey(repository.id)
      .find((pull) => pull.state === "open" && pull.head === head && pull.base === base);
    if (twin !== undefined) throw custom(`A pull request already exists for ${repository.owner}:${head}.`);

    const number = world.db.repositories.get(repository.id)!.nextNumber;
    // The ref comes first: whoever hears of the pull request can fetch it.
    await git.updateRefs([{ ref: `refs/pull/${number}/head`, to: headSha }]);
    const now = world.now();
    const pull = world.db.transaction(() => {
      world.db.repositories.save({ ...world.db.repositories.get(repository.id)!, nextNumber: number + 1 });
      return world.db.pullRequests.insert({
        repositoryId: repository.id,
        ...{ number, title, body, author: actor.login, head, base, headSha, baseSha, draft },
        state: "open",
        ...{ merged: false, mergedAt: null, mergedBy: null, mergeCommitSha: null, closedAt: null },
        ...{ createdAt: now, updatedAt: now, merging: null, mergeable: null },
      });
    });
    await sendPullRequest(world, repository, pull, "opened", actor);
    world.background(withMergeability(world, repository, pull));
    return pull;
  });
}

export interface PullRequestEdit {
  title?: string;
  body?: string | null;
  base?: string;
  state?: "open" | "closed";
  draft?: boolean;
}

/** @throws Refused 422 for a base that is none, or a reopening that is not possible */
export async function editPullRequest(
  world: World,
  repository: Repository,
  number: number,
  edit: PullRequestEdit,
  actor: Actor,
): Promise<PullRequest> {
  return world.exclusively(repository.id, async () => {
    const old = findPullRequest(world, repository, number);
    if (old === undefined) throw new Refused(404, "Not Found");
    const now = world.now();
    const refs = await world.git(repository).refs();
    const changes: Record<string, unknown> = {};
    let pull: PullRequest = { ...old, updatedAt: now };
    if (edit.title !== undefined && edit.title !== old.title) {
      changes.title = { from: old.title };
      pull = { ...pull, title: edit.title };
    }
    if (edit.body !== undefined && edit.body !== old.body) {
      changes.body = { from: old.body };
      pull = { ...pull, body: edit.body };
    }
    if (edit.base !== undefined && edit.base !== old.base) {
      const baseSha = refs[`refs/heads/${edit.base}`];
      if (baseSha === undefined || old.state !== "open") {
        throw validationFailed({ resource: "PullRequest", field: "base", code: "invalid" });
      }
      changes.base = { ref: { from: old.base }, sha: { from: old.baseSha } };
      pull = { ...pull, base: edit.base, baseSha };
    }
    if (Object.keys(changes).length > 0) {
      world.db.pullRequests.save(pull);
      await sendPullRequest(world, repository, pull, "edited", actor, { changes });
    }
    if (edit.draft !== undefined && edit.draft !== pull.draft) {
      pull = { ...pull, draft: edit.draft };
      world.db.pullRequests.save(pull);
      await sendPullRequest(world, repository, pull, edit.draft ? "converted_to_draft" : "ready_for_review", actor);
    }
    if (edit.state !== undefined && edit.state !== pull.state) {
      pull = edit.state === "closed" ? { ...pull, state: "closed", closedAt: now } : reopened(pull, refs);
      world.db.pullRequests.save(pull);
      await world.git(repository).updateRefs([{ ref: `refs/pull/${number}/head`, to: pull.headSha }]);
      await sendPullRequest(world, repository, pull, edit.state === "closed" ? "closed" : "reopened", actor);
    }
    world.background(withMergeability(world, repository, pull));
    return pull;
  });
}

function reopened(pull: PullRequest, refs: Record<string, string>): PullRequest {
  const headSha = refs[`refs/heads/${pull.head}`];
  const baseSha = refs[`refs/heads/${pull.base}`];
  const no = (message: string) =>
    validationFailed({ resource: "PullRequest", field: "state", code: "custom", message });
  if (pull.merged) throw no("state cannot be changed. The pull request was merged.");
  if (headSha === undefined) throw no(`state cannot be changed. The ${pull.head} branch has been deleted.`);
  if (baseSha === undefined) throw no(`state cannot be changed. The ${pull.base} branch has been deleted.`);
  return { ...pull, headSha, baseSha, state: "open", closedAt: null, mergeable: null };
}
