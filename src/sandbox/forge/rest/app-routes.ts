import { randomBytes } from "node:crypto";
import { account } from "../model/accounts.ts";
import type { Installation, Permissions, Repository } from "../model/records.ts";
import { notFound, Refused, validationFailed } from "../model/refused.ts";
import { botLogin, type World } from "../model/world.ts";
import { profileShape } from "../shape/account-shape.ts";
import { appShape, installationShape, installationTokenShape } from "../shape/app-shape.ts";
import { deliveryItemShape, deliveryShape } from "../shape/delivery-shape.ts";
import { repositoryShape } from "../shape/repository-shape.ts";
import type { WebhookSender } from "../webhook/sender.ts";
import type { Api, ApiContext } from "./api.ts";
import { covers, hashToken, permits } from "./caller.ts";
import { paged, pageOf } from "./pages.ts";
import { findRepository } from "./repository-access.ts";
import { bodyOf, readBody, text } from "./request-body.ts";

const tokenBody = bodyOf<{ repositories?: string[]; repository_ids?: number[]; permissions?: Permissions }>([], {
  repositories: { type: "array", items: text, maxItems: 500 },
  repository_ids: { type: "array", items: { type: "integer" }, maxItems: 500 },
  permissions: { type: "object", additionalProperties: { type: "string", enum: ["read", "write"] } },
});

const hookBody = bodyOf<{ url?: string; secret?: string; content_type?: string }>([], {
  url: text,
  secret: text,
  content_type: text,
});

