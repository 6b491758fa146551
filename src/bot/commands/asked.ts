import type { IssueComment, PullRequest, RepositoryClient } from "../../github/repository-client.ts";
import type { BotContext } from "../reconciler.ts";

/** What is done for a command, in one transaction with the entry in the audit trail: a crash leaves both or neither. */
export interface Deed {
  /** For the audit trail. */
  outcome: string;
  /** Nothing outside the store is asked in it. */
  carryOut(inside: BotContext): Promise<void>;
}

/** A command on its way: who asked for what, where. */
export interface Asked {
  context: BotContext;
  client: RepositoryClient;
  pullRequest: PullRequest;
  comment: IssueComment;
  /** Names this asking: the same comment with the same first line is one. */
  cause: string;
  /** Names its first line, by `wordsOf`. */
  words: string;
  /** Whether the comment says what it said when its author wrote it: whoever may write here may edit it. */
  isAsWritten: boolean;
}
