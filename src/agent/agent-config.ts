import { readFileSync } from "node:fs";
import type { Logger } from "pino";
import type { Credential } from "../git/run-git.ts";
import type { Transport } from "../git/safe-names.ts";
import type { Confinement } from "./cluster/confinement.ts";

/** A repository that this agent may enact, pinned by its own configuration: the bot can only name one of them. */
export interface AgentRepository {
  /** As GitHub numbers it. */
  id: number;
  url: string;
  transports: readonly Transport[];
  /** The agent's own; asked before each contact, since tokens run out. */
  credential(): Promise<Credential | undefined>;
  /** Branches that may be tracked; all when absent. */
  branches?: readonly string[];
  /** Folders that systems may have (and what is below them); all when absent. */
  paths?: readonly string[];
}

export interface AgentConfig {
  /** The name that `.trueup.yaml` calls this cluster by. */
  cluster: string;
  /** Path of a kubeconfig; absent: `KUBECONFIG`, `~/.kube/config`, then the pod's service account. */
  kubeconfig?: string;
  /** Mirrors lie there; it is a cache and may be lost. */
  dataDir: string;
  /** Absent: pulls and heals on its own, and reports to nobody. */
  bot?: { url: string; token: string; allowHttp?: boolean };
  repositories: readonly AgentRepository[];
  /** The agent's own namespace: inventories are kept in it. Made when it is not there. */
  namespace: string;
  /** The only namespaces that it may look into and write to; absent: the whole cluster. */
  confine?: Confinement;
  /**
   * Takes nothing over: all that it makes, namespaces too, carries this as the label `trueup.dev/made-by`, and what is there
   * without it is held. Absent: what no ApplySet owns is adopted.
   */
  mark?: string | undefined;
  /** How often tracked branches are asked for, in milliseconds. */
  pollMs: number;
  /** How long a sync that the bot did not ask for waits before it deletes, at least, in milliseconds; a default when left out. */
  graceMs?: number;
  logger: Logger;
}

/** Where an agent lives that nobody has put elsewhere. */
export const usualNamespace = "trueup-system";

export class AgentConfigError extends Error {
  override name = "AgentConfigError";
}

/** What `trueup agent --help` says about the environment. */
export const agentEnvironmentHelp = `
Environment:
  TRUEUP_CLUSTER            name that .trueup.yaml calls this cluster by
  TRUEUP_REPOSITORIES       JSON, or the path of a JSON file: the repositories that may be enacted here,
                            [{"id": 42, "url": "https://github.com/acme/state.git",
                              "usernameFile": "/etc/trueup/user", "passwordFile": "/etc/trueup/token",
                              "branches": ["main"], "paths": ["clusters/production"]}]
                            id is GitHub's number of the repository; without branches or paths all are allowed;
                            an ssh:// URL uses ssh's own agent and keys
  TRUEUP_BOT_URL            the bot to talk to; without it the agent pulls and heals on its own
  TRUEUP_AGENT_TOKEN        this cluster's token for the bot, or TRUEUP_AGENT_TOKEN_FILE, the path of a file with it
  TRUEUP_ALLOW_HTTP         true: the bot may be reached over plain http
  TRUEUP_NAMESPACE          the agent's own namespace, for inventories (default: trueup-system)
  TRUEUP_CONFINE            ns1,ns2: looks into these namespaces alone, so that rights in them are enough, and refuses a
                            system that reaches outside (default: the whole cluster)
  TRUEUP_DATA_DIR           folder for mirrors, a cache (default: /var/lib/trueup)
  TRUEUP_KUBECONFIG         path of a kubeconfig (default: as kubectl looks, then the pod's service account)
  TRUEUP_POLL_SECONDS       how often tracked branches are asked for without a hint (default: 30)
  TRUEUP_LOG_LEVEL          trace, debug, info, warn, error, silent (default: info)`;

export type Environment = Readonly<Record<string, string | undefined>>;

/** @throws AgentConfigError naming the variable, what is wrong with it and what it should be */
export function readAgentConfig(env: Environment, logger: Logger): AgentConfig {
  const token = secretOf(env, "TRUEUP_AGENT_TOKEN");
  const url = env.TRUEUP_BOT_URL;
  if (url !== undefined && token === undefined) {
    throw new AgentConfigError(
      "TRUEUP_BOT_URL is set and TRUEUP_AGENT_TOKEN is not; set it or TRUEUP_AGENT_TOKEN_FILE",
    );
  }
  const namespace = required({ TRUEUP_NAMESPACE: usualNamespace, ...env }, "TRUEUP_NAMESPACE", namespaceName);
  const confine = readConfinement(env, namespace);
  return {
    cluster: required(env, "TRUEUP_CLUSTER", /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/),
    ...(env.TRUEUP_KUBECONFIG ? { kubeconfig: env.TRUEUP_KUBECONFIG } : {}),
    dataDir: env.TRUEUP_DATA_DIR ?? "/var/lib/trueup",
    ...(url !== undefined && token !== undefined
      ? { bot: { url, token, allowHttp: env.TRUEUP_ALLOW_HTTP === "true" } }
      : {}),
    repositories: readRepositories(required(env, "TRUEUP_REPOSITORIES")),
    namespace,
    ...(confine === undefined ? {} : { confine }),
    pollMs: pollSeconds(env.TRUEUP_POLL_SECONDS ?? "30") * 1000,
    logger,
  };
}

