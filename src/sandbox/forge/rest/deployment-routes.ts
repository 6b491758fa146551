import { isSha } from "../git/safe-names.ts";
import {
  type CommitStatus,
  type Deployment,
  type DeploymentStatus,
  deploymentStates,
  type Repository,
  statusStates,
} from "../model/records.ts";
import { notFound, Refused } from "../model/refused.ts";
import { fullName, type World } from "../model/world.ts";
import { addDeploymentStatus, createDeployment, newestStatuses } from "../operations/deployments.ts";
import { commitStatusShape, deploymentShape, deploymentStatusShape } from "../shape/deployment-shape.ts";
import { repositoryApiUrl, repositoryShape } from "../shape/repository-shape.ts";
import type { Api, ApiContext } from "./api.ts";
import { paged } from "./pages.ts";
import { needs, readable, writable } from "./repository-access.ts";
import { bodyOf, flag, nullableText, oneOf, readBody, text } from "./request-body.ts";

interface DeploymentBody {
  ref: string;
  task?: string;
  auto_merge?: boolean;
  required_contexts?: string[] | null;
  payload?: unknown;
  environment?: string;
  description?: string | null;
  transient_environment?: boolean;
  production_environment?: boolean;
}
const deploymentBody = bodyOf<DeploymentBody>(["ref"], {
  ref: text,
  task: text,
  auto_merge: flag,
  required_contexts: { type: ["array", "null"], items: text },
  payload: { type: ["object", "string"] },
  environment: { ...text, maxLength: 255 },
  description: { ...nullableText, maxLength: 140 },
  transient_environment: flag,
  production_environment: flag,
});
interface StatusBody {
  state: DeploymentStatus["state"];
  description?: string;
  environment?: string;
  environment_url?: string;
  log_url?: string;
  target_url?: string;
  auto_inactive?: boolean;
}
const statusBody = bodyOf<StatusBody>(["state"], {
  state: oneOf(deploymentStates),
  description: { ...text, maxLength: 140 },
  environment: text,
  environment_url: text,
  log_url: text,
  target_url: text,
  auto_inactive: flag,
});
interface CommitStatusBody {
  state: CommitStatus["state"];
  context?: string;
  description?: string | null;
  target_url?: string | null;
}
const commitStatusBody = bodyOf<CommitStatusBody>(["state"], {
  state: oneOf(statusStates),
  context: text,
  description: { ...nullableText, maxLength: 140 },
  target_url: nullableText,
});

