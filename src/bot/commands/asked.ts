import type { IssueComment, PullRequest, RepositoryClient } from "../../github/repository-client.ts";
import type { BotContext } from "../reconciler.ts";

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
