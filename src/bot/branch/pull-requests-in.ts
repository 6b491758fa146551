import type { Commit, Mirror } from "../../git/mirror.ts";
import type { PullRequest, RepositoryClient } from "../../github/repository-client.ts";
import { bring } from "../desired/bring.ts";
import { commitsTouching, mostCommits, type Touching } from "./commits-touching.ts";

/** Of closed pull requests; one request each. */
const mostPages = 20;
/** Commits that no page told of; one request each. */
const mostAsked = 100;
/** Requests at once: GitHub wants few, and the cluster waits. */
const atOnce = 8;

export interface CommitRange extends Omit<Touching, "since" | "firstParent"> {
  /** Not included; undefined for just the commit itself. */
  since: string | undefined;
  branch: string;
}

/**
 * Pull requests that were merged into the branch by the commits of a range, oldest first. What the branch got stands on its own line,
 * however many commits a merge brought; GitHub's list of closed pull requests tells whose it was of many at once, and of what is left
 * it is asked commit by commit.
 */
export async function mergedPullRequestsIn(
  mirror: Mirror,
  client: RepositoryClient,
  { since, ...range }: CommitRange,
): Promise<PullRequest[]> {
  const { found, unclaimed } =
    since === undefined ? { found: [], unclaimed: [range.until] } : await claimed(mirror, client, { ...range, since });
  const asked = await pullRequestsOf(client, unclaimed.slice(0, mostAsked));
  const all = [...found, ...asked.filter(({ base }) => base.ref === range.branch)];
  return [...new Map(all.map((one) => [one.number, one])).values()].toSorted((a, b) => a.number - b.number);
}

/** Those of GitHub's list, and the commits of the branch's own line that are none of theirs, newest first. */
async function claimed(
  mirror: Mirror,
  client: RepositoryClient,
  { branch, ...range }: CommitRange & { since: string },
): Promise<{ found: PullRequest[]; unclaimed: string[] }> {
  const { since, until } = range;
  const touching = await commitsTouching(mirror, { ...range, firstParent: true });
  if (touching.size === 0) return { found: [], unclaimed: [] };
  const line = bySha(await mirror.log(until, { since, limit: mostCommits, firstParent: true }));
  const brought = bySha(await mirror.log(until, { since, limit: mostCommits }));
  const unclaimed = new Map(touching);
  const found: PullRequest[] = [];
  let pages = 0;
  for await (const page of client.closedPullRequests(branch)) {
    const landed = page.filter(({ merged, mergeSha = "" }) => merged && brought.has(mergeSha));
    for (const { mergeSha } of landed) unclaimed.delete(mergeSha!);
    for (const pullRequest of landed) {
      const mergeSha = pullRequest.mergeSha!;
      let came = touching.has(mergeSha);
      // Its commits came as they are, or stand beside the line.
      const isAside = brought.has(pullRequest.head.sha) || !line.has(mergeSha);
      // A merge commit of its own says by itself what it brought.
      const isWhole = line.get(mergeSha)?.parents.includes(pullRequest.head.sha) === true;
      if (!isWhole && (isAside || unclaimed.size > 0)) {
        const own = (await commitsOf(mirror, pullRequest, range)).filter(({ sha }) => !line.has(sha));
        const known = new Set(own.map(sameWhenRebased));
        const rebased = [...unclaimed.values()].filter((commit) => known.has(sameWhenRebased(commit)));
        for (const { sha } of rebased) unclaimed.delete(sha);
        came ||= rebased.length > 0 || (isAside && own.length > 0);
      }
      if (came) found.push(pullRequest);
    }
    if (landed.length === 0 || unclaimed.size <= atOnce || ++pages === mostPages) break;
  }
  return { found, unclaimed: [...unclaimed.keys()] };
}

/** Its own commits that touch the paths; none where GitHub has its head no more. */
async function commitsOf(mirror: Mirror, { head }: PullRequest, range: Touching): Promise<Commit[]> {
  if (!(await bring(mirror, head.sha))) return [];
  return [...(await commitsTouching(mirror, { ...range, until: head.sha })).values()];
}

/** Rebasing makes new commits, by the same author, of the same time, with the same message. */
const sameWhenRebased = ({ author, at, subject }: Commit): string => JSON.stringify([author, at, subject]);

const bySha = (commits: readonly Commit[]) => new Map(commits.map((commit) => [commit.sha, commit]));

async function pullRequestsOf(client: RepositoryClient, shas: readonly string[]): Promise<PullRequest[]> {
  const found: PullRequest[] = [];
  for (let start = 0; start < shas.length; start += atOnce) {
    const some = shas.slice(start, start + atOnce);
    found.push(...(await Promise.all(some.map((sha) => client.mergedPullRequestsOf(sha)))).flat());
  }
  return found;
}
