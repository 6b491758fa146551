import type { Logger } from "pino";
import type { GitHubApp } from "../github/github-app.ts";
import { forgetDeliveries, recordDelivery, unknownDeliveries } from "../store/deliveries.ts";
import { enqueueJob } from "../store/jobs.ts";
import { recordRepository } from "../store/repositories.ts";
import { trackedBranches } from "../store/rollouts.ts";
import type { Database } from "../store/schema.ts";
import { deliveryOf } from "./intake/webhook-app.ts";
import { formatJobKey } from "./job-key.ts";
import type { BotContext } from "./reconciler.ts";

export interface SweepParts {
  db: Database;
  github: GitHubApp;
  appId: number;
  log: Logger;
  now(): number;
}

/** GitHub keeps its log of deliveries for three days: https://docs.github.com/en/webhooks/testing-and-troubleshooting-webhooks */
const deliveriesKeptMs = 3 * 24 * 3_600_000;
/** A command that comes to light later than this is no longer what somebody wants now. */
const commandsKeptMs = 3_600_000;

/** Asks for a look at every repository that the app is installed on. */
export async function sweepInstallations({ db, github, log }: SweepParts): Promise<void> {
  for (const installationId of await github.installations()) {
    const repositories = await github.repositoriesOf(installationId);
    for (const repositoryId of repositories) {
      await recordRepository(db, repositoryId, installationId);
      await enqueueJob(db, formatJobKey({ kind: "repository", repositoryId }));
    }
    log.debug({ installationId, repositories: repositories.length }, "installation swept");
  }
}

/** Asks for a look at everything that is open in a repository: its pull requests and the branches that it deploys from. */
export async function sweepRepository(context: BotContext, repositoryId: number): Promise<void> {
  const repository = await context.repository(repositoryId);
  const { defaultBranch } = await repository.info();
  const branches = new Set([defaultBranch, ...(await trackedBranches(context.db, repositoryId))]);
  for (const branch of branches) await context.wake({ kind: "branch", repositoryId, branch });
  for (const { number } of await repository.openPullRequests()) {
    await context.wake({ kind: "pull-request", repositoryId, number });
  }
}

/** Takes from GitHub's log what it could not deliver to us: lost on the way, or answered with an error. */
export async function recoverDeliveries({ db, github, appId, log, now }: SweepParts): Promise<void> {
  await forgetDeliveries(db, new Date(now() - 2 * deliveriesKeptMs));
  const attempts = await github.attempts(now() - deliveriesKeptMs);
  const delivered = new Set(attempts.filter(({ delivered }) => delivered).map(({ guid }) => guid));
  // Every attempt has the same payload; the oldest tells when it happened.
  const lost = new Map(attempts.filter(({ guid }) => !delivered.has(guid)).map((attempt) => [attempt.guid, attempt]));
  const unknown = new Set(await unknownDeliveries(db, [...lost.keys()]));
  for (const attempt of lost.values()) {
    const { guid, event, at } = attempt;
    if (!unknown.has(guid) || (event === "issue_comment" && at < now() - commandsKeptMs)) continue;
    const payload = await github.payloadOf(attempt);
    if (payload === undefined) continue;
    try {
      await recordDelivery(db, deliveryOf(guid, event, payload, appId));
      log.info({ delivery: guid, event }, "a lost delivery was recovered");
    } catch (error) {
      log.warn({ delivery: guid, event, err: error }, "a lost delivery could not be read");
    }
  }
}
