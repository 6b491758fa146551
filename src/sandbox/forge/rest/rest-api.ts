import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { getPath } from "hono/utils/url";
import { Refused } from "../model/refused.ts";
import { fullName, type World } from "../model/world.ts";
import type { WebhookSender } from "../webhook/sender.ts";
import type { Api, ApiContext, ApiEnv } from "./api.ts";
import { appRoutes } from "./app-routes.ts";
import { identify } from "./caller.ts";
import { checkRoutes } from "./check-routes.ts";
import { commentRoutes } from "./comment-routes.ts";
import { commitRoutes } from "./commit-routes.ts";
import { contentRoutes } from "./content-routes.ts";
import { deploymentRoutes } from "./deployment-routes.ts";
import { gitDataRoutes } from "./git-data-routes.ts";
import { pullRoutes } from "./pull-routes.ts";
import { repositoryRoutes } from "./repository-routes.ts";
import { teamRoutes } from "./team-routes.ts";

const documentation = "https://docs.github.com/rest";

/** GitHub's REST API as far as apps and people need it here; anything else is 404. */
export function restApi(world: World, webhooks: WebhookSender): Api {
  const api: Api = new Hono<ApiEnv>({ getPath: (request) => byName(world, getPath(request)) }).basePath("/api/v3");
  api.use(async (c, next) => {
    const path = c.req.path.replace(/^\/api\/v3/, "");
    const fault = world.faults.take(c.req.method, path);
    if (fault?.kind === "answer") {
      const body = fault.body ?? { message: "Injected fault", documentation_url: documentation };
      return c.json(body as object, fault.status as ContentfulStatusCode, fault.headers);
    }
    if (fault?.kind === "wait") await fault.until;
    await next();
    if (fault?.kind === "lose-answer") {
      (c.env as { incoming?: { socket?: { destroy(): void } } }).incoming?.socket?.destroy();
    }
    if (fault?.kind === "answer-after")
      c.res = c.json({ message: "Injected fault" }, fault.status as ContentfulStatusCode);
  });
  api.use(bodyLimit({ maxSize: 64 * 1024 * 1024, onError: (c) => c.json({ message: "Payload too large" }, 413) }));
  api.use(async (c, next) => {
    c.set("caller", await identify(world, c.req.header("authorization")));
    await next();
    c.header("x-github-media-type", "github.v3; format=json");
    c.header("x-github-api-version-selected", "2022-11-28");
    c.header("x-github-request-id", crypto.randomUUID());
    const reset = Math.floor(world.clock().getTime() / 1000) + 3600;
    c.header("x-ratelimit-limit", "15000");
    c.header("x-ratelimit-remaining", "15000");
    c.header("x-ratelimit-used", "0");
    c.header("x-ratelimit-reset", String(reset));
    c.header("x-ratelimit-resource", "core");
  });
  for (const add of [
    appRoutes,
    repositoryRoutes,
    contentRoutes,
    gitDataRoutes,
    pullRoutes,
    commentRoutes,
    checkRoutes,
    deploymentRoutes,
    commitRoutes,
    teamRoutes,
  ]) {
    add(api, world, webhooks);
  }
  api.notFound((c) => c.json(errorBody(404, "Not Found"), 404));
  api.onError((error, c) => answerError(error, c as ApiContext));
  return api;
}

/** `/repositories/ID/…` is `/repos/OWNER/NAME/…`, for those who remember a repository by what never changes. */
function byName(world: World, path: string): string {
  const [, id, rest] = /^\/api\/v3\/repositories\/(\d+)(\/.*)?$/.exec(path) ?? [];
  const repository = id === undefined ? undefined : world.db.repositories.get(Number(id));
  return repository === undefined ? path : `/api/v3/repos/${fullName(repository)}${rest ?? ""}`;
}

function errorBody(status: number, message: string): Record<string, unknown> {
  return { message, documentation_url: documentation, status: String(status) };
}

function answerError(error: Error, c: ApiContext): Response {
  if (!(error instanceof Refused)) {
    console.error(`forge: ${c.req.method} ${c.req.path}:`, error);
    return c.json(errorBody(500, "Server Error"), 500);
  }
  const body = errorBody(error.status, error.message);
  if (error.errors !== undefined) body.errors = error.errors;
  return c.json(body, error.status as ContentfulStatusCode);
}
