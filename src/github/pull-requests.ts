import { coAuthorsOf } from "./co-authors.ts";
import { orUndefined } from "./octokit.ts";
import type { RepositoryAccess } from "./repository-access.ts";
import type { PullRequest, RepositoryClient } from "./repository-client.ts";

type PullRequests = Pick<
  RepositoryClient,
  | "pullRequest"
  | "openPullRequests"
  | "closedPullRequests"
  | "mergedPullRequestsOf"
  | "committersOf"
  | "openPullRequest"
>;

/** GitHub tells of each some 20 kB. */
const pageSize = 50;

export function pullRequests({ octokit, at }: RepositoryAccess): PullRequests {
  const { rest } = octokit;
  const closed = new Map<string, Promise<PullRequest[]>>();
  const readClosed = async (branch: string, page: number): Promise<PullRequest[]> => {
    const wanted = { ...(await at()), state: "closed", base: branch, per_page: pageSize, page } as const;
    const { data } = await rest.pulls.list({ ...wanted, sort: "updated", direction: "desc" });
    return data.map(fromGitHub);
  };
  return {
    async pullRequest(number) {
      const answer = await orUndefined(rest.pulls.get({ ...(await at()), pull_number: number }));
      return answer === undefined ? undefined : fromGitHub(answer.data);
    },
    async openPullRequests() {
      const found = await octokit.paginate(rest.pulls.list, { ...(await at()), state: "open", per_page: 100 });
      return found.map(fromGitHub);
    },
    async *closedPullRequests(branch) {
      for (let page = 1; ; page++) {
        const key = `${page}:${branch}`;
        const reading = closed.get(key) ?? readClosed(branch, page);
        closed.set(key, reading);
        const found = await reading;
        yield found;
        if (found.length < pageSize) return;
      }
    },
    async mergedPullRequestsOf(sha) {
      const wanted = { ...(await at()), commit_sha: sha, per_page: 100 };
      const found = await octokit.paginate(rest.repos.listPullRequestsAssociatedWithCommit, wanted);
      return found.map(fromGitHub).filter(({ merged }) => merged);
    },
    async committersOf(number) {
      const wanted = { ...(await at()), pull_number: number, per_page: 100 };
      const commits = await octokit.paginate(rest.pulls.listCommits, wanted);
      if (commits.length >= mostListed) return undefined;
      return commits.flatMap(({ author, committer, commit }) => [
        ...[author, committer].flatMap((who) => loginOf(who)),
        ...coAuthorsOf(commit.message),
      ]);
    },
    async openPullRequest(pullRequest) {
      const { data } = await rest.pulls.create({ ...(await at()), ...pullRequest });
      return fromGitHub(data);
    },
  };
}

/** Of a pull request's commits: https://docs.github.com/en/rest/pulls/pulls#list-commits-on-a-pull-request */
const mostListed = 250;

/** None for an address that belongs to no account. */
const loginOf = (who: object | null): string[] =>
  who !== null && "login" in who && typeof who.login === "string" ? [who.login] : [];

/** What the lists and the single pull request have in common, and what only the latter tells. */
interface GitHubPullRequest {
  number: number;
  title: string;
  user: { login: string } | null;
  state: string;
  merged_at: string | null;
  merged_by?: { login: string } | null;
  merge_commit_sha: string | null;
  draft?: boolean;
  locked: boolean;
  head: { sha: string; ref: string; repo: { id: number } | null };
  base: { sha: string; ref: string };
}

function fromGitHub(pull: GitHubPullRequest): PullRequest {
  const { number, title, user, state, merged_at, merged_by, merge_commit_sha, draft, locked, head, base } = pull;
  const merged = merged_at !== null;
  return {
    number,
    title,
    author: user?.login ?? "ghost",
    state: state === "open" ? "open" : "closed",
    merged,
    ...(merged_by ? { mergedBy: merged_by.login } : {}),
    // Before merging it is GitHub's test merge.
    ...(merged && merge_commit_sha !== null ? { mergeSha: merge_commit_sha } : {}),
    draft: draft ?? false,
    locked,
    head: { sha: head.sha, ref: head.ref, repositoryId: head.repo?.id },
    base: { ref: base.ref, sha: base.sha },
  };
}
