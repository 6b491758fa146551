import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import type { BotConfig } from "../../src/bot/bot-config.ts";
import { formatJobKey } from "../../src/bot/job-key.ts";
import type { Reconcilers } from "../../src/bot/reconciler.ts";
import { type Bot, startBot } from "../../src/bot/start-bot.ts";
import { type Forge, startForge } from "../../src/sandbox/forge/start-forge.ts";

/** A bot on an embedded forge; its reconcilers only note what they are asked to look at. */
export interface RunningBot extends AsyncDisposable {
  forge: Forge;
  bot: Bot;
  /** Keys looked at so far, in order. */
  seen: string[];
  /** Resolves when the key was looked at after this call (or, with `again: false`, ever). */
  look(key: string, options?: { again: boolean }): Promise<void>;
  /** Ends the bot and starts it again on the same data. */
  restart(): Promise<void>;
  config: BotConfig;
}

export async function startRunningBot(
  behaviour: Partial<Reconcilers> = {},
  change: (config: BotConfig) => BotConfig = (config) => config,
): Promise<RunningBot> {
  const dir = mkdtempSync(join(tmpdir(), "trueup-bot-"));
  const forge = await startForge({ dir: join(dir, "forge") });
  const config = change({
    host: "127.0.0.1",
    port: 0,
    githubApi: forge.apiUrl,
    app: forge.app,
    store: { dir: join(dir, "store") },
    dataDir: join(dir, "bot"),
    agentTokens: { sandbox: "s".repeat(40) },
    writeLimits: [],
    log: pino({ level: process.env.TRUEUP_TEST_LOG ?? "silent" }),
  });
  const seen: string[] = [];
  const waiting = new Set<() => void>();
  const note = (key: string) => {
    seen.push(key);
    for (const check of waiting) check();
  };
  const reconcilers: Reconcilers = {
    async reconcilePullRequest(context, key) {
      await behaviour.reconcilePullRequest?.(context, key);
      note(formatJobKey({ kind: "pull-request", ...key }));
    },
    async reconcileBranch(context, key) {
      await behaviour.reconcileBranch?.(context, key);
      note(formatJobKey({ kind: "branch", ...key }));
    },
    async reconcileMergeGroup(context, key) {
      await behaviour.reconcileMergeGroup?.(context, key);
      note(formatJobKey({ kind: "merge-group", ...key }));
    },
    async runCommand(context, key) {
      await behaviour.runCommand?.(context, key);
      note(formatJobKey({ kind: "command", ...key }));
    },
    async react() {},
    async onAgentMessage(context, cluster, message) {
      await behaviour.onAgentMessage?.(context, cluster, message);
      note(`message:${cluster}:${message.type}`);
    },
  };
  let bot = await startBot(config, reconcilers);
  forge.setWebhookUrl(bot.url);
  return {
    forge,
    get bot() {
      return bot;
    },
    seen,
    config,
    look(key, { again } = { again: true }) {
      const from = again ? seen.length : 0;
      return new Promise((resolve) => {
        const check = () => {
          if (!seen.includes(key, from)) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      });
    },
    async restart() {
      await bot.stop();
      bot = await startBot(config, reconcilers);
      forge.setWebhookUrl(bot.url);
    },
    async [Symbol.asyncDispose]() {
      await bot.stop();
      await forge.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
