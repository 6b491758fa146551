import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Forge, RepositoryAddress } from "../src/sandbox/forge/forge.ts";
import { startForge } from "../src/sandbox/forge/start-forge.ts";
import { type Contributor, contributor } from "../src/sandbox/story/contributor.ts";
import type { FirstCommit } from "../src/sandbox/story/first-commit.ts";
import { type JsonApi, jsonApi } from "../src/sandbox/story/json-api.ts";
import { waitFor } from "../src/sandbox/story/wait-for.ts";
import { agentEnvironment, botEnvironment } from "./environment.ts";
import { type Exchange, type TimingProxy, timingProxy } from "./timing-proxy.ts";
import { within } from "./within.ts";

/** A side of the bot as it is seen from outside: everything that went through, and the next exchange of a certain sort. */
export interface Watched {
  exchanges: readonly Exchange[];
  /** @param awaited what to say when it does not come in time */
  next(awaited: string, wanted: (exchange: Exchange) => boolean): Promise<Exchange>;
}

/** A forge in this process, and bot and agent as the processes they are in production. */
export interface Services {
  /** What bot and agent ask of the forge: REST and Git. */
  github: Watched;
  /** What the forge and the agent ask of the bot: webhooks, polls and messages. */
  bot: Watched;
  processes: { bot: number; agent: number };
  repository: RepositoryAddress;
  forge: Forge;
  /** The forge's REST API, as a person with write permission. */
  api: JsonApi;
  person: Contributor;
  botPort: number;
  stop(): Promise<void>;
}

export interface ServicesOptions {
  dir: string;
  /** The cluster of the agent. */
  kubeconfigPath: string;
  /** The repository's first commit. */
  files: FirstCommit;
  /** Besides what the bot needs. */
  botEnvironment?: Record<string, string>;
}

/** Ready when bot and agent run; the first sync is under way. */
export async function startServices({
  dir,
  kubeconfigPath,
  files,
  botEnvironment: more = {},
}: ServicesOptions): Promise<Services> {
  await using parts = new AsyncDisposableStack();
  const forge = await startForge({ dir: join(dir, "forge") });
  parts.defer(() => forge.stop());
  const repository = await forge.createRepository({ owner: "acme", name: "state", files });
  const towardsForge = await timingProxy(() => forge.url);
  parts.defer(() => towardsForge.close());
  const botPort = await freePort();
  const towardsBot = await timingProxy(() => `http://127.0.0.1:${botPort}`);
  parts.defer(() => towardsBot.close());
  const agentToken = randomBytes(32).toString("base64url");
  const urls = { githubUrl: towardsForge.url, botUrl: towardsBot.url };
  const setting = { dir, botPort, forge, ...urls, agentToken, repository, kubeconfigPath };
  for (const folder of ["bot", "agent"]) mkdirSync(join(dir, folder), { recursive: true });

  const bot = service("bot", { ...botEnvironment(setting), ...more }, join(dir, "bot.log"));
  parts.defer(() => ended(bot));
  await waitFor("the bot listens", () => listening(botPort), Boolean);
  forge.setWebhookUrl(`${towardsBot.url}/api/github/webhooks`);
  const agent = service("agent", agentEnvironment(setting), join(dir, "agent.log"));
  parts.defer(() => ended(agent));

  const api = jsonApi({ base: forge.apiUrl, token: forge.person.token });
  const started = parts.move();
  return {
    github: watched(towardsForge),
    bot: watched(towardsBot),
    processes: { bot: bot.pid ?? 0, agent: agent.pid ?? 0 },
    repository,
    forge,
    api,
    person: contributor(api, repository.fullName),
    botPort,
    stop: () => started.disposeAsync(),
  };
}

function watched(proxy: TimingProxy): Watched {
  const waiting = new Set<(exchange: Exchange) => void>();
  proxy.onExchange((exchange) => {
    for (const look of waiting) look(exchange);
  });
  return {
    exchanges: proxy.exchanges,
    next: (awaited, wanted) =>
      within(
        awaited,
        new Promise((resolve) => {
          const look = (exchange: Exchange): void => {
            if (!wanted(exchange)) return;
            waiting.delete(look);
            resolve(exchange);
          };
          waiting.add(look);
        }),
      ),
  };
}

function service(name: "bot" | "agent", env: Record<string, string>, log: string): ChildProcess {
  const main = new URL("../src/main.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [main, name], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (said += text));
  child.once("close", (code) => {
    writeFileSync(log, said);
    if (code !== 0 && code !== null) process.stderr.write(`${name} exited ${code}:\n${said.slice(-4000)}\n`);
  });
  return child;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGTERM");
  const impatient = setTimeout(() => child.kill("SIGKILL"), 15_000);
  await closed;
  clearTimeout(impatient);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no TCP address");
  return address.port;
}

const listening = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/healthz`).then(
    () => true,
    () => false,
  );