/** What an app asks about itself, its installations and its webhook; and what everybody asks about himself. */
export function appRoutes(api: Api, world: World, webhooks: WebhookSender): void {
  const here = (path: string): string => `${world.urls().api}${path}`;

  api.get("/", (c) => c.json({ current_user_url: here("/user"), rate_limit_url: here("/rate_limit") }));
  api.get("/meta", (c) => c.json({ verifiable_password_authentication: false }));
  api.get("/app", (c) => {
    demandApp(c);
    const installations_count = world.db.installations.all().length;
    return c.json({ ...appShape(world), installations_count });
  });
  api.get("/app/installations", (c) => {
    demandApp(c);
    const page = paged(c, here("/app/installations"), world.db.installations.all());
    return c.json(page.map((installation) => installationShape(world, installation)));
  });
  api.get("/app/installations/:id", (c) => {
    demandApp(c);
    return c.json(installationShape(world, installationOf(world, c)));
  });
  api.post("/app/installations/:id/access_tokens", async (c) => {
    demandApp(c);
    const installation = installationOf(world, c);
    const body = await readBody(c, tokenBody);
    const repositories = chosenRepositories(world, installation, body);
    const permissions = body.permissions ?? world.app.permissions;
    for (const [permission, access] of Object.entries(permissions)) {
      if (!permits(world.app.permissions, permission, access)) {
        throw new Refused(422, "The permissions requested are not granted to this installation.");
      }
    }
    const token = `ghs_${randomBytes(27).toString("base64url").replaceAll(/[-_]/g, "0")}`;
    const expiresAt = `${new Date(world.clock().getTime() + 3_600_000).toISOString().slice(0, 19)}Z`;
    world.db.tokens.insert({
      hash: hashToken(token),
      kind: "installation",
      installationId: installation.id,
      permissions,
      ...(repositories === undefined ? {} : { repositoryIds: repositories.map(({ id }) => id) }),
      expiresAt,
    });
    const listed = repositories?.map((repository) => repositoryShape(world, repository));
    return c.json(installationTokenShape(token, expiresAt, permissions, listed), 201);
  });
  api.get("/installation/repositories", (c) => {
    const caller = c.get("caller");
    if (caller.kind !== "installation") throw new Refused(403, "Resource not accessible by personal access token");
    const found = world.db.repositories.all().filter((repository) => covers(caller, repository));
    const repositories = paged(c, here("/installation/repositories"), found).map((repository) =>
      repositoryShape(world, repository),
    );
    return c.json({ total_count: found.length, repository_selection: "all", repositories });
  });
  for (const path of ["/repos/:owner/:repo/installation", "/users/:owner/installation", "/orgs/:owner/installation"]) {
    api.get(path, (c) => {
      demandApp(c);
      const { owner, repo } = c.req.param() as { owner: string; repo?: string };
      if (repo !== undefined && findRepository(world, owner, repo) === undefined) throw notFound();
      const installation = world.db.installations.withKey(owner.toLowerCase())[0];
      if (installation === undefined) throw notFound();
      return c.json(installationShape(world, installation));
    });
  }

  const config = () => ({
    content_type: "json",
    insecure_ssl: "0",
    secret: "********",
    ...(webhooks.url() === undefined ? {} : { url: webhooks.url() }),
  });
  api.get("/app/hook/config", (c) => {
    demandApp(c);
    return c.json(config());
  });
  api.patch("/app/hook/config", async (c) => {
    demandApp(c);
    const { url } = await readBody(c, hookBody);
    try {
      if (url !== undefined) webhooks.setUrl(url);
    } catch {
      throw validationFailed({ resource: "Hook", field: "url", code: "invalid" });
    }
    return c.json(config());
  });
  api.get("/app/hook/deliveries", (c) => {
    demandApp(c);
    const { size } = pageOf(c);
    const cursor = Number.parseInt(c.req.query("cursor")?.replace(/^v1_/, "") ?? "", 10);
    const found = world.db.deliveries.newest(size + 1, cursor > 0 ? cursor : undefined);
    const page = found.slice(0, size);
    if (found.length > size) {
      c.header("link", `<${here("/app/hook/deliveries")}?per_page=${size}&cursor=v1_${page.at(-1)!.id}>; rel="next"`);
    }
    const failed = c.req.query("status");
    const wanted = page.filter(({ outcome }) => {
      const good = (outcome?.statusCode ?? 0) >= 200 && (outcome?.statusCode ?? 0) < 400;
      return failed === undefined || (failed === "success") === good;
    });
    return c.json(wanted.map(deliveryItemShape));
  });
  api.get("/app/hook/deliveries/:id", (c) => {
    demandApp(c);
    const delivery = world.db.deliveries.get(Number(c.req.param("id")));
    if (delivery === undefined) throw notFound();
    return c.json(deliveryShape(delivery));
  });
  api.post("/app/hook/deliveries/:id/attempts", (c) => {
    demandApp(c);
    const delivery = world.db.deliveries.get(Number(c.req.param("id")));
    if (delivery === undefined) throw notFound();
    webhooks.redeliver(delivery);
    return c.json({}, 202);
  });

  api.get("/user", (c) => {
    const caller = c.get("caller");
    if (caller.kind === "anonymous") throw new Refused(401, "Requires authentication");
    if (caller.kind !== "person") throw new Refused(403, "Resource not accessible by integration");
    return c.json(profileShape(world, account(world, caller.login)!));
  });
  api.get("/users/:login", (c) => {
    const who = account(world, c.req.param("login"));
    if (who === undefined) throw notFound();
    return c.json(profileShape(world, who));
  });
  api.get("/apps/:slug", (c) => {
    if (c.req.param("slug") !== botLogin(world).replace(/\[bot\]$/, "")) throw notFound();
    return c.json(appShape(world));
  });
  api.get("/rate_limit", (c) => {
    const reset = Math.floor(world.clock().getTime() / 1000) + 3600;
    const rate = { limit: 15_000, used: 0, remaining: 15_000, reset };
    return c.json({ resources: { core: rate, search: { ...rate, limit: 30, remaining: 30 } }, rate });
  });
}

function demandApp(c: ApiContext): void {
  if (c.get("caller").kind !== "app") throw new Refused(401, "A JSON web token could not be decoded");
}

function installationOf(world: World, c: ApiContext): Installation {
  const installation = world.db.installations.get(Number(c.req.param("id")));
  if (installation === undefined) throw notFound();
  return installation;
}

function chosenRepositories(
  world: World,
  installation: Installation,
  { repositories, repository_ids }: { repositories?: string[]; repository_ids?: number[] },
): Repository[] | undefined {
  if (repositories === undefined && repository_ids === undefined) return undefined;
  const chosen = [
    ...(repositories ?? []).map((name) => findRepository(world, installation.account, name)),
    ...(repository_ids ?? []).map((id) => world.db.repositories.get(id)),
  ];
  return chosen.map((repository) => {
    if (repository === undefined || repository.owner !== installation.account) {
      throw new Refused(
        422,
        "There is at least one repository that does not exist or is not accessible to the parent installation.",
      );
    }
    return repository;
  });
}
