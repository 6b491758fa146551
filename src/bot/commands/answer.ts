import { letCommentReturn } from "../../store/pull-requests.ts";
import type { Database } from "../../store/schema.ts";
import { recordToldAnswer } from "../../store/told-answers.ts";
import type { Asked } from "./asked.ts";

/** Answers a command in the pull request's one comment. `text` is Markdown with everything foreign made inert. */
export async function answer(asked: Asked, text: string): Promise<void> {
  const { context, client, pullRequest } = asked;
  await context.inTransaction(async ({ db, wake }) => {
    await noteAnswer(asked, db, text);
    await wake({ kind: "pull-request", repositoryId: client.id, number: pullRequest.number }, { turn: "asked" });
  });
}

/** The same, by whoever wakes the pull request in the same transaction, and after it. */
export async function noteAnswer({ client, pullRequest, comment }: Asked, db: Database, text: string): Promise<void> {
  const place = { repositoryId: client.id, pullRequest: pullRequest.number };
  const asked = comment.body.trim().split("\n", 1)[0]!.trim();
  await letCommentReturn(db, place);
  await recordToldAnswer(db, place, { commentId: comment.id, asked, by: comment.author, text });
}
