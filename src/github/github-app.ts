import { setTimeout as delay } from "node:timers/promises";
import { appJwt, readPrivateKey } from "./app-jwt.ts";
import { installationTokens, type TokenScope } from "./installation-tokens.ts";
import { createOctokit, type GitHubLog, type Octokit, orUndefined } from "./octokit.ts";
import { openRepository } from "./open-repository.ts";
import type { RepositoryClient } from "./repository-client.ts";
import { createWriteBudget, type Urgency, type WriteBudget, type WriteLimit } from "./write-budget.ts";

export interface GitHubAppOptions {
  appId: number;
  /** PEM, as GitHub makes it. */
  privateKey: string;
  /** `https://api.github.com`, or `https://host/api/v3`. */
  apiUrl: string;
  /** For each installation by itself. */
  writeLimits: readonly WriteLimit[];
  log: GitHubLog;
  /** Told how long a write waits for the installation's budget, in milliseconds. */
  waited?(ms: number): void;
  now?(): number;
  sleep?(ms: number): Promise<unknown>;
  random?(): number;
}

/** One attempt of GitHub's to deliver an event. */
export interface DeliveryAttempt {
  id: number;
  guid: string;
  event: string;
  /** Milliseconds since the epoch. */
  at: number;
  /** We answered 2xx. */
  delivered: boolean;
}

export interface GitHubApp {
  /** @param urgency of what is written; default: `urgent` */
  repository(id: number, installationId: number, urgency?: Urgency): RepositoryClient;
  /** For Git over HTTP: opens this repository only. */
  gitToken(id: number, installationId: number): Promise<string>;
  /** Installations that are not suspended. */
  installations(): Promise<number[]>;
  /** Repositories that the installation lets us into, archived ones left out. */
  repositoriesOf(installationId: number): Promise<number[]>;
  /** Newest first. */
  attempts(sinceMs: number): Promise<DeliveryAttempt[]>;
  /** What was sent in an attempt; undefined when GitHub has forgotten it. */
  payloadOf(attempt: DeliveryAttempt): Promise<unknown>;
}

const perPage = 100;
/** GitHub keeps deliveries for three days; so many pages of them are read at most, newest first. */
const mostDeliveryPages = 50;

/** The app as GitHub knows it. Nothing is asked before it is needed. @throws Error for a private key that is none */
export function createGitHubApp(options: GitHubAppOptions): GitHubApp {
  const { appId, apiUrl, writeLimits, log } = options;
  const { now = Date.now, sleep = delay, random = Math.random } = options;
  const key = readPrivateKey(options.privateKey);
  const shared = { apiUrl, log, now, sleep, random };
  // GitHub takes the app's own token by its clock, which ours may be far from.
  let skew = 0;
  const app = createOctokit({
    ...shared,
    authorization: async () => `Bearer ${appJwt(appId, key, now() + skew)}`,
    onUnauthorized(serverTime) {
      skew = serverTime - now();
    },
    // Tokens are no content: they do not count as writes.
    budget: createWriteBudget([], now, sleep),
  });
  const tokens = installationTokens(app, now);
  const budgets = new Map<number, WriteBudget>();
  const budgetOf = (installationId: number): WriteBudget => {
    const budget = budgets.get(installationId) ?? createWriteBudget(writeLimits, now, sleep, options.waited);
    budgets.set(installationId, budget);
    return budget;
  };
  const octokitOf = (scope: TokenScope, urgency?: Urgency): Octokit =>
    createOctokit({
      ...shared,
      authorization: async () => `token ${await tokens.token(scope)}`,
      onUnauthorized: () => tokens.forget(scope),
      budget: budgetOf(scope.installationId),
      urgency,
    });

  return {
    repository: (id, installationId, urgency) =>
      openRepository({ octokit: octokitOf({ installationId, repositoryId: id }, urgency), id, appId }),
    gitToken: (repositoryId, installationId) => tokens.token({ installationId, repositoryId }),
    async installations() {
      const found = await app.paginate(app.rest.apps.listInstallations, { per_page: perPage });
      return found
        .filter(({ suspended_at }) => suspended_at === null || suspended_at === undefined)
        .map(({ id }) => id);
    },
    async repositoriesOf(installationId) {
      const octokit = octokitOf({ installationId });
      const found = await octokit.paginate(octokit.rest.apps.listReposAccessibleToInstallation, { per_page: perPage });
      return found.filter(({ archived, disabled }) => !archived && !disabled).map(({ id }) => id);
    },
    async attempts(sinceMs) {
      const found: DeliveryAttempt[] = [];
      let pages = 0;
      for await (const { data } of app.paginate.iterator(app.rest.apps.listWebhookDeliveries, { per_page: perPage })) {
        for (const { id, guid, event, delivered_at, status_code } of data) {
          const at = Date.parse(delivered_at);
          if (at >= sinceMs) found.push({ id, guid, event, at, delivered: status_code >= 200 && status_code < 300 });
        }
        const oldest = Date.parse(data.at(-1)?.delivered_at ?? "");
        if (!(oldest >= sinceMs) || ++pages === mostDeliveryPages) break;
      }
      return found;
    },
    async payloadOf({ id }) {
      const answer = await orUndefined(app.rest.apps.getWebhookDelivery({ delivery_id: id }));
      return answer?.data.request.payload ?? undefined;
    },
  };
}
