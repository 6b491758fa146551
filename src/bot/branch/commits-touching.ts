import { isDeepStrictEqual } from "node:util";
import { configFile } from "../../core/config/parse-config.ts";
import type { Commit, LogOptions, Mirror } from "../../git/mirror.ts";
import { type ReadConfig, readConfig } from "../desired/read-config.ts";

/** More than a branch gets between two looks at it. */
export const mostCommits = 10_000;

export interface Touching extends Pick<LogOptions, "firstParent"> {
  /** Not included, nor what it stands on. */
  since: string;
  until: string;
  /** Only commits that touch one of these; everything for `""`. */
  paths: readonly string[];
  /** Of the commits that touch `.trueup.yaml`, only those that change the entry of this system; all of them when undefined. */
  entryOf?: string | undefined;
}

/** Commits of a range that touch a system, by their SHAs, newest first for each path. */
export async function commitsTouching(
  mirror: Mirror,
  { since, until, paths, entryOf, firstParent = false }: Touching,
): Promise<Map<string, Commit>> {
  const found = new Map<string, Commit>();
  for (const path of paths) {
    for (const commit of await mirror.log(until, { limit: mostCommits, since, path, firstParent })) {
      const isOthers = path === configFile && entryOf !== undefined && !(await changesEntry(mirror, commit, entryOf));
      if (!isOthers) found.set(commit.sha, commit);
    }
  }
  return found;
}

/** A file that cannot be read has no entry of anybody. */
async function changesEntry(mirror: Mirror, { sha, parents: [parent] }: Commit, system: string): Promise<boolean> {
  if (parent === undefined) return true;
  const [before, after] = await Promise.all([readConfig(mirror, parent), readConfig(mirror, sha)]);
  const entryIn = ({ systems }: ReadConfig) => systems.find(({ name }) => name === system);
  return !isDeepStrictEqual(entryIn(before), entryIn(after));
}
