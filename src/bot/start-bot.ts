import { join } from "node:path";
import { Hono } from "hono";
import { sql } from "kysely";
import type { Logger } from "pino";
import { Probot, ProbotOctokit } from "probot";
import { planPath } from "../core/report/plan-path.ts";
import { createValidator } from "../core/schema/validator.ts";
import { createGitHubApp } from "../github/github-app.ts";
import { hashToken } from "../link/agent-token.ts";
import { createLinkHub } from "../link/bot-side.ts";
import { loadKubernetesSchemas } from "../render/kubernetes-schemas.ts";
import { attend } from "../store/attention.ts";
import { listAudit } from "../store/audit.ts";
import { lockFolder } from "../store/folder-lock.ts";
import { enqueueJob } from "../store/jobs.ts";
import { openStore } from "../store/open-store.ts";
import type { Database } from "../store/schema.ts";
import { type BotClock, realClock, startAgentWatch } from "./agent-watch.ts";
import type { BotConfig } from "./bot-config.ts";
import { createContext, installationFor } from "./bot-context.ts";
import { startHttpServer } from "./http-server.ts";
import { webhookApp } from "./intake/webhook-app.ts";
import { webhookRoute } from "./intake/webhook-route.ts";
import { formatJobKey } from "./job-key.ts";
import { createLinkStore } from "./link-store.ts";
import { lostDeliveries } from "./lost-deliveries.ts";
import { createMetrics } from "./metrics.ts";
import { createMirrors } from "./mirrors.ts";
import type { BotContext, Reconcilers } from "./reconciler.ts";
import { runJob } from "./run-job.ts";
import { tellFault } from "./tell-fault.ts";
import { startWorker } from "./worker.ts";

/** Pages beside the webhook and the link, on the same server. */
export type Pages = (parts: PageParts) => Hono;

export interface PageParts {
  db: Database;
  log: Logger;
  /** Where people reach the bot, without a slash at its end; called once it listens. */
  publicUrl(): string;
  now(): number;
  /** Somebody looks at the pull request: what is to be written of it comes before what nobody looks at. */
  attendTo(repositoryId: number, pullRequest: number): Promise<void>;
}

export interface Bot {
  /** Where GitHub's webhooks go, and what agents dial; without a slash at its end. */
  url: string;
  /** The audit trail, oldest first, times in RFC 3339. */
  audit(): Promise<{ at: string; who: string; what: string }[]>;
  /** Lets running jobs end for some seconds; what is cut off goes on at the next start. */
  stop(): Promise<void>;
}

const storeDeadlineMs = 5_000;
const stopPatienceMs = 10_000;
const jobsAtOnce = 8;

/**
 * Starts the bot: HTTP for GitHub and the agents, the worker, and a look at everything that is open.
 *
 * @throws StoreInUse when another bot holds the data; the system's error when it cannot listen; Error for a private key that is none
 */
