import type { CommitStatus, Deployment, DeploymentStatus, Repository } from "../model/records.ts";
import type { World } from "../model/world.ts";
import { userShape } from "./account-shape.ts";
import { appShape } from "./app-shape.ts";
import { type Json, nodeId } from "./json.ts";
import { repositoryApiUrl } from "./repository-shape.ts";

/** GitHub's `deployment`. */
export function deploymentShape(world: World, repository: Repository, deployment: Deployment): Json {
  const api = repositoryApiUrl(world, repository);
  const url = `${api}/deployments/${deployment.id}`;
  return {
    url,
    id: deployment.id,
    node_id: nodeId("Deployment", deployment.id),
    sha: deployment.sha,
    ref: deployment.ref,
    task: deployment.task,
    payload: deployment.payload,
    original_environment: deployment.environment,
    environment: deployment.environment,
    description: deployment.description,
    creator: userShape(world, deployment.creator),
    created_at: deployment.createdAt,
    updated_at: deployment.updatedAt,
    statuses_url: `${url}/statuses`,
    repository_url: api,
    transient_environment: deployment.transient,
    production_environment: deployment.production,
    performed_via_github_app: deployment.viaApp ? appShape(world) : null,
  };
}

/** GitHub's `deployment-status`. */
export function deploymentStatusShape(world: World, repository: Repository, status: DeploymentStatus): Json {
  const api = repositoryApiUrl(world, repository);
  const deployment = `${api}/deployments/${status.deploymentId}`;
  return {
    url: `${deployment}/statuses/${status.id}`,
    id: status.id,
    node_id: nodeId("DeploymentStatus", status.id),
    state: status.state,
    creator: userShape(world, status.creator),
    description: status.description,
    environment: status.environment,
    target_url: status.logUrl,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    deployment_url: deployment,
    repository_url: api,
    environment_url: status.environmentUrl,
    log_url: status.logUrl,
    performed_via_github_app: status.viaApp ? appShape(world) : null,
  };
}

/** GitHub's `status` of a commit. */
export function commitStatusShape(world: World, repository: Repository, status: CommitStatus): Json {
  const creator = userShape(world, status.creator);
  return {
    url: `${repositoryApiUrl(world, repository)}/statuses/${status.sha}`,
    avatar_url: creator.avatar_url,
    id: status.id,
    node_id: nodeId("StatusContext", status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    creator,
  };
}
