import { signature } from "../model/accounts.ts";
import type { PullRequest, Repository } from "../model/records.ts";
import { botLogin, type World } from "../model/world.ts";
import { isMergeabilityKnown } from "../shape/pull-request-shape.ts";

/**
 * Makes the commit that merging would make, as `refs/pull/N/merge`; without one when they conflict.
 * Computed when somebody asks, or in the background after a push, and kept for as long as neither side moves.
 *
 * @returns the pull request as it is then
 */
export async function withMergeability(world: World, repository: Repository, asked: PullRequest): Promise<PullRequest> {
  const pull = world.db.pullRequests.get(asked.id) ?? asked;
  if (pull.state !== "open" || isMergeabilityKnown(pull)) return pull;
  const { headSha: head, baseSha: base } = pull;
  const git = world.git(repository);
  const tree = await git.mergeTree(base, head);
  let testMergeSha: string | null = null;
  if (tree !== undefined) {
    const author = signature(world, botLogin(world));
    const message = `Merge ${head} into ${base}`;
    testMergeSha = await git.commitTree({ tree, parents: [base, head], message, author, committer: author });
  }
  const now = world.db.pullRequests.get(pull.id);
  if (now === undefined || now.state !== "open") return now ?? pull;
  // Somebody pushed meanwhile: what was computed is about the past.
  if (now.headSha !== head || now.baseSha !== base) return withMergeability(world, repository, now);
  if (isMergeabilityKnown(now)) return now;
  await git.updateRefs([{ ref: `refs/pull/${pull.number}/merge`, to: testMergeSha }]);
  const newest = world.db.pullRequests.get(pull.id) ?? now;
  const known = { ...newest, mergeable: { head, base, clean: tree !== undefined, testMergeSha } };
  world.db.pullRequests.save(known);
  return known;
}
