import { join } from "node:path";
import { type Logger, pino } from "pino";
import { startAgent } from "../agent/start-agent.ts";
import type { BotConfig } from "../bot/bot-config.ts";
import { reconcilers } from "../bot/reconcilers.ts";
import { startBot } from "../bot/start-bot.ts";
import { productionWriteLimits, type WriteLimit } from "../github/write-budget.ts";
import type { Services } from "../sandbox/story/start-sandbox.ts";
import { pagesOf } from "./pages.ts";

/**
 * The bot and the agent as they are in production; only where they find the others is the sandbox's.
 *
 * @param writeLimits of the bot's requests that make content on the forge
 * @param logger of the service of that name
 */
export const services = (
  writeLimits: readonly WriteLimit[] = productionWriteLimits,
  logger: (name: string) => Logger = quiet,
): Services => ({
  startBot: ({ port, dataDir, githubApi, app, agentTokens }) => {
    const { clientId, clientSecret } = app;
    const config: BotConfig = {
      host: "127.0.0.1",
      port,
      githubApi,
      app,
      pages: { publicUrl: undefined, clientId, clientSecret },
      store: { dir: join(dataDir, "store") },
      dataDir,
      agentTokens,
      writeLimits,
      log: logger("bot"),
    };
    return startBot(config, reconcilers, pagesOf(config));
  },
  startAgent: ({ cluster, kubeconfig, namespace, mark, dataDir, bot, repository: { id, url, username, password } }) =>
    startAgent({
      cluster,
      kubeconfig,
      dataDir,
      bot,
      repositories: [{ id, url, transports: ["http"], credential: async () => ({ username, password }) }],
      namespace,
      mark,
      pollMs: 30_000,
      logger: logger("agent"),
    }),
});

/** Quiet, so that a person reads what the sandbox says; `LOG_LEVEL=info` shows what bot and agent log. */
const quiet = (name: string): Logger => pino({ name, level: process.env.LOG_LEVEL ?? "error" });