const namespaceName = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** @throws AgentConfigError */
export function readConfinement(env: Environment, agentNamespace: string): Confinement | undefined {
  const text = env.TRUEUP_CONFINE;
  if (text === undefined) return undefined;
  const names = text.split(",").map((one) => one.trim());
  const wrong = names.find((one) => !namespaceName.test(one));
  if (wrong !== undefined) {
    throw new AgentConfigError(
      `TRUEUP_CONFINE is ${JSON.stringify(text)}; it is namespaces with commas between, and ${JSON.stringify(wrong)} is no namespace's name`,
    );
  }
  if (names.includes(agentNamespace)) {
    throw new AgentConfigError(
      `TRUEUP_CONFINE names ${agentNamespace}, the agent's own namespace, where its credentials lie; leave it out`,
    );
  }
  return [...new Set(names)];
}

function required(env: Environment, name: string, shape: RegExp = /./s): string {
  const value = env[name];
  if (value === undefined || value === "")
    throw new AgentConfigError(`${name} is not set; trueup agent --help says what it is`);
  if (!shape.test(value))
    throw new AgentConfigError(`${name} is ${JSON.stringify(value)}, which is no such name (${shape.source})`);
  return value;
}

function secretOf(env: Environment, name: string): string | undefined {
  const file = env[`${name}_FILE`];
  if (file === undefined) return env[name];
  return fileText(file, `${name}_FILE`).trim();
}

function fileText(file: string, name: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (thrown) {
    throw new AgentConfigError(`${name}: ${file} cannot be read (${(thrown as Error).message})`);
  }
}

function pollSeconds(text: string): number {
  const seconds = Number(text);
  if (Number.isFinite(seconds) && seconds >= 1) return seconds;
  throw new AgentConfigError(`TRUEUP_POLL_SECONDS is ${JSON.stringify(text)}; it is a number of seconds, at least 1`);
}

function readRepositories(setting: string): AgentRepository[] {
  const name = "TRUEUP_REPOSITORIES";
  let parsed: unknown;
  try {
    parsed = JSON.parse(/^\s*\[/.test(setting) ? setting : fileText(setting, name));
  } catch (thrown) {
    if (thrown instanceof AgentConfigError) throw thrown;
    throw new AgentConfigError(`${name} is no JSON (${(thrown as Error).message})`);
  }
  if (!Array.isArray(parsed) || parsed.length === 0)
    throw new AgentConfigError(`${name} must be a JSON list of at least one repository`);
  return parsed.map((entry, index) => readRepository(entry, `${name}[${index}]`));
}

const known = new Set(["id", "url", "transports", "usernameFile", "passwordFile", "branches", "paths"]);

function readRepository(entry: unknown, at: string): AgentRepository {
  if (typeof entry !== "object" || entry === null)
    throw new AgentConfigError(`${at} must be a mapping with id and url`);
  const {
    id,
    url,
    transports = ["https", "ssh"],
    usernameFile,
    passwordFile,
    branches,
    paths,
  } = entry as Record<string, unknown>;
  const unknown = Object.keys(entry).find((name) => !known.has(name));
  if (unknown !== undefined)
    throw new AgentConfigError(
      `${at} has an unknown field ${JSON.stringify(unknown)}; known are ${[...known].join(", ")}`,
    );
  if (!Number.isSafeInteger(id) || (id as number) < 1)
    throw new AgentConfigError(`${at}.id must be GitHub's number of the repository`);
  if (typeof url !== "string") throw new AgentConfigError(`${at}.url must be the URL that git fetches from`);
  for (const [field, value] of Object.entries({ transports, branches, paths })) {
    if (value !== undefined && !(Array.isArray(value) && value.every((one) => typeof one === "string"))) {
      throw new AgentConfigError(`${at}.${field} must be a list of texts`);
    }
  }
  for (const [field, value] of Object.entries({ usernameFile, passwordFile })) {
    if (value !== undefined && typeof value !== "string")
      throw new AgentConfigError(`${at}.${field} must be the path of a file`);
  }
  return {
    id: id as number,
    url,
    transports: transports as Transport[],
    // Read at each contact, so that a rotated token counts at once.
    async credential() {
      if (typeof passwordFile !== "string") return undefined;
      const username =
        typeof usernameFile === "string" ? fileText(usernameFile, `${at}.usernameFile`).trim() : "x-access-token";
      return { username, password: fileText(passwordFile, `${at}.passwordFile`).trim() };
    },
    ...(branches === undefined ? {} : { branches: branches as string[] }),
    ...(paths === undefined ? {} : { paths: paths as string[] }),
  };
}
