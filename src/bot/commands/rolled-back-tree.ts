import { isDeepStrictEqual } from "node:util";
import { configFile } from "../../core/config/parse-config.ts";
import type { SystemConfig } from "../../core/config/system.ts";
import { hasErrors } from "../../core/manifest/finding.ts";
import { code } from "../../core/report/inert.ts";
import type { Mirror } from "../../git/mirror.ts";
import type { PullRequest, RepositoryClient } from "../../github/repository-client.ts";
import { mergedPullRequestsIn } from "../branch/pull-requests-in.ts";
import { readConfig, systemsOnBranch } from "../desired/read-config.ts";

/** The request cannot be fulfilled; `sentence` is for whoever asked, with everything foreign made inert. */
export class CannotRollBack extends Error {
  readonly sentence: string;
  constructor(sentence: string) {
    super(sentence);
    this.sentence = sentence;
  }
}

/** A system and the commit that it is to be taken back to; both commits are fetched already. */
export interface Target {
  name: string;
  sha: string;
}

export interface RolledBack {
  /** The tip's tree with these systems taken back; the tip's own when nothing differs. */
  tree: string;
  names: string[];
  /** Pull requests whose changes of these systems go away, oldest first. */
  undone: number[];
  /** What could not be taken back, and how to; inert. */
  byHand: string[];
}

interface Place {
  mirror: Mirror;
  client: RepositoryClient;
  pullRequest: PullRequest;
  tip: string;
}

/** More commits on the configuration than these are not one pull request's alone. */
const mostConfigCommits = 30;

/**
 * Takes systems of the branch's tip back: the whole folder of each, and its entry in `.trueup.yaml` when that differs. The
 * file is replaced as a whole, so only when nobody but this pull request has changed it since.
 *
 * @throws CannotRollBack when the configuration is broken and cannot be taken back, or none of the systems is the branch's
 */
export async function rolledBackTree(place: Place, targets: readonly Target[]): Promise<RolledBack> {
  const { mirror, client, pullRequest, tip } = place;
  const branch = pullRequest.base.ref;
  const { defaultBranch } = await client.info();
  const config = await readConfig(mirror, tip);
  const broken = hasErrors(config.findings);
  const systemIn = async (treeish: string, name: string): Promise<SystemConfig | undefined> => {
    const { systems } = await readConfig(mirror, treeish);
    return systemsOnBranch(systems, branch, defaultBranch).find((system) => system.name === name);
  };

  const compared: { name: string; sha: string; now?: SystemConfig; then?: SystemConfig }[] = [];
  for (const target of targets) {
    const now = await systemIn(tip, target.name);
    const then = await systemIn(target.sha, target.name);
    if (now !== undefined || then !== undefined)
      compared.push({ ...target, ...(now && { now }), ...(then && { then }) });
  }
  if (compared.length === 0) throw new CannotRollBack("No system of this branch changed with this pull request.");

  // A system of the whole repository brings its configuration along.
  const entries = compared.filter(
    ({ now, then }) => (then ?? now)!.path !== "" && (broken || !isDeepStrictEqual(then, now)),
  );
  const others = await otherHands(place, entries);
  const [entry] = entries;
  let tree = (await mirror.treeAt(tip, ""))!;
  const byHand: string[] = [];
  const touched: { paths: string[]; sha: string }[] = [];
  if (entry !== undefined && others.length === 0) {
    tree = await mirror.replacePath(tree, configFile, entry.sha);
    touched.push({ paths: [configFile], sha: entry.sha });
  } else if (entry !== undefined) {
    const names = entries.map(({ name }) => code(name)).join(", ");
    const by = `${code(configFile)} was changed since by others too (${others.join(", ")}), so it is left as it is`;
    if (broken) throw new CannotRollBack(`${by}, and it is broken. Mend it in a pull request of your own.`);
    byHand.push(`${by}. Bring the entry of ${names} back to what it is at \`${entry.sha.slice(0, 7)}\` by hand.`);
  }
  for (const { sha, now, then } of compared) {
    const { path } = (others.length === 0 ? (then ?? now) : (now ?? then))!;
    tree = await mirror.replacePath(tree, path, sha);
    touched.push({ paths: [path], sha });
  }
  const undone = new Set<number>();
  for (const { paths, sha } of touched) {
    const range = { since: sha, until: tip, paths, branch };
    for (const { number } of await mergedPullRequestsIn(mirror, client, range)) undone.add(number);
  }
  return { tree, names: compared.map(({ name }) => name), undone: [...undone].sort((a, b) => a - b), byHand };
}

/** Who else has changed the configuration since: pull requests and commits, inert; empty when nobody has. */
async function otherHands({ mirror, client, pullRequest, tip }: Place, targets: readonly Target[]): Promise<string[]> {
  const hands = new Set<string>();
  for (const { sha } of targets) {
    const commits = await mirror.log(tip, { since: sha, path: configFile, limit: mostConfigCommits });
    for (const commit of commits) {
      const merged = await client.mergedPullRequestsOf(commit.sha);
      if (merged.some(({ number }) => number === pullRequest.number)) continue;
      hands.add(merged[0] === undefined ? `\`${commit.sha.slice(0, 7)}\`` : `#${merged[0].number}`);
    }
  }
  return [...hands];
}
