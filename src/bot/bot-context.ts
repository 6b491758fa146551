import type { Logger } from "pino";
import type { Validator } from "../core/schema/validator.ts";
import type { Mirror } from "../git/mirror.ts";
import type { GitHubApp } from "../github/github-app.ts";
import { GitHubError } from "../github/github-error.ts";
import type { RepositoryClient, RepositoryInfo } from "../github/repository-client.ts";
import type { Urgency } from "../github/write-budget.ts";
import { enqueueJob } from "../store/jobs.ts";
import { installationOf } from "../store/repositories.ts";
import type { Database } from "../store/schema.ts";
import { RepositoryGone } from "./job-failure.ts";
import { formatJobKey } from "./job-key.ts";
import type { BotContext } from "./reconciler.ts";

export interface ContextParts {
  github: GitHubApp;
  mirrorOf(repository: RepositoryInfo): Promise<Mirror>;
  validator: Validator;
  clusters: readonly string[];
  planUrl: BotContext["planUrl"];
  compared: BotContext["compared"];
  listeningSince: BotContext["listeningSince"];
  now(): number;
}

/**
 * A context for one job or message: on the store, or on a transaction of it.
 * @param urgency of what is written to GitHub
 */
export function createContext(
  parts: ContextParts,
  db: Database,
  log: Logger,
  urgency: Urgency = "background",
): BotContext {
  const { github, mirrorOf, validator, clusters, planUrl, compared, listeningSince, now } = parts;
  const opened = new Map<number, Promise<RepositoryClient>>();
  const repository = (id: number): Promise<RepositoryClient> => {
    let client = opened.get(id);
    if (client === undefined) {
      client = open(id);
      opened.set(id, client);
    }
    return client;
  };

  async function open(id: number): Promise<RepositoryClient> {
    const client = github.repository(id, await installationFor(db, id), urgency);
    try {
      await client.info();
    } catch (error) {
      if (!(error instanceof GitHubError) || (error.kind !== "not-found" && error.kind !== "forbidden")) throw error;
      throw new RepositoryGone(`repository ${id} is closed to the app: ${error.message}`, { cause: error });
    }
    return client;
  }

  const contextOn = (on: Database): BotContext => ({
    db: on,
    log,
    now,
    repository,
    mirror: async (id) => mirrorOf(await (await repository(id)).info()),
    validator,
    wake: (key, time) => enqueueJob(on, formatJobKey(key), time),
    inTransaction: (work) =>
      on.isTransaction ? work(contextOn(on)) : on.transaction().execute((transaction) => work(contextOn(transaction))),
    planUrl,
    compared,
    listeningSince,
    clusters,
  });
  return contextOn(db);
}

/** @throws RepositoryGone when none is known */
export async function installationFor(db: Database, repositoryId: number): Promise<number> {
  const found = await installationOf(db, repositoryId);
  if (found === undefined) throw new RepositoryGone(`no installation is known for repository ${repositoryId}`);
  return found;
}
