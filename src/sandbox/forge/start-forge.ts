import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type ServerType, serve } from "@hono/node-server";
import type { Hono } from "hono";
import { appIdentity, leastPermissions, subscribedEvents } from "./app-identity.ts";
import { createFaults } from "./faults.ts";
import type { Forge, ForgeChange, ForgeOptions, Person, RepositoryAddress } from "./forge.ts";
import { type RepositoryData, repositoryData } from "./git/repository-data.ts";
import { gitHttp, isGitRequest } from "./git-http.ts";
import { ensureAccount } from "./model/accounts.ts";
import { openDatabase } from "./model/database.ts";
import type { Repository } from "./model/records.ts";
import { botLogin, fullName, type World } from "./model/world.ts";
import { signIn } from "./oauth/sign-in.ts";
import { openRepository } from "./open-repository.ts";
import { createRepository } from "./operations/create-repository.ts";
import { syncRefs } from "./operations/sync-refs.ts";
import { hashToken } from "./rest/caller.ts";
import { findRepository } from "./rest/repository-access.ts";
import { restApi } from "./rest/rest-api.ts";
import { nodeId } from "./shape/json.ts";
import { webhookSender } from "./webhook/sender.ts";

export type { Forge, ForgeOptions, ForgeRepository, RepositoryAddress } from "./forge.ts";

/** Starts the embedded forge, or goes on with the one that lived in the same folder before. */
export async function startForge(options: ForgeOptions): Promise<Forge> {
  const { dir, port = 0, host = "127.0.0.1", clock = () => new Date() } = options;
  const repositoriesDir = join(dir, "repositories");
  mkdirSync(repositoriesDir, { recursive: true, mode: 0o700 });
  const db = openDatabase(join(dir, "forge.sqlite"));
  const now = (): string => `${clock().toISOString().slice(0, 19)}Z`;

  const listeners = new Set<(change: ForgeChange) => void>();
  const inBackground = new Set<Promise<unknown>>();
  const lastWork = new Map<number, Promise<unknown>>();
  const opened = new Map<number, RepositoryData>();
  let web = "";
  const world: World = {
    db,
    app: appIdentity(
      db,
      {
        permissions: options.appPermissions ?? leastPermissions,
        events: options.appEvents ?? subscribedEvents,
      },
      now(),
    ),
    faults: createFaults(),
    urls: () => ({ web, api: `${web}/api/v3` }),
    now,
    clock,
    git(repository) {
      const known = opened.get(repository.id) ?? repositoryData(join(repositoriesDir, `${repository.id}.git`));
      opened.set(repository.id, known);
      return known;
    },
    exclusively(repositoryId, work) {
      const result = (lastWork.get(repositoryId) ?? Promise.resolve()).then(work);
      lastWork.set(
        repositoryId,
        result.catch(() => {}),
      );
      return result;
    },
    send(event, action, repository, payload) {
      if (!world.app.events.includes(event) && !event.startsWith("installation")) return;
      const owner = repository?.owner.toLowerCase();
      const installation =
        owner === undefined
          ? (payload.installation as { id: number } | undefined)
          : world.db.installations.withKey(owner)[0];
      if (installation === undefined) return;
      const reference = { id: installation.id, node_id: nodeId("Installation", installation.id) };
      webhooks.send({
        event,
        action,
        repositoryId: repository?.id ?? null,
        installationId: installation.id,
        payload: JSON.stringify({ installation: reference, ...payload }),
      });
    },
    background(work) {
      const kept = work
        .catch((error: unknown) => console.error("forge: work in the background failed:", error))
        .finally(() => inBackground.delete(kept));
      inBackground.add(kept);
    },
    changed(change) {
      for (const listener of listeners) listener(change);
    },
  };
  const webhooks = webhookSender(world, options.webhookTimeoutMs ?? 10_000);

  const person = somebody(world, "octavia", "personToken");
  const maintainer = somebody(world, "grace", "maintainerToken");
  const visitor = somebody(world, "visitor", "visitorToken");
  ensureAccount(world, world.app.owner, "Organization");
  ensureAccount(world, botLogin(world), "Bot");
  forgetTheOld(world);

  const actor = { login: person.login, viaApp: false };
  const api = restApi(world, webhooks);
  const git = gitHttp(world, actor);
  const oauth = signIn(world, person.login);
  const pages: Hono[] = [];
  const server = await listen(port, host, async (request, env) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/api/v3" || pathname.startsWith("/api/v3/")) return api.fetch(request, env);
    if (pathname.startsWith("/login/oauth/")) return oauth.pages.fetch(request, env);
    if (isGitRequest(pathname)) return git.fetch(request, env);
    for (const page of pages) {
      const answer = await page.fetch(request, env);
      if (answer.status !== 404 || page === pages.at(-1)) return answer;
    }
    return new Response("Not Found\n", { status: 404 });
  });
  web = server.url;

  const address = (repository: Repository): RepositoryAddress => {
    const gitUrl = `${web}/${fullName(repository)}.git`;
    const withCredentials = new URL(gitUrl);
    withCredentials.username = person.login;
    withCredentials.password = person.token;
    return {
      id: repository.id,
      owner: repository.owner,
      name: repository.name,
      fullName: fullName(repository),
      private: repository.private,
      defaultBranch: repository.defaultBranch,
      cloneUrl: withCredentials.href,
      gitUrl,
      apiUrl: `${web}/api/v3/repos/${fullName(repository)}`,
      webUrl: `${web}/${fullName(repository)}`,
    };
  };
  const named = (name: string): Repository | undefined => {
    const [owner = "", repo = ""] = name.split("/");
    return findRepository(world, owner, repo);
  };

  // What was pushed while nobody could be told, because the process ended in between.
  for (const { id } of db.repositories.all()) await world.exclusively(id, () => syncRefs(world, id, actor));

  const { id, slug, privateKey, webhookSecret, clientId, clientSecret } = world.app;
  return {
    url: web,
    apiUrl: `${web}/api/v3`,
    app: { id, slug, privateKey, webhookSecret, clientId, clientSecret },
    person,
    maintainer,
    visitor,
    faults: world.faults,
    setWebhookUrl: (url) => webhooks.setUrl(url),
    setCallbackUrl: (url) => oauth.setCallbackUrl(url),
    async createRepository(wish) {
      const people = { [person.login]: "write", [maintainer.login]: "admin", [visitor.login]: "read" } as const;
      return address(await createRepository(world, wish, people, actor));
    },
    repositories: () => db.repositories.all().map(address),
    repository(name) {
      const found = named(name);
      return found === undefined ? undefined : openRepository(world, found.id, address, person);
    },
    agentCredential(name) {
      const repository = named(name);
      if (repository === undefined) throw new Error(`the forge has no repository ${name}`);
      const { id: repositoryId } = repository;
      const password = keptToken(world, `deployToken/${repositoryId}`, "ghd_", (hash) => ({
        ...{ hash, kind: "deploy", repositoryId },
      }));
      return { username: "agent", password };
    },
    mount: (hono) => void pages.push(hono),
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async settled() {
      while (inBackground.size > 0) await Promise.all(inBackground);
      await webhooks.settled();
    },
    async stop() {
      await server.close();
      await Promise.all(lastWork.values());
      while (inBackground.size > 0) await Promise.all(inBackground);
      await webhooks.stop();
      for (const git of opened.values()) git.close();
      db.close();
    },
  };
}

