import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hono } from "hono";
import { sql } from "kysely";
import pino from "pino";
import { vi } from "vitest";
import { type BotClock, realClock } from "../../src/bot/agent-watch.ts";
import { reconcilers } from "../../src/bot/reconcilers.ts";
import { type Bot, type PageParts, startBot } from "../../src/bot/start-bot.ts";
import type { Plan, PlannedObject } from "../../src/core/plan/plan.ts";
import { totalsOf } from "../../src/core/plan/totals.ts";
import type { WriteLimit } from "../../src/github/write-budget.ts";
import { type AgentLink, connectAgentLink } from "../../src/link/agent-side.ts";
import type {
  Command,
  Heartbeat,
  PlanCommand,
  PlanResult,
  SyncCommand,
  SyncedObject,
  SyncResult,
} from "../../src/link/messages.ts";
import type { Forge, ForgeOptions, ForgeRepository } from "../../src/sandbox/forge/forge.ts";
import { startForge } from "../../src/sandbox/forge/start-forge.ts";

// Whole stories on a machine that may be busy with others.
vi.setConfig({ testTimeout: 180_000 });

export const cluster = "sandbox";
const token = "agent-token-of-the-test-cluster-0001";

export const config = (more = ""): string => `systems:\n  shop:\n    cluster: ${cluster}\n    path: shop\n${more}`;
export const configMap = (value: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\ndata:\n  colour: ${value}\n`;

/** Of an App that may open pull requests of its own. */
export const mayPush = {
  checks: "write",
  deployments: "write",
  issues: "write",
  pull_requests: "write",
  contents: "write",
  metadata: "read",
  members: "read",
} as const;

/** One object that a plan changes. */
export const changed = (after = "blue"): PlannedObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  namespace: "default",
  name: "web",
  action: "update",
  drifted: false,
  fields: [{ path: "data.colour", cause: "pull-request", before: "red", after }],
});

/** The same, applied. */
export function synced(after = "blue"): SyncedObject {
  const { drifted: _, ...object } = changed(after);
  return object;
}

export function planFor(command: PlanCommand, objects: PlannedObject[], more: Partial<Plan> = {}): PlanResult {
  const { id, repositoryId, system, headSha, baseSha } = command;
  const totals = totalsOf(objects);
  const plan: Plan = {
    system,
    cluster,
    baseSha,
    headSha,
    mergeTree: "0".repeat(40),
    liveAsOf: new Date().toISOString(),
    health: "Current",
    objects,
    totals,
    drifted: 0,
    findings: [],
    ...more,
  };
  return { type: "plan-result", id, repositoryId, system, plan };
}

export function syncedFor({ id, repositoryId, system, sha }: SyncCommand, more: Partial<SyncResult> = {}): SyncResult {
  const at = new Date().toISOString();
  return {
    type: "sync-result",
    id,
    repositoryId,
    system,
    sha,
    at,
    outcome: "healthy",
    durationMs: 1200,
    objects: [],
    ...more,
  };
}

export const heartbeat = (): Heartbeat => ({
  type: "heartbeat",
  at: new Date().toISOString(),
  version: "1.0.0",
  systems: [],
});

/** An agent that speaks the link and has no cluster: what it answers is the test's. */
export interface FakeAgent {
  commands: Command[];
  link: AgentLink;
  onPlan(command: PlanCommand): PlanResult | undefined;
  onSync(command: SyncCommand): SyncResult | undefined;
}

export interface BotWorld {
  forge: Forge;
  repository: ForgeRepository;
  readonly bot: Bot;
  agent: FakeAgent;
  /** It hangs up, or dials in again. */
  agentLeaves(): Promise<void>;
  agentReturns(): void;
  /** Stops the bot and starts it again on the same store, or on an empty one; GitHub's limits stay what they were. */
  restart(options?: {
    emptied?: boolean;
    /** What it has fetched is gone, as on another machine. */
    withoutMirrors?: boolean;
    writeLimits?: readonly WriteLimit[];
  }): Promise<void>;
  /** The forge forgets the commits that no ref reaches, as GitHub does some day. */
  collectGarbage(): void;
  /** As if somebody opened its plan's page. */
  look(number: number): Promise<void>;
  /** Nobody has looked at anything for long. */
  forgetLooks(): Promise<void>;
  /** The time has come for whatever was put off. */
  bringForward(): Promise<void>;
  dispose(): Promise<void>;
}

/** The embedded forge with one repository, the bot, and an agent that a test speaks for. */
export async function startBotWorld(
  files: Record<string, string>,
  {
    isPrivate = true,
    publicUrl,
    botClock = realClock,
    ...options
  }: Partial<ForgeOptions> & {
    isPrivate?: boolean;
    /** Where its pages are; none without. */
    publicUrl?: string;
    /** Default: the real one. */
    botClock?: BotClock;
  } = {},
): Promise<BotWorld> {
  const dir = mkdtempSync(join(tmpdir(), "trueup-bot-"));
  const forge = await startForge({ dir: join(dir, "forge"), ...options });
  let store = join(dir, "store-1");
  const data = join(dir, "data");
  let limits: readonly WriteLimit[] = [];
  let pages: PageParts | undefined;
  const start = async (): Promise<Bot> => {
    const { id, privateKey, webhookSecret } = forge.app;
    const started = await startBot(
      {
        host: "127.0.0.1",
        port: 0,
        githubApi: forge.apiUrl,
        app: { id, privateKey, webhookSecret },
        ...(publicUrl === undefined ? {} : { pages: { publicUrl, clientId: "Iv23liabc", clientSecret: "s" } }),
        store: { dir: store },
        dataDir: data,
        agentTokens: { [cluster]: token },
        writeLimits: limits,
        log: pino({ level: process.env.TEST_LOG ?? "silent" }),
      },
      reconcilers,
      (parts) => {
        pages = parts;
        return new Hono();
      },
      botClock,
    );
    forge.setWebhookUrl(`${started.url}/`);
    return started;
  };
  const agent: FakeAgent = {
    commands: [],
    link: undefined as unknown as AgentLink,
    onPlan: (command) => planFor(command, [changed()]),
    onSync: (command) => syncedFor(command),
  };
  let isHere = true;
  const connect = (url: string): AgentLink => {
    const seen = new Set<string>();
    const link = connectAgentLink({
      url,
      token,
      cluster,
      log: { info() {}, warn() {}, error() {} },
      onConnected: () => link.send(heartbeat()),
      onCommand(command) {
        if (seen.has(command.id)) return;
        seen.add(command.id);
        agent.commands.push(command);
        const answer =
          command.type === "plan" ? agent.onPlan(command) : command.type === "sync" ? agent.onSync(command) : undefined;
        if (answer !== undefined) agent.link.send(answer);
      },
    });
    return link;
  };
  let bot = await start();
  agent.link = connect(bot.url);
  const made = await forge.createRepository({
    owner: "acme",
    name: "state",
    files: new Map(Object.entries(files)),
    private: isPrivate,
  });
  const repository = forge.repository(made.fullName)!;
  return {
    forge,
    repository,
    get bot() {
      return bot;
    },
    agent,
    async agentLeaves() {
      isHere = false;
      await agent.link.close();
    },
    agentReturns() {
      isHere = true;
      agent.link = connect(bot.url);
    },
    async restart({ emptied = false, withoutMirrors = false, writeLimits = limits } = {}) {
      limits = writeLimits;
      await agent.link.close();
      await bot.stop();
      if (emptied) store = join(dir, "store-2");
      if (withoutMirrors) rmSync(data, { recursive: true });
      bot = await start();
      if (isHere) agent.link = connect(bot.url);
    },
    collectGarbage: () =>
      void execFileSync("git", ["gc", "--quiet", "--prune=now"], {
        env: { ...process.env, GIT_DIR: join(dir, "forge", "repositories", `${made.id}.git`) },
      }),
    look: (number) => pages!.attendTo(made.id, number),
    forgetLooks: async () => void (await pages!.db.deleteFrom("attention").execute()),
    bringForward: async () => void (await sql`update jobs set run_at = least(run_at, now())`.execute(pages!.db)),
    async dispose() {
      await agent.link.close();
      await bot.stop();
      await forge.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Asks until it is so. @throws after 60 s, with what was seen last */
export async function eventually<T>(look: () => T | Promise<T>, good: (seen: T) => boolean, what = "it"): Promise<T> {
  const end = Date.now() + 60_000;
  for (;;) {
    const seen = await look();
    if (good(seen)) return seen;
    if (Date.now() > end) throw new Error(`${what} did not come; last seen: ${JSON.stringify(seen)?.slice(0, 2000)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** The bot's comments on a pull request. */
export function botComments({ repository, forge }: BotWorld, number: number): string[] {
  const people = [forge.person, forge.maintainer, forge.visitor].map(({ login }) => login);
  return repository
    .comments(number)
    .filter(({ author }) => !people.includes(author))
    .map(({ body }) => body);
}

/** Commits a file on a new branch and proposes it. */
export async function propose(
  { repository }: BotWorld,
  branch: string,
  files: Record<string, string | null>,
): Promise<number> {
  await repository.createBranch(branch, "main");
  for (const [path, content] of Object.entries(files)) {
    await repository.commitFile({ branch, path, content, message: `Change ${path}` });
  }
  return (await repository.openPullRequest({ title: branch, head: branch, base: "main" })).number;
}

export async function check({ repository }: BotWorld, number: number) {
  const pullRequest = await repository.pullRequest(number);
  return repository.checks(pullRequest!.headSha).find(({ name }) => name === "trueup");
}
