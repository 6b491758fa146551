import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import pino from "pino";
import { readPrivateKey } from "../github/app-jwt.ts";
import { productionWriteLimits } from "../github/write-budget.ts";
import type { BotConfig, PagesConfig } from "./bot-config.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Every variable that the bot reads, for `--help`. */
export const environmentHelp = `
Environment:
  APP_ID                    the GitHub App's id, from its settings page
  PRIVATE_KEY               its private key (PEM, or base64 of it), or
  PRIVATE_KEY_PATH          a file with it
  WEBHOOK_SECRET            its webhook secret, at least 16 characters
  TRUEUP_AGENT_TOKENS       JSON, cluster name → its agent's token of at least 32 characters:
                            {"prod-eu": "…"}; make one with: openssl rand -hex 32
  TRUEUP_AGENT_TOKENS_FILE  a file with that JSON instead
  TRUEUP_DATA_DIR           folder for mirrors of repositories, and for the store without DATABASE_URL;
                            of one bot at a time
  DATABASE_URL              postgres://… to keep the store on a PostgreSQL server
  GITHUB_API_URL            default https://api.github.com
  GHE_HOST                  a GitHub Enterprise Server's host name, instead of GITHUB_API_URL
  HOST, PORT                where to listen; default 127.0.0.1 and 3000. Put TLS before it.
  TRUEUP_PUBLIC_URL         https://… where people reach the bot, for the pages with whole plans; they sign in with
  GITHUB_CLIENT_ID          the GitHub App's client id and
  GITHUB_CLIENT_SECRET      a client secret of it, both from its settings page. All three or none.
  LOG_LEVEL                 trace, debug, info (default), warn, error, fatal or silent
  TRUEUP_WRITES_PER_MINUTE  most writes to GitHub per installation; default 72, GitHub allows 80
  TRUEUP_WRITES_PER_HOUR    default 450, GitHub allows 500

GitHub's webhooks go to /api/github/webhooks, agents dial /link/v1, people read /plans/… and sign in under /auth/…;
/healthz and /metrics are there for operators: keep those two from the outside.`;

/** The environment does not say how to run; each problem says what and how to mend it. */
export class BadEnvironment extends Error {
  override name = "BadEnvironment";

  constructor(problems: readonly string[]) {
    super(`the bot cannot start with this environment:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
  }
}

/** @throws BadEnvironment with everything that is wrong at once */
export function readBotEnvironment(env: Environment): BotConfig {
  const problems: string[] = [];
  const problem = (text: string): void => void problems.push(text);
  const attempt = <T>(read: () => T, otherwise: T): T => {
    try {
      return read();
    } catch (error) {
      problem(error instanceof Error ? error.message : String(error));
      return otherwise;
    }
  };
  const number = (name: string, fallback: number | undefined, from: number, to: number): number => {
    const text = env[name] ?? "";
    const value = text === "" ? fallback : Number(text);
    if (value !== undefined && Number.isInteger(value) && value >= from && value <= to) return value;
    problem(`${name} must be a whole number from ${from} to ${to}${text === "" ? ", and is not set" : ""}`);
    return from;
  };

  const dataDir = env.TRUEUP_DATA_DIR ?? "";
  if (dataDir === "") problem("TRUEUP_DATA_DIR is not set; name a folder that the bot may write to and that stays");
  const secret = env.WEBHOOK_SECRET ?? "";
  if (secret.length < 16) {
    problem(
      "WEBHOOK_SECRET must have at least 16 characters, the same as in the app's settings (openssl rand -hex 32)",
    );
  }
  const databaseUrl = env.DATABASE_URL ?? "";
  if (databaseUrl !== "" && !/^postgres(ql)?:\/\//.test(databaseUrl)) {
    problem("DATABASE_URL must begin with postgres:// (leave it out to keep the store in TRUEUP_DATA_DIR)");
  }
  const level = env.LOG_LEVEL || "info";
  if (level !== "silent" && !(level in pino.levels.values)) {
    problem(`LOG_LEVEL must be silent or one of ${Object.keys(pino.levels.values).join(", ")}`);
  }
  const config: Omit<BotConfig, "log"> = {
    host: env.HOST || "127.0.0.1",
    port: number("PORT", 3000, 0, 65_535),
    githubApi: attempt(() => apiUrlFrom(env), ""),
    app: {
      id: number("APP_ID", undefined, 1, Number.MAX_SAFE_INTEGER),
      privateKey: attempt(() => privateKeyFrom(env), ""),
      webhookSecret: secret,
    },
    store: databaseUrl === "" ? { dir: resolve(dataDir, "store") } : { databaseUrl },
    dataDir: resolve(dataDir),
    agentTokens: attempt(() => agentTokensFrom(env), {}),
    writeLimits: productionWriteLimits.map(({ writes, perMs }) => {
      const name = perMs === 60_000 ? "TRUEUP_WRITES_PER_MINUTE" : "TRUEUP_WRITES_PER_HOUR";
      return { writes: number(name, writes, 1, 100_000), perMs };
    }),
  };
  const pages = attempt(() => pagesFrom(env), undefined);
  if (pages !== undefined) config.pages = pages;
  if (problems.length > 0) throw new BadEnvironment(problems);
  return { ...config, log: pino({ level }) };
}

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

function apiUrlFrom({ GITHUB_API_URL, GHE_HOST }: Environment): string {
  if (GITHUB_API_URL && GHE_HOST) throw new Error("GITHUB_API_URL and GHE_HOST are both set; leave one of them out");
  const text = GITHUB_API_URL || (GHE_HOST ? `https://${GHE_HOST}/api/v3` : "https://api.github.com");
  const name = GHE_HOST ? "GHE_HOST" : "GITHUB_API_URL";
  if (!URL.canParse(text)) throw new Error(`${name} gives no URL: ${text}`);
  const url = new URL(text);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && loopback.has(url.hostname))) {
    throw new Error(`${name} must be https, because tokens go over it: ${url.origin}`);
  }
  if (url.username !== "" || url.search !== "" || url.hash !== "") {
    throw new Error(`${name} must be nothing but host and path`);
  }
  return url.href.replace(/\/+$/, "");
}

