import { orUndefined } from "./octokit.ts";
import type { RepositoryAccess } from "./repository-access.ts";
import type { DeploymentState, RepositoryClient } from "./repository-client.ts";

type Deployments = Pick<RepositoryClient, "createDeployment" | "ownDeployments" | "setDeploymentStatus">;

const states: readonly DeploymentState[] = ["queued", "in_progress", "success", "failure", "error", "inactive"];
/** https://docs.github.com/en/rest/deployments/statuses: characters of a description. */
const longestDescription = 140;

export function deployments({ octokit, appId, at }: RepositoryAccess): Deployments {
  const { repos } = octokit.rest;
  return {
    async createDeployment({ sha, environment, description }) {
      const { data } = await repos.createDeployment({
        ...(await at()),
        ref: sha,
        environment,
        description: description.slice(0, longestDescription),
        // By default GitHub would merge the default branch into the commit, and wait for every check.
        auto_merge: false,
        required_contexts: [],
      });
      if ("id" in data) return data.id;
      throw new Error(`GitHub made no deployment: ${data.message}`);
    },
    async ownDeployments(sha, environment) {
      const found = await octokit.paginate(repos.listDeployments, { ...(await at()), sha, environment, per_page: 100 });
      const own = found
        .filter((deployment) => deployment.performed_via_github_app?.id === appId)
        .sort((one, other) => other.id - one.id);
      return Promise.all(
        own.map(async ({ id }) => {
          const wanted = { ...(await at()), deployment_id: id, per_page: 1 };
          const answer = await orUndefined(repos.listDeploymentStatuses(wanted));
          return { id, state: states.find((state) => state === answer?.data[0]?.state) };
        }),
      );
    },
    async setDeploymentStatus(deploymentId, state, description) {
      await repos.createDeploymentStatus({
        ...(await at()),
        deployment_id: deploymentId,
        state,
        description: description.slice(0, longestDescription),
      });
    },
  };
}
