import { configFile } from "../../core/config/parse-config.ts";
import { type Finding, hasErrors } from "../../core/manifest/finding.ts";
import { readMarker } from "../../core/report/marker.ts";
import { plural } from "../../core/report/words.ts";
import type { Mirror } from "../../git/mirror.ts";
import type { RepositoryClient } from "../../github/repository-client.ts";
import { voidApprovals } from "../../store/approvals.ts";
import { findPullRequest } from "../../store/pull-requests.ts";
import { latestRolloutsOfBranch, rolloutsOfSystem } from "../../store/rollouts.ts";
import { inputsOf } from "../desired/compare-systems.ts";
import { type ReadConfig, readConfig, systemsOnBranch } from "../desired/read-config.ts";
import { validateSystems } from "../desired/validate-systems.ts";
import type { BotContext, BranchKey } from "../reconciler.ts";
import { changeSince, type SystemChange, sameConfig } from "./changed-systems.ts";
import { mergedPullRequestsIn } from "./pull-requests-in.ts";
import { startRollout } from "./start-rollout.ts";
import { tellDeployments } from "./tell-deployments.ts";

interface Tip {
  context: BotContext;
  client: RepositoryClient;
  mirror: Mirror;
  branch: string;
  sha: string;
  config: ReadConfig;
  defaultBranch: string;
}

/**
 * Looks at a branch: each system that it feeds and whose inputs differ from what was rolled out last is rolled out at the
 * branch's tip. Then GitHub's Deployments are brought to what the agents reported, and pull requests into the branch look again.
 */
export async function reconcileBranch(context: BotContext, { repositoryId, branch }: BranchKey): Promise<void> {
  const client = await context.repository(repositoryId);
  const { defaultBranch } = await client.info();
  const sha = await client.branch(branch);
  if (sha !== undefined) {
    const mirror = await context.mirror(repositoryId);
    await mirror.fetchCommits([sha]);
    const tip = { context, client, mirror, branch, sha, config: await readConfig(mirror, sha), defaultBranch };
    if (hasErrors(tip.config.findings)) await refuseAll(tip);
    else await rollOutChanged(tip);
    await wakeOthers(tip);
  }
  await tellDeployments(context, client, { repositoryId, branch });
}

async function rollOutChanged(tip: Tip): Promise<void> {
  const { context, client, mirror, branch, sha, config, defaultBranch } = tip;
  const systems = systemsOnBranch(config.systems, branch, defaultBranch);
  for (const input of await inputsOf(mirror, sha, systems)) {
    const { system } = input;
    const [previous] = await rolloutsOfSystem(context.db, client.id, system.name, 1);
    const change = await changeSince(mirror, input, previous);
    if (change === undefined) continue;
    const findings = await validateSystems(context.validator, mirror, sha, [system]);
    await startRollout(context, {
      repositoryId: client.id,
      branch,
      system: system.name,
      cluster: system.cluster,
      sha,
      pullRequests: await pullRequestsOf(tip, change, system.name),
      previous,
      ...refusalOf(findings),
    });
  }
}

/** With a broken configuration no system is what it should be, so none of those that were rolled out moves. */
async function refuseAll(tip: Tip): Promise<void> {
  const { context, client, mirror, branch, sha, config } = tip;
  for (const previous of await latestRolloutsOfBranch(context.db, client.id, branch)) {
    if (await sameConfig(mirror, sha, previous)) continue;
    const { system, cluster } = previous;
    const change = { since: previous.sha, paths: [configFile] };
    const pullRequests = await pullRequestsOf(tip, change, system);
    const refused = refusalOf(config.findings);
    await startRollout(context, {
      repositoryId: client.id,
      branch,
      system,
      cluster,
      sha,
      pullRequests,
      previous,
      ...refused,
    });
  }
}

function refusalOf(findings: readonly Finding[]): { refused?: { message: string; details: string[] } } {
  const errors = findings.filter(({ severity }) => severity === "error");
  if (errors.length === 0) return {};
  const details = errors.slice(0, 20).map(({ file, line, message }) => `${file}:${line}: ${message}`);
  return { refused: { message: `${plural(errors.length, "finding")}, nothing was deployed`, details } };
}

/** The merged pull requests that brought a change of a system. */
async function pullRequestsOf(tip: Tip, { since, paths }: SystemChange, system: string): Promise<number[]> {
  const { context, client, mirror, branch, sha } = tip;
  const merged = await mergedPullRequestsIn(mirror, client, { since, until: sha, paths, entryOf: system, branch });
  const told: number[] = [];
  for (const { number, head, base } of merged) {
    const of = { repositoryId: client.id, pullRequest: number, headSha: head.sha, baseRef: base.ref };
    await voidApprovals(context.db, of);
    // A system's first rollout is no news on a pull request that was merged before anybody planned it.
    if (since !== undefined || (await isKnown(tip, number))) told.push(number);
  }
  return told;
}
async function isKnown({ context, client }: Tip, number: number): Promise<boolean> {
  if ((await findPullRequest(context.db, client.id, number)) !== undefined) return true;
  return (await client.ownComments(number)).some(({ body }) => readMarker(body)?.pullRequest === number);
}

/** Pull requests that were planned on an older tip, and from the default branch the other branches that systems track. */
async function wakeOthers({ context, client, branch, sha, config, defaultBranch }: Tip): Promise<void> {
  const repositoryId = client.id;
  for (const { number, base } of await client.openPullRequests()) {
    if (base.ref !== branch) continue;
    const row = await findPullRequest(context.db, repositoryId, number);
    if (row?.base_sha === sha) continue;
    await context.wake({ kind: "pull-request", repositoryId, number }, { turn: "last" });
  }
  if (branch !== defaultBranch) return;
  const tracked = new Set(config.systems.map((system) => system.branch ?? defaultBranch));
  tracked.delete(defaultBranch);
  for (const other of tracked) await context.wake({ kind: "branch", repositoryId, branch: other });
}
