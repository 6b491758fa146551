import type { ForgeRepository, Person, RepositoryAddress } from "./forge.ts";
import { isFilePath } from "./git/safe-names.ts";
import { account } from "./model/accounts.ts";
import type { PullRequest, Repository } from "./model/records.ts";
import { notFound, Refused } from "./model/refused.ts";
import type { Actor, World } from "./model/world.ts";
import { createRef, deleteRef } from "./operations/branches.ts";
import { addComment } from "./operations/comments.ts";
import { mergePullRequest } from "./operations/merge-pull-request.ts";
import { withMergeability } from "./operations/mergeability.ts";
import { pullRequestFiles } from "./operations/pull-request-size.ts";
import { editPullRequest, findPullRequest, openPullRequest } from "./operations/pull-requests.ts";
import { commitFile } from "./operations/write-files.ts";

/** One repository for pages and tests, as the person unless somebody else is named. */
export function openRepository(
  world: World,
  id: number,
  address: (repository: Repository) => RepositoryAddress,
  person: Person,
): ForgeRepository {
  const now = (): Repository => {
    const found = world.db.repositories.get(id);
    if (found === undefined) throw notFound();
    return found;
  };
  const git = world.git(now());
  const as = (login = person.login): Actor => {
    if (account(world, login) === undefined) throw new Refused(404, `There is nobody called ${login}`);
    return { login, viaApp: false };
  };
  const must = (number: number): PullRequest => {
    const pull = findPullRequest(world, now(), number);
    if (pull === undefined) throw notFound();
    return pull;
  };
  return {
    get address() {
      return address(now());
    },
    async branches() {
      return Object.entries(await git.refs()).flatMap(([ref, sha]) =>
        ref.startsWith("refs/heads/") ? [{ name: ref.slice(11), sha }] : [],
      );
    },
    resolve: (ref) => git.resolve(ref),
    async tree(ref, path) {
      const sha = await git.resolve(ref);
      if (sha === undefined || (path !== "" && !isFilePath(path))) return undefined;
      return git.tree(sha, path);
    },
    async file(ref, path) {
      const sha = await git.resolve(ref);
      const entry = sha === undefined || !isFilePath(path) ? undefined : await git.entry(sha, path);
      return entry?.type === "blob" ? { content: await git.blob(entry.sha), sha: entry.sha } : undefined;
    },
    async commits(ref, { limit = 30, path = "" } = {}) {
      const sha = await git.resolve(ref);
      return sha === undefined || (path !== "" && !isFilePath(path)) ? [] : git.commits(sha, { limit, path });
    },
    async commit(ref) {
      const sha = await git.resolve(ref);
      const commit = sha === undefined ? undefined : await git.commit(sha);
      if (commit === undefined) return undefined;
      return { commit, files: await git.changedFiles(commit.parents[0] ?? null, commit.sha) };
    },
    async createBranch(name, from) {
      const sha = await git.resolve(from);
      if (sha === undefined) throw new Refused(404, `There is no ${from}`);
      await createRef(world, now(), { ref: `refs/heads/${name}`, sha }, as());
    },
    deleteBranch: (name) => deleteRef(world, now(), `refs/heads/${name}`, as()),
    async commitFile({ branch, path, content, message, author, newBranch, expectedBlob }) {
      const { commit } = await commitFile(
        world,
        now(),
        {
          ...{ branch, path, content, message, expectedBlob: expectedBlob ?? "any" },
          ...(newBranch === undefined ? {} : { newBranch }),
        },
        as(author),
      );
      return { sha: commit.sha, branch: newBranch ?? branch };
    },

    pullRequests: (state = "open") =>
      world.db.pullRequests
        .withKey(id)
        .filter((pull) => state === "all" || pull.state === state)
        .reverse(),
    async pullRequest(number) {
      const pull = findPullRequest(world, now(), number);
      return pull === undefined ? undefined : withMergeability(world, now(), pull);
    },
    pullRequestFiles: async (number) => pullRequestFiles(world, now(), must(number)),
    async pullRequestCommits(number) {
      const { baseSha, headSha } = must(number);
      return git.range(baseSha, headSha);
    },
    openPullRequest: ({ title, head, base, body, author, draft = false }) =>
      openPullRequest(world, now(), { title, head, base, body: body ?? null, draft }, as(author)),
    mergePullRequest: (number, { method = "merge", by, sha } = {}) =>
      mergePullRequest(world, now(), number, { method, ...(sha === undefined ? {} : { sha }) }, as(by)),
    async setPullRequestState(number, state, by) {
      await editPullRequest(world, now(), number, { state }, as(by));
    },
    async setPullRequestDraft(number, draft, by) {
      await editPullRequest(world, now(), number, { draft }, as(by));
    },

    comments: (number) => world.db.comments.withKey(`${id}#${number}`),
    addComment: async (number, body, author) => addComment(world, now(), number, body, as(author)),
    reactions: (commentId) => world.db.reactions.withKey(commentId),
    checks: (sha) => {
      const newest = new Map(world.db.checkRuns.withKey(`${id}@${sha}`).map((run) => [run.name, run]));
      return [...newest.values()];
    },
    check: (checkRunId) => {
      const run = world.db.checkRuns.get(checkRunId);
      return run?.repositoryId === id ? run : undefined;
    },
    annotations: (checkRunId) => {
      const run = world.db.checkRuns.get(checkRunId);
      return run?.repositoryId === id ? run.annotations : [];
    },
    deployments: () =>
      world.db.deployments
        .withKey(id)
        .reverse()
        .map((deployment) => ({
          ...deployment,
          statuses: world.db.deploymentStatuses.withKey(deployment.id).reverse(),
        })),
  };
}