type NewToken = Parameters<World["db"]["tokens"]["insert"]>[0];

function keptToken(world: World, setting: string, prefix: string, make: (hash: string) => NewToken): string {
  const known = world.db.settings.get(setting);
  if (known !== undefined) return known;
  const token = `${prefix}${randomBytes(18).toString("hex")}`;
  world.db.transaction(() => {
    world.db.tokens.insert(make(hashToken(token)));
    world.db.settings.set(setting, token);
  });
  return token;
}

function somebody(world: World, login: string, setting: string): Person {
  ensureAccount(world, login, "User");
  return { login, token: keptToken(world, setting, "ghp_", (hash) => ({ hash, kind: "person", login })) };
}

/** GitHub keeps deliveries for three days, tokens for their hour. */
function forgetTheOld({ db, clock }: World): void {
  const threeDaysAgo = new Date(clock().getTime() - 3 * 24 * 3_600_000).toISOString();
  db.transaction(() => {
    for (const delivery of db.deliveries.all()) {
      if (delivery.createdAt < threeDaysAgo) db.deliveries.remove(delivery.id);
    }
    for (const token of db.tokens.all()) {
      if ("expiresAt" in token && token.expiresAt <= clock().toISOString()) db.tokens.remove(token.id);
    }
  });
}

async function listen(
  port: number,
  hostname: string,
  fetch: (request: Request, env: unknown) => Promise<Response>,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = await new Promise<ServerType>((resolve, reject) => {
    const starting = serve({ fetch: async (request, env) => fetch(request, env), port, hostname }, () =>
      resolve(starting),
    );
    starting.once("error", reject);
  });
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("the forge has no TCP address");
  const shown = hostname === "0.0.0.0" || hostname === "::" ? "127.0.0.1" : hostname;
  return {
    url: `http://${shown.includes(":") ? `[${shown}]` : shown}:${bound.port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
}
