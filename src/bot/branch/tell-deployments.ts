import { withoutReason } from "../../core/report/hide-live.ts";
import { visible } from "../../core/report/inert.ts";
import type { DeploymentState, RepositoryClient } from "../../github/repository-client.ts";
import {
  latestRolloutsOfBranch,
  markTold,
  type RolloutRow,
  untoldRollouts,
  updateRollout,
} from "../../store/rollouts.ts";
import type { BotContext } from "../reconciler.ts";
import { detailOf, type RolloutState, stateOf } from "./rollout-state.ts";

const deploymentStates: Record<RolloutState, DeploymentState> = {
  waiting: "queued",
  deploying: "in_progress",
  healthy: "success",
  failed: "failure",
  held: "failure",
  superseded: "inactive",
};

/** GitHub refuses a longer description of a Deployment's status. */
const longestDescription = 140;

/**
 * Brings the Deployments on GitHub to what the rollouts have come to: made when it is not there, written only when it differs.
 * The pull requests of a rollout that moved on look again too.
 */
export async function tellDeployments(
  { db, wake }: BotContext,
  client: RepositoryClient,
  { repositoryId, branch }: { repositoryId: number; branch: string },
): Promise<void> {
  for (const row of await untoldRollouts(db, repositoryId, branch)) {
    for (const number of row.pull_requests)
      await wake({ kind: "pull-request", repositoryId, number }, { turn: "first" });
    const state = deploymentStates[stateOf(row)];
    const deployment = await deploymentOf(client, row);
    if (deployment.state !== state) {
      const { private: isPrivate } = await client.info();
      await client.setDeploymentStatus(deployment.id, state, descriptionOf(row, isPrivate));
    }
    await markTold(db, row, { deployment_id: deployment.id, deployment_state: state });
  }
}

/**
 * Says on the environment of each system that this branch feeds why nothing moves. What the rollouts had come to is told again
 * as soon as {@link tellDeployments} comes to it.
 */
export async function tellFaultOnDeployments(
  { db }: BotContext,
  client: RepositoryClient,
  { repositoryId, branch }: { repositoryId: number; branch: string },
  sentence: string,
): Promise<void> {
  for (const row of await latestRolloutsOfBranch(db, repositoryId, branch)) {
    await updateRollout(db, row, { deployment_state: null });
    const { id, state } = await deploymentOf(client, row);
    if (state !== "error") await client.setDeploymentStatus(id, "error", sentence);
  }
}

async function deploymentOf(client: RepositoryClient, { sha, system, cluster }: RolloutRow) {
  const environment = `${system}@${cluster}`;
  const [newest] = await client.ownDeployments(sha, environment);
  if (newest !== undefined) return newest;
  const id = await client.createDeployment({ sha, environment, description: `${system} on ${cluster}` });
  return { id, state: undefined };
}

function descriptionOf(row: RolloutRow, isPrivate: boolean): string {
  const { message, durationMs, progress } = detailOf(row);
  const texts: Record<RolloutState, string> = {
    waiting: "Waiting for the agent",
    deploying: (isPrivate ? progress : undefined) ?? "Deploying",
    healthy: `Deployed in ${Math.max(1, Math.round((durationMs ?? 0) / 1000))} s, healthy`,
    failed: (isPrivate ? message : message && withoutReason(message)) ?? "Failed",
    held: message ?? "Held",
    superseded: "A later commit took its place",
  };
  const text = visible(texts[stateOf(row)]).replaceAll(/\s+/g, " ");
  return text.length <= longestDescription ? text : `${text.slice(0, longestDescription - 1).toWellFormed()}…`;
}
