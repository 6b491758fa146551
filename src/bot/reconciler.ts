import type { Logger } from "pino";
import type { Validator } from "../core/schema/validator.ts";
import type { Mirror } from "../git/mirror.ts";
import type { RepositoryClient } from "../github/repository-client.ts";
import type { AgentMessage } from "../link/messages.ts";
import type { JobTime } from "../store/jobs.ts";
import type { Database } from "../store/schema.ts";
import type { JobKey, Reaction } from "./job-key.ts";
import type { Fidelity } from "./pull-request/fidelity.ts";

/** What a reconciler works with. It lives for one job: `log` names the job, and a repository's facts are read once. */
export interface BotContext {
  /** Inside {@link Reconcilers.onAgentMessage} a transaction. */
  db: Database;
  log: Logger;
  /** Milliseconds since the epoch. */
  now(): number;
  /** @throws RepositoryGone when the app is not (or no longer) installed there; the job is dropped then */
  repository(id: number): Promise<RepositoryClient>;
  /** The repository's bare mirror, fetching with the installation's token. One per repository, shared by all jobs. */
  mirror(id: number): Promise<Mirror>;
  validator: Validator;
  /**
   * Asks for a look at the key, through `db`, so that in a transaction it counts when that commits. The same key again is
   * the same job, at the earliest of the times asked for; also from inside that key's own job.
   */
  wake(key: JobKey, time?: JobTime): Promise<void>;
  /**
   * What is written and whom it wakes, both or neither: a crash in between would lose the wake. Nothing outside the store is asked
   * meanwhile. Transactions take what they lock in one order, or two of them wait for one another: plans, commands, jobs.
   *
   * @param work gets the context on a transaction, and uses no other; inside a transaction it goes on in that one
   */
  inTransaction<T>(work: (context: BotContext) => Promise<T>): Promise<T>;
  /** Where people read a pull request's whole plan; undefined when there are no pages. */
  planUrl(repositoryId: number, pullRequest: number): string | undefined;
  /** Counts one object of a merge that was applied, by what became of it. */
  compared(fidelity: Fidelity): void;
  /** From when on every agent that dialled in was heard, milliseconds since the epoch; before, silence says nothing. */
  listeningSince(): number;
  /** Clusters that an agent token is configured for; a system that names another one can never be planned. */
  clusters: readonly string[];
}

export interface PullRequestKey {
  repositoryId: number;
  number: number;
}

export interface BranchKey {
  repositoryId: number;
  branch: string;
}

export interface MergeGroupKey {
  repositoryId: number;
  /** The candidate commit that the check belongs on. */
  sha: string;
  /** `gh-readonly-queue/<base branch>/pr-<number>-<base SHA>`, hostile until checked. */
  ref: string;
}

export interface CommandKey {
  repositoryId: number;
  number: number;
  commentId: number;
  /** What the comment said when it was written; undefined when that is not known. */
  words?: string;
}

export interface ReactionKey {
  repositoryId: number;
  commentId: number;
  content: Reaction;
}

/**
 * What looks at a key: reads the truth and moves towards it. Each may run again at any time, and after a crash in the middle; the
 * same key never runs twice at once. Throwing makes it run again later (a `GitHubError` `rate-limited` at the time it names).
 */
export interface Reconcilers {
  reconcilePullRequest(context: BotContext, key: PullRequestKey): Promise<void>;
  /** Called for pushes, and by the sweep for the default branch and each branch that was rolled out; wakes the other branches
   * that the configuration on this one tracks. */
  reconcileBranch(context: BotContext, key: BranchKey): Promise<void>;
  reconcileMergeGroup(context: BotContext, key: MergeGroupKey): Promise<void>;
  /** Only comments whose first word is `/trueup` come here. */
  runCommand(context: BotContext, key: CommandKey): Promise<void>;
  react(context: BotContext, key: ReactionKey): Promise<void>;
  /**
   * Takes an agent's word into the store and wakes whoever it concerns, in one transaction with the acknowledgement: no request
   * to anything else. The same message may come again. `heartbeat`s are recorded already and plan results are recorded, and their
   * pull request woken, already; sync and drift messages are this function's.
   */
  onAgentMessage(context: BotContext, cluster: string, message: AgentMessage): Promise<void>;
}
