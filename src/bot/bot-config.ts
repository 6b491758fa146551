import type { Logger } from "pino";
import type { WriteLimit } from "../github/write-budget.ts";
import type { StoreLocation } from "../store/open-store.ts";

/** Everything that a bot is started with. */
export interface BotConfig {
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** GitHub's API: `https://api.github.com`, or `https://host/api/v3`. Plain http makes plain http good for Git too. */
  githubApi: string;
  /** The GitHub App, as its settings page names it. */
  app: { id: number; privateKey: string; webhookSecret: string };
  /** Pages for people who sign in with GitHub; undefined: there are none, and nothing links to them. */
  pages?: PagesConfig;
  store: StoreLocation;
  /** For the mirrors of repositories; of one bot at a time. */
  dataDir: string;
  /** Cluster name → its agent's token. */
  agentTokens: Readonly<Record<string, string>>;
  /** How many requests that make content an installation may send. */
  writeLimits: readonly WriteLimit[];
  log: Logger;
}

export interface PagesConfig {
  /** Where people reach the bot, without a slash at its end; undefined: where it listens. */
  publicUrl: string | undefined;
  /** The GitHub App's, for people who sign in through it. */
  clientId: string;
  clientSecret: string;
}
