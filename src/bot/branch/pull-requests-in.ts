import { isDeepStrictEqual } from "node:util";
import { configFile } from "../../core/config/parse-config.ts";
import type { Commit, Mirror } from "../../git/mirror.ts";
import type { PullRequest, RepositoryClient } from "../../github/repository-client.ts";
import { type ReadConfig, readConfig } from "../desired/read-config.ts";

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
  /** Of the commits that touch `.trueup.yaml`, only those that change the entry of this system; all of them when undefined. */
  entryOf?: string;
  branch: string;
}

/** Pull requests that were merged into the branch by the commits of a range, oldest first. */
export async function mergedPullRequestsIn(
  mirror: Mirror,
  client: RepositoryClient,
  { branch, ...range }: CommitRange,
): Promise<PullRequest[]> {
  const found = new Map<number, PullRequest>();
  const shas = [...(await commitsIn(mirror, range))];
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
  { since, until, paths, entryOf }: Omit<CommitRange, "branch">,
): Promise<Set<string>> {
  if (since === undefined) return new Set([until]);
  const shas = new Set<string>();
  for (const path of paths) {
    const range = { limit: mostCommits, since, ...(path === "" ? {} : { path }) };
    for (const commit of await mirror.log(until, range)) {
      const isOthers = path === configFile && entryOf !== undefined && !(await changesEntry(mirror, commit, entryOf));
      if (!isOthers) shas.add(commit.sha);
    }
  }
  return shas;
}

/** A file that cannot be read has no entry of anybody. */
async function changesEntry(mirror: Mirror, { sha, parents: [parent] }: Commit, system: string): Promise<boolean> {
  if (parent === undefined) return true;
  const [before, after] = await Promise.all([readConfig(mirror, parent), readConfig(mirror, sha)]);
  const entryIn = ({ systems }: ReadConfig) => systems.find(({ name }) => name === system);
  return !isDeepStrictEqual(entryIn(before), entryIn(after));
}
