import { wakePaused } from "./commands/pause.ts";
import type { JobKey } from "./job-key.ts";
import type { BotContext, Reconcilers } from "./reconciler.ts";
import { rerunChecks } from "./rerun.ts";
import { type SweepParts, sweepInstallations, sweepRepository } from "./sweep.ts";

/** GitHub's limit for an installation is 5,000 requests an hour at least; a sweep takes some for everything that is open. */
const sweepEveryMs = 30 * 60_000;
/** One request, when nothing was lost. */
const recoverEveryMs = 60_000;

export interface JobParts {
  reconcilers: Reconcilers;
  sweep: SweepParts;
  /** Takes from GitHub's log what was never stored. */
  recoverDeliveries(): Promise<void>;
}

/** Follows one hint. */
export async function runJob(key: JobKey, context: BotContext, parts: JobParts): Promise<void> {
  const { reconcilers } = parts;
  switch (key.kind) {
    case "pull-request":
      return reconcilers.reconcilePullRequest(context, key);
    case "branch":
      return reconcilers.reconcileBranch(context, key);
    case "merge-group":
      return reconcilers.reconcileMergeGroup(context, key);
    case "command":
      return reconcilers.runCommand(context, key);
    case "reaction":
      return reconcilers.react(context, key);
    case "rerun":
      return rerunChecks(context, key.repositoryId, key.sha);
    case "paused":
      return wakePaused(context, key.repositoryId);
    case "repository":
      return sweepRepository(context, key.repositoryId);
    case "sweep":
      await sweepInstallations(parts.sweep);
      return context.wake(key, { delayMs: sweepEveryMs });
    case "lost-deliveries":
      await parts.recoverDeliveries();
      return context.wake(key, { delayMs: recoverEveryMs });
  }
}
