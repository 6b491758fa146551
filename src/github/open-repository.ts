import { checkRuns } from "./check-runs.ts";
import { comments } from "./comments.ts";
import { deployments } from "./deployments.ts";
import { GitHubError } from "./github-error.ts";
import { type Octokit, orUndefined } from "./octokit.ts";
import { pullRequests } from "./pull-requests.ts";
import type { RepositoryAccess } from "./repository-access.ts";
import type { RepositoryClient, RepositoryInfo } from "./repository-client.ts";

/** A client for one repository, for the length of one job; its name is looked up by its id, once. */
export function openRepository(from: Pick<RepositoryAccess, "octokit" | "id" | "appId">): RepositoryClient {
  const { octokit, id } = from;
  let known: Promise<RepositoryInfo> | undefined;
  const info = () => {
    known ??= readInfo(octokit, id);
    return known;
  };
  const access: RepositoryAccess = {
    ...from,
    async at() {
      const { owner, name } = await info();
      return { owner, repo: name };
    },
  };
  return {
    id,
    info,
    async branch(name) {
      try {
        // Not "get a branch": that one follows renames, and would answer with another branch.
        const request = octokit.rest.git.getRef({ ...(await access.at()), ref: `heads/${name}` });
        return (await orUndefined(request))?.data.object.sha;
      } catch (error) {
        // An empty repository is a conflict to GitHub.
        if (error instanceof GitHubError && error.status === 409) return undefined;
        throw error;
      }
    },
    async isInTeam(username, { organization, slug }) {
      const request = octokit.rest.teams.getMembershipForUserInOrg({ org: organization, team_slug: slug, username });
      return (await orUndefined(request))?.data.state === "active";
    },
    async permissionOf(username) {
      const request = octokit.rest.repos.getCollaboratorPermissionLevel({ ...(await access.at()), username });
      const answer = await orUndefined(request);
      return permissionFrom(answer?.data.role_name) ?? permissionFrom(answer?.data.permission) ?? "none";
    },
    ...pullRequests(access),
    ...comments(access),
    ...checkRuns(access),
    ...deployments(access),
  };
}

type Permission = Awaited<ReturnType<RepositoryClient["permissionOf"]>>;
const permissions: readonly Permission[] = ["admin", "maintain", "write", "triage", "read", "none"];

/** undefined for a role of the organisation's own making: then the permission that it stands on counts. */
const permissionFrom = (name: string | undefined) => permissions.find((permission) => permission === name);

interface Repository {
  id: number;
  name: string;
  owner: { login: string };
  default_branch: string;
  clone_url: string;
  html_url: string;
  private: boolean;
}

async function readInfo(octokit: Octokit, id: number): Promise<RepositoryInfo> {
  const { data } = (await octokit.request("GET /repositories/{id}", { id })) as { data: Repository };
  return {
    id: data.id,
    owner: data.owner.login,
    name: data.name,
    defaultBranch: data.default_branch,
    cloneUrl: data.clone_url,
    webUrl: data.html_url,
    private: data.private,
  };
}