function pagesFrom(env: Environment): PagesConfig | undefined {
  const { TRUEUP_PUBLIC_URL: text, GITHUB_CLIENT_ID: clientId, GITHUB_CLIENT_SECRET: clientSecret } = env;
  if (!text && !clientId && !clientSecret) return undefined;
  if (!text || !clientId || !clientSecret) {
    throw new Error(
      "TRUEUP_PUBLIC_URL, GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET belong together: the pages that the first one names need the other two for signing in",
    );
  }
  const url = URL.parse(text);
  if (url === null) throw new Error(`TRUEUP_PUBLIC_URL is no URL: ${text}`);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && loopback.has(url.hostname))) {
    throw new Error(`TRUEUP_PUBLIC_URL must be https, because people sign in there: ${url.origin}`);
  }
  if (url.href !== `${url.origin}/`)
    throw new Error("TRUEUP_PUBLIC_URL must be nothing but the host: no path, no user");
  return { publicUrl: url.origin, clientId, clientSecret };
}

function privateKeyFrom({ PRIVATE_KEY, PRIVATE_KEY_PATH }: Environment): string {
  if (!PRIVATE_KEY && !PRIVATE_KEY_PATH) {
    throw new Error("PRIVATE_KEY or PRIVATE_KEY_PATH must be set; generate a key on the app's settings page");
  }
  const given = PRIVATE_KEY || readFile("PRIVATE_KEY_PATH", PRIVATE_KEY_PATH!);
  const text = given.includes("-----BEGIN") ? given.replaceAll("\\n", "\n") : Buffer.from(given, "base64").toString();
  readPrivateKey(text);
  return text;
}

function agentTokensFrom({ TRUEUP_AGENT_TOKENS, TRUEUP_AGENT_TOKENS_FILE }: Environment): Record<string, string> {
  const name = TRUEUP_AGENT_TOKENS ? "TRUEUP_AGENT_TOKENS" : "TRUEUP_AGENT_TOKENS_FILE";
  if (!TRUEUP_AGENT_TOKENS && !TRUEUP_AGENT_TOKENS_FILE) {
    throw new Error('TRUEUP_AGENT_TOKENS is not set; name each cluster and its agent\'s token: {"prod-eu": "…"}');
  }
  const text = TRUEUP_AGENT_TOKENS || readFile(name, TRUEUP_AGENT_TOKENS_FILE!);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // Without the parser's words: they would quote a token.
    throw new Error(`${name} is no JSON; it looks like {"prod-eu": "…"}`);
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw new Error(`${name} must be an object of cluster names and tokens`);
  }
  const tokens = Object.entries(parsed);
  for (const [cluster, token] of tokens) {
    if (!/^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/.test(cluster)) {
      throw new Error(`${name}: ${JSON.stringify(cluster)} is no cluster name (a-z, 0-9, "-" and ".", at most 63)`);
    }
    if (typeof token !== "string" || !/^[\x21-\x7e]{32,500}$/.test(token)) {
      throw new Error(
        `${name}: the token of ${cluster} must be 32 to 500 characters without spaces (openssl rand -hex 32)`,
      );
    }
  }
  if (new Set(tokens.map(([, token]) => token)).size < tokens.length) {
    throw new Error(`${name}: two clusters have the same token, and could speak for each other`);
  }
  return Object.fromEntries(tokens) as Record<string, string>;
}

function readFile(name: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
