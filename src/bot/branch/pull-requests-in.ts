import type { Mirror } from "../../git/mirror.ts";
import type { PullRequest, RepositoryClient } from "../../github/repository-client.ts";

/** One request to GitHub a commit; a push of more is no merge of a pull request. */
const mostCommits = 100;
/** Requests at once: GitHub wants few, and the cluster waits. */
const atOnce = 8;

export interface CommitRange {
  /** Not included; undefined for just the commit itself. */
  since: string | undefined;
  until: string;
  /** Only commits that touch one of these; everything for `""`. */
  paths: readonly string[];
  branch: string;
}

/** Pull requests that were merged into the branch by the commits of a range, oldest first. */
export async function mergedPullRequestsIn(
  mirror: Mirror,
  client: RepositoryClient,
  { since, until, paths, branch }: CommitRange,
): Promise<PullRequest[]> {
  const found = new Map<number, PullRequest>();
  const shas = [...(await commitsIn(mirror, since, until, paths))];
  for (let start = 0; start < shas.length; start += atOnce) {
    const answers = await Promise.all(shas.slice(start, start + atOnce).map((sha) => client.mergedPullRequestsOf(sha)));
    for (const pullRequest of answers.flat()) {
      if (pullRequest.base.ref === branch) found.set(pullRequest.number, pullRequest);
    }
  }
  return [...found.values()].toSorted((a, b) => a.number - b.number);
}

async function commitsIn(
  mirror: Mirror,
  since: string | undefined,
  until: string,
  paths: readonly string[],
): Promise<Set<string>> {
  if (since === undefined) return new Set([until]);
  const shas = new Set<string>();
  for (const path of paths) {
    const range = { limit: mostCommits, since, ...(path === "" ? {} : { path }) };
    for (const { sha } of await mirror.log(until, range)) shas.add(sha);
  }
  return shas;
}
