import type { Logger } from "pino";
import type { GitHubApp } from "../github/github-app.ts";
import { forgetAttention } from "../store/attention.ts";
import { forgetCommands } from "../store/commands.ts";
import { forgetDeliveries } from "../store/deliveries.ts";
import { enqueueJob } from "../store/jobs.ts";
import { recordRepository } from "../store/repositories.ts";
import { trackedBranches } from "../store/rollouts.ts";
import type { Database } from "../store/schema.ts";
import { touchingPullRequests } from "../store/touches.ts";
import { formatJobKey } from "./job-key.ts";
import type { BotContext } from "./reconciler.ts";

export interface SweepParts {
  db: Database;
  github: GitHubApp;
  log: Logger;
  now(): number;
}

/** GitHub forgets deliveries after three days, and agents ask for nothing so old. */
const keptMs = 7 * 24 * 3_600_000;

/** Asks for a look at every repository that the app is installed on, and forgets what is over. */
export async function sweepInstallations({ db, github, log, now }: SweepParts): Promise<void> {
  const before = new Date(now() - keptMs);
  await forgetDeliveries(db, before);
  await forgetCommands(db, before);
  await forgetAttention(db, before);
  for (const installationId of await github.installations()) {
    const repositories = await github.repositoriesOf(installationId);
    for (const repositoryId of repositories) {
      await recordRepository(db, repositoryId, installationId);
      await enqueueJob(db, formatJobKey({ kind: "repository", repositoryId }));
    }
    log.debug({ installationId, repositories: repositories.length }, "installation swept");
  }
}

/** Asks for a look at everything that is open in a repository, or was when it was last looked at: its pull requests and the branches that it deploys from. */
export async function sweepRepository(context: BotContext, repositoryId: number): Promise<void> {
  const repository = await context.repository(repositoryId);
  const { defaultBranch } = await repository.info();
  const branches = new Set([defaultBranch, ...(await trackedBranches(context.db, repositoryId))]);
  for (const branch of branches) await context.wake({ kind: "branch", repositoryId, branch });
  const open = (await repository.openPullRequests()).map(({ number }) => number);
  // One that is open no more, and whose last hint was lost, is told to others until it is looked at.
  const told = await touchingPullRequests(context.db, repositoryId);
  for (const number of new Set([...open, ...told])) {
    await context.wake({ kind: "pull-request", repositoryId, number }, { turn: "last" });
  }
}
