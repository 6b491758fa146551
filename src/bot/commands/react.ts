import { GitHubError } from "../../github/github-error.ts";
import type { BotContext, ReactionKey } from "../reconciler.ts";

/**
 * Tells by a reaction that a command was seen, or may not be given. It is a job of its own, since what was asked for is done also
 * where GitHub takes no reaction now, or never: a conversation may be locked.
 */
export async function react(context: BotContext, { repositoryId, commentId, content }: ReactionKey): Promise<void> {
  const client = await context.repository(repositoryId);
  try {
    await client.reactToComment(commentId, content);
  } catch (error) {
    if (!(error instanceof GitHubError) || error.kind !== "forbidden") throw error;
    context.log.warn({ err: error, commentId }, "a command got no reaction: GitHub forbids it");
  }
}