export function deploymentRoutes(api: Api, world: World): void {
  const deployments = "/repos/:owner/:repo/deployments";
  const find = (c: ApiContext, repository: Repository): Deployment => {
    const deployment = world.db.deployments.get(Number(c.req.param("id")));
    if (deployment === undefined || deployment.repositoryId !== repository.id) throw notFound();
    return deployment;
  };

  api.post(deployments, async (c) => {
    const { repository, actor } = writable(world, c, needs.writeDeployments);
    const body = await readBody(c, deploymentBody);
    const environment = body.environment ?? "production";
    const made = await createDeployment(
      world,
      repository,
      {
        ref: body.ref,
        task: body.task ?? "deploy",
        autoMerge: body.auto_merge ?? true,
        requiredContexts: body.required_contexts ?? undefined,
        payload: body.payload ?? {},
        environment,
        description: body.description ?? null,
        transient: body.transient_environment ?? false,
        production: body.production_environment ?? environment === "production",
      },
      actor,
    );
    if (typeof made === "string") return c.json({ message: made }, 202);
    return c.json(deploymentShape(world, repository, made), 201);
  });
  api.get(deployments, (c) => {
    const repository = readable(world, c, needs.readDeployments);
    const { sha, ref, task, environment } = c.req.query();
    const found = world.db.deployments
      .withKey(repository.id)
      .filter((deployment) => sha === undefined || deployment.sha === sha)
      .filter((deployment) => ref === undefined || deployment.ref === ref)
      .filter((deployment) => task === undefined || deployment.task === task)
      .filter((deployment) => environment === undefined || deployment.environment === environment)
      .reverse();
    const page = paged(c, `${repositoryApiUrl(world, repository)}/deployments`, found);
    return c.json(page.map((deployment) => deploymentShape(world, repository, deployment)));
  });
  api.get(`${deployments}/:id{[0-9]+}`, (c) => {
    const repository = readable(world, c, needs.readDeployments);
    return c.json(deploymentShape(world, repository, find(c, repository)));
  });
  api.post(`${deployments}/:id{[0-9]+}/statuses`, async (c) => {
    const { repository, actor } = writable(world, c, needs.writeDeployments);
    const body = await readBody(c, statusBody);
    const wish = {
      state: body.state,
      description: body.description ?? "",
      environment: body.environment,
      environmentUrl: body.environment_url ?? "",
      logUrl: body.log_url ?? body.target_url ?? "",
      autoInactive: body.auto_inactive ?? true,
    };
    const status = addDeploymentStatus(world, repository, find(c, repository), wish, actor);
    return c.json(deploymentStatusShape(world, repository, status), 201);
  });
  api.get(`${deployments}/:id{[0-9]+}/statuses`, (c) => {
    const repository = readable(world, c, needs.readDeployments);
    const deployment = find(c, repository);
    const found = world.db.deploymentStatuses.withKey(deployment.id).reverse();
    const here = `${repositoryApiUrl(world, repository)}/deployments/${deployment.id}/statuses`;
    return c.json(paged(c, here, found).map((status) => deploymentStatusShape(world, repository, status)));
  });
  api.get(`${deployments}/:id{[0-9]+}/statuses/:status{[0-9]+}`, (c) => {
    const repository = readable(world, c, needs.readDeployments);
    const deployment = find(c, repository);
    const status = world.db.deploymentStatuses.get(Number(c.req.param("status")));
    if (status === undefined || status.deploymentId !== deployment.id) throw notFound();
    return c.json(deploymentStatusShape(world, repository, status));
  });

  api.post("/repos/:owner/:repo/statuses/:sha", async (c) => {
    const { repository, actor } = writable(world, c, needs.writeStatuses);
    const body = await readBody(c, commitStatusBody);
    const sha = c.req.param("sha");
    if (!isSha(sha) || (await world.git(repository).objectType(sha)) !== "commit") {
      throw new Refused(422, `No commit found for SHA: ${sha}`);
    }
    const status = world.db.statuses.insert({
      repositoryId: repository.id,
      sha,
      state: body.state,
      context: body.context ?? "default",
      description: body.description ?? null,
      targetUrl: body.target_url ?? null,
      creator: actor.login,
      createdAt: world.now(),
    });
    world.changed({ repository: fullName(repository), event: "status" });
    return c.json(commitStatusShape(world, repository, status), 201);
  });
  const statusesOf = async (c: ApiContext) => {
    const repository = readable(world, c, needs.readStatuses);
    const ref = c.req.param("ref") ?? "";
    const sha = await world.git(repository).resolve(ref);
    if (sha === undefined) throw new Refused(422, `No commit found for SHA: ${ref}`);
    return { repository, sha, statuses: world.db.statuses.withKey(`${repository.id}@${sha}`) };
  };
  api.get("/repos/:owner/:repo/commits/:ref{.+}/statuses", async (c) => {
    const { repository, sha, statuses } = await statusesOf(c);
    const page = paged(c, `${repositoryApiUrl(world, repository)}/commits/${sha}/statuses`, statuses.reverse());
    return c.json(page.map((status) => commitStatusShape(world, repository, status)));
  });
  api.get("/repos/:owner/:repo/commits/:ref{.+}/status", async (c) => {
    const { repository, sha, statuses } = await statusesOf(c);
    const newest = newestStatuses(statuses);
    const bad = newest.some(({ state }) => state === "error" || state === "failure");
    const green = newest.length > 0 && newest.every(({ state }) => state === "success");
    const url = repositoryApiUrl(world, repository);
    return c.json({
      state: bad ? "failure" : green ? "success" : "pending",
      statuses: newest.map((status) => {
        const { creator: _, ...shape } = commitStatusShape(world, repository, status);
        return { ...shape, required: null };
      }),
      sha,
      total_count: newest.length,
      repository: repositoryShape(world, repository),
      commit_url: `${url}/commits/${sha}`,
      url: `${url}/commits/${sha}/status`,
    });
  });
}
