import { letCommentReturn } from "../../store/pull-requests.ts";
import { recordToldAnswer } from "../../store/told-answers.ts";
import type { Asked } from "./asked.ts";

/** Answers a command in the pull request's one comment. `text` is Markdown with everything foreign made inert. */
export async function answer({ context, client, pullRequest, comment }: Asked, text: string): Promise<void> {
  const place = { repositoryId: client.id, pullRequest: pullRequest.number };
  const asked = comment.body.trim().split("\n", 1)[0]!.trim();
  await context.inTransaction(async ({ db, wake }) => {
    await letCommentReturn(db, place);
    await recordToldAnswer(db, place, { commentId: comment.id, asked, by: comment.author, text });
    await wake({ kind: "pull-request", repositoryId: client.id, number: pullRequest.number }, { turn: "first" });
  });
}
