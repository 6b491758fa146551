import { signature } from "../model/accounts.ts";
import type { CommitStatus, Deployment, DeploymentStatus, Repository } from "../model/records.ts";
import { Refused } from "../model/refused.ts";
import type { Actor, World } from "../model/world.ts";
import { sendDeployment, sendDeploymentStatus } from "../webhook/events.ts";
import { syncRefs } from "./sync-refs.ts";

export interface DeploymentWish {
  ref: string;
  task: string;
  autoMerge: boolean;
  /** undefined: every context there is must be green. */
  requiredContexts: string[] | undefined;
  payload: unknown;
  environment: string;
  description: string | null;
  transient: boolean;
  production: boolean;
}

/**
 * GitHub's two traps included: with `autoMerge` a ref behind the default branch gets that merged in first (and no deployment),
 * and without `requiredContexts` every status and check on the commit must be green.
 *
 * @returns a sentence instead of a deployment when it merged; @throws Refused 409 for conflicts or contexts that are not green
 */
export async function createDeployment(
  world: World,
  repository: Repository,
  wish: DeploymentWish,
  actor: Actor,
): Promise<Deployment | string> {
  const git = world.git(repository);
  const sha = await git.resolve(wish.ref);
  if (sha === undefined) throw new Refused(422, `No ref found for: ${wish.ref}`);
  if (wish.autoMerge) {
    const merged = await autoMerged(world, repository, wish.ref, sha, actor);
    if (merged !== undefined) return merged;
  }
  const failing = contextStates(world, repository, sha).filter(
    ({ context, green }) => !green && (wish.requiredContexts?.includes(context) ?? true),
  );
  const missing = (wish.requiredContexts ?? []).filter(
    (name) => !contextStates(world, repository, sha).some(({ context }) => context === name),
  );
  if (failing.length > 0 || missing.length > 0) {
    const contexts = [...failing.map(({ context }) => context), ...missing].join(", ");
    throw new Refused(409, `Conflict: Commit status checks failed for ${wish.ref}: ${contexts}`, [
      { resource: "Deployment", field: "required_contexts", code: "invalid" },
    ]);
  }
  const now = world.now();
  const { ref, task, environment, description, payload, transient, production } = wish;
  const deployment = world.db.deployments.insert({
    repositoryId: repository.id,
    ...{ sha, ref, task, environment, description, payload, transient, production },
    creator: actor.login,
    viaApp: actor.viaApp,
    createdAt: now,
    updatedAt: now,
  });
  sendDeployment(world, repository, deployment, actor);
  return deployment;
}

async function autoMerged(
  world: World,
  repository: Repository,
  ref: string,
  sha: string,
  actor: Actor,
): Promise<string | undefined> {
  return world.exclusively(repository.id, async () => {
    const git = world.git(repository);
    const refs = await git.refs();
    const main = refs[`refs/heads/${repository.defaultBranch}`];
    if (main === undefined || (await git.contains(sha, main))) return undefined;
    const conflict = new Refused(409, `Conflict merging ${repository.defaultBranch} into ${ref}`);
    if (refs[`refs/heads/${ref}`] !== sha) throw conflict;
    const tree = await git.mergeTree(sha, main);
    if (tree === undefined) throw conflict;
    const by = signature(world, actor.login);
    const message = `Merge ${repository.defaultBranch} into ${ref}`;
    const merge = await git.commitTree({ tree, parents: [sha, main], message, author: by, committer: by });
    if (!(await git.updateRefs([{ ref: `refs/heads/${ref}`, to: merge, expected: sha }]))) throw conflict;
    await syncRefs(world, repository.id, actor);
    return `Auto-merged ${repository.defaultBranch} into ${ref} on deployment.`;
  });
}

function contextStates(world: World, repository: Repository, sha: string): { context: string; green: boolean }[] {
  const key = `${repository.id}@${sha}`;
  const statuses = newestStatuses(world.db.statuses.withKey(key));
  const runs = new Map(world.db.checkRuns.withKey(key).map((run) => [run.name, run]));
  return [
    ...statuses.map(({ context, state }) => ({ context, green: state === "success" })),
    ...[...runs.values()].map(({ name, conclusion }) => ({
      context: name,
      green: conclusion === "success" || conclusion === "neutral" || conclusion === "skipped",
    })),
  ];
}

/** The newest status of each context, newest first. */
export function newestStatuses(statuses: CommitStatus[]): CommitStatus[] {
  return [...new Map(statuses.map((status) => [status.context, status])).values()].sort((a, b) => b.id - a.id);
}

export interface DeploymentStatusWish {
  state: DeploymentStatus["state"];
  description: string;
  environment: string | undefined;
  environmentUrl: string;
  logUrl: string;
  autoInactive: boolean;
}

export function addDeploymentStatus(
  world: World,
  repository: Repository,
  deployment: Deployment,
  wish: DeploymentStatusWish,
  actor: Actor,
): DeploymentStatus {
  const insert = (of: Deployment, { autoInactive: _, ...rest }: DeploymentStatusWish): DeploymentStatus =>
    world.db.deploymentStatuses.insert({
      repositoryId: repository.id,
      deploymentId: of.id,
      ...rest,
      environment: rest.environment ?? of.environment,
      creator: actor.login,
      viaApp: actor.viaApp,
      createdAt: world.now(),
    });
  const retired: [Deployment, DeploymentStatus][] = [];
  const status = world.db.transaction(() => {
    const made = insert(deployment, wish);
    world.db.deployments.save({ ...deployment, updatedAt: made.createdAt });
    if (wish.state === "success" && wish.autoInactive) {
      for (const older of supersededBy(world, deployment, made)) {
        retired.push([older, insert(older, { ...wish, state: "inactive", description: "", environment: undefined })]);
      }
    }
    return made;
  });
  sendDeploymentStatus(world, repository, deployment, status, actor);
  for (const [older, inactive] of retired) sendDeploymentStatus(world, repository, older, inactive, actor);
  return status;
}

/** Earlier successes in the same environment: a new one makes them inactive, unless they are transient or production. */
function supersededBy(world: World, deployment: Deployment, status: DeploymentStatus): Deployment[] {
  return world.db.deployments.withKey(deployment.repositoryId).filter((other) => {
    if (other.id >= deployment.id || other.environment !== status.environment) return false;
    if (other.transient || other.production) return false;
    return world.db.deploymentStatuses.withKey(other.id).at(-1)?.state === "success";
  });
}
