/**
 * Brings what the forge knows in line with what the bare repository holds. Every way to move a ref (a push, the REST API, a page,
 * a push that a crash cut short) ends here: the difference between known and actual refs is what happened.
 *
 *   branch moved    → push; pull requests from it: synchronize; pull requests into it that it now contains: closed, merged
 *   branch gone     → push (deleted), delete; pull requests from or into it: closed
 */
import type { PullRequest, Repository } from "../model/records.ts";
import type { Actor, World } from "../model/world.ts";
import { type RefChange, sendPullRequest, sendPush } from "../webhook/events.ts";
import { withMergeability } from "./mergeability.ts";

interface PullRequestChange {
  pull: PullRequest;
  action: "synchronize" | "closed";
  extra: Record<string, unknown>;
}

/** To be called while holding the repository's lock (`world.exclusively`). */
export async function syncRefs(world: World, repositoryId: number, actor: Actor): Promise<void> {
  const known = world.db.repositories.get(repositoryId);
  if (known === undefined) return;
  const git = world.git(known);
  const actual = Object.fromEntries(
    Object.entries(await git.refs()).filter(([ref]) => ref.startsWith("refs/heads/") || ref.startsWith("refs/tags/")),
  );
  const changes = differences(known.knownRefs, actual);
  if (changes.length === 0) return;

  const moved: PullRequestChange[] = [];
  for (const pull of world.db.pullRequests.withKey(repositoryId)) {
    if (pull.state !== "open") continue;
    const change = await followedBy(world, known, pull, changes, actor);
    if (change !== undefined) moved.push(change);
  }
  const heads = moved.filter(({ action }) => action === "synchronize");
  await git.updateRefs(heads.map(({ pull }) => ({ ref: `refs/pull/${pull.number}/head`, to: pull.headSha })));

  const now = world.now();
  // Read again: somebody may have changed a title while git was working.
  const repository: Repository = { ...world.db.repositories.get(repositoryId)!, knownRefs: actual, pushedAt: now };
  world.db.transaction(() => {
    world.db.repositories.save(repository);
    for (const pull of world.db.pullRequests.withKey(repositoryId)) {
      const change = moved.find((entry) => entry.pull.id === pull.id);
      if (change !== undefined) {
        const { headSha, baseSha, state, merged, mergedAt, mergedBy, mergeCommitSha, closedAt } = change.pull;
        change.pull = {
          ...pull,
          ...{ headSha, baseSha, state, merged, mergedAt, mergedBy, mergeCommitSha, closedAt },
          merging: null,
          updatedAt: now,
        };
        world.db.pullRequests.save(change.pull);
      } else if (pull.state === "open") {
        const base = actual[`refs/heads/${pull.base}`];
        if (base !== undefined && base !== pull.baseSha) world.db.pullRequests.save({ ...pull, baseSha: base });
      }
    }
  });

  for (const change of changes) await sendPush(world, repository, change, actor);
  for (const { pull, action, extra } of moved) await sendPullRequest(world, repository, pull, action, actor, extra);
  // Only of what moved itself: when the base moves, the others are computed as somebody asks.
  for (const { pull, action } of moved) {
    if (action === "synchronize") world.background(withMergeability(world, repository, pull));
  }
}

function differences(before: Record<string, string>, after: Record<string, string>): RefChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .filter((ref) => before[ref] !== after[ref])
    .map((ref) => ({ ref, before: before[ref] ?? null, after: after[ref] ?? null }));
}

async function followedBy(
  world: World,
  repository: Repository,
  pull: PullRequest,
  changes: RefChange[],
  actor: Actor,
): Promise<PullRequestChange | undefined> {
  const head = changes.find(({ ref }) => ref === `refs/heads/${pull.head}`);
  const base = changes.find(({ ref }) => ref === `refs/heads/${pull.base}`);
  const headSha = head === undefined ? pull.headSha : head.after;
  const now = world.now();
  if (base !== undefined && base.after !== null) {
    const git = world.git(repository);
    const arrived = await git.arrived(base.before, base.after);
    const merge = pull.merging !== null && arrived.has(pull.merging.sha) ? pull.merging : undefined;
    const byHand = merge === undefined && arrived.has(headSha ?? pull.headSha);
    if (merge !== undefined || byHand) {
      const merged: PullRequest = {
        ...pull,
        headSha: headSha ?? pull.headSha,
        baseSha: base.before ?? pull.baseSha,
        state: "closed",
        merged: true,
        mergedAt: now,
        mergedBy: merge?.by ?? actor.login,
        mergeCommitSha: merge?.sha ?? base.after,
        closedAt: now,
      };
      return { pull: merged, action: "closed", extra: {} };
    }
  }
  if (headSha === null || base?.after === null) {
    return { pull: { ...pull, state: "closed", closedAt: now }, action: "closed", extra: {} };
  }
  if (headSha === pull.headSha) return undefined;
  const baseSha = base?.after ?? pull.baseSha;
  return {
    pull: { ...pull, headSha, baseSha },
    action: "synchronize",
    extra: { before: pull.headSha, after: headSha },
  };
}