export async function startBot(
  config: BotConfig,
  reconcilers: Reconcilers,
  pages?: Pages,
  clock: BotClock = realClock,
): Promise<Bot> {
  const { app: githubApp, agentTokens, log } = config;
  const { now } = clock;
  await using parts = new AsyncDisposableStack();
  const mirrorsDir = join(config.dataDir, "mirrors");
  const lock = lockFolder(mirrorsDir);
  parts.defer(() => lock.release());
  const metrics = createMetrics();
  const github = createGitHubApp({
    appId: githubApp.id,
    privateKey: githubApp.privateKey,
    apiUrl: config.githubApi,
    writeLimits: config.writeLimits,
    waited: metrics.writeWaited,
    log,
  });
  const store = await openStore(config.store);
  parts.defer(() => store.close());
  const { db } = store;
  const watch = startAgentWatch(db, log, clock);
  parts.defer(() => watch.stop());

  let listeningUrl = "";
  const publicUrl = (): string => config.pages?.publicUrl ?? listeningUrl;
  const context: Parameters<typeof createContext>[0] = {
    github,
    mirrorOf: createMirrors({
      dir: mirrorsDir,
      transports: config.githubApi.startsWith("http:") ? ["http", "https"] : ["https"],
      token: async (id) => github.gitToken(id, await installationFor(db, id)),
    }),
    validator: createValidator(loadKubernetesSchemas()),
    clusters: Object.keys(agentTokens),
    planUrl: (repositoryId, number) =>
      config.pages === undefined ? undefined : `${publicUrl()}${planPath(repositoryId, number)}`,
    compared: metrics.compared,
    listeningSince: watch.listeningSince,
    now,
  };
  const contextOn = (on: BotContext["db"], jobLog: typeof log): BotContext => createContext(context, on, jobLog);
  const attendTo: PageParts["attendTo"] = (repositoryId, number) =>
    attend(db, formatJobKey({ kind: "pull-request", repositoryId, number }));

  const probot = new Probot({
    appId: githubApp.id,
    privateKey: githubApp.privateKey,
    secret: githubApp.webhookSecret,
    baseUrl: config.githubApi,
    // Below `info` Probot logs whole payloads.
    log: log.child({}, { level: log.isLevelEnabled("info") ? "info" : log.level }),
    // Events are stored and nothing else; requests to GitHub are the jobs'.
    Octokit: ProbotOctokit.defaults((options: object) => ({ ...options, throttle: { enabled: false } })),
  });
  await probot.load(webhookApp(db, githubApp.id, metrics.delivered));

  const hub = createLinkHub({
    tokens: Object.entries(agentTokens).map(([cluster, token]) => ({ cluster, sha256: hashToken(token) })),
    store: createLinkStore({ store, contextOn, onAgentMessage: reconcilers.onAgentMessage, log, now }),
    now,
  });
  metrics.watchJobs(async () => {
    const { rows } = await sql<{ count: number }>`select count(*)::int as count from jobs`.execute(db);
    return rows[0]?.count ?? 0;
  });

  const http = new Hono();
  http.get("/healthz", async (c) => {
    await sql`select 1`.execute(db);
    return c.text("ok\n");
  });
  http.get("/metrics", async (c) => c.text(await metrics.page(), 200, { "content-type": metrics.contentType }));
  http.route("/", webhookRoute({ probot, secret: githubApp.webhookSecret, log, deadlineMs: storeDeadlineMs }));
  http.route("/", hub.app);
  if (pages !== undefined) http.route("/", pages({ db, log, publicUrl, now, attendTo }));
  http.onError((error, c) => {
    log.error({ err: error, method: c.req.method, path: c.req.path }, "a request failed");
    return c.json({ error: "a fault of the bot; its log says more" }, 500);
  });
  const server = await startHttpServer(http, config.host, config.port);
  listeningUrl = server.url;
  parts.defer(async () => {
    hub.close();
    await server.stop(stopPatienceMs);
  });

  const sweep = { db, github, log, now };
  const jobParts = { reconcilers, sweep, recoverDeliveries: lostDeliveries({ ...sweep, appId: githubApp.id }) };
  const worker = startWorker({
    store,
    run: (key, jobLog, urgency) => runJob(key, createContext(context, db, jobLog, urgency), jobParts),
    log,
    concurrency: jobsAtOnce,
    random: Math.random,
    failing: (key, faultId, jobLog) => tellFault(contextOn(db, jobLog), key, faultId),
    ended: metrics.jobEnded,
  });
  parts.defer(() => worker.stop(stopPatienceMs));
  for (const kind of ["sweep", "lost-deliveries"] as const) await enqueueJob(db, kind);
  log.info({ url: server.url, clusters: context.clusters }, "the bot listens");

  const started = parts.move();
  return {
    url: server.url,
    async audit() {
      return (await listAudit(db)).map(({ at, who, what }) => ({ at: at.toISOString(), who, what }));
    },
    stop: () => started.disposeAsync(),
  };
}
