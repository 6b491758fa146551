import type { Answer } from "../core/report/answers.ts";
import type { Database } from "./schema.ts";

interface Place {
  repositoryId: number;
  pullRequest: number;
}

/** Remembers what a comment's command was answered, in the place of what it was answered before. */
export async function recordToldAnswer(
  db: Database,
  { repositoryId, pullRequest }: Place,
  answer: Answer,
): Promise<void> {
  const { commentId: comment_id, asked, by, text } = answer;
  await db
    .insertInto("told_answers")
    .values({ repository_id: repositoryId, pull_request: pullRequest, comment_id, asked, by, text })
    .onConflict((conflict) =>
      conflict.columns(["repository_id", "pull_request", "comment_id"]).doUpdateSet({ asked, by, text }),
    )
    .execute();
}

/** @returns what was asked last first, so many at most */
export async function toldAnswers(db: Database, { repositoryId, pullRequest }: Place, most: number): Promise<Answer[]> {
  const rows = await db
    .selectFrom("told_answers")
    .selectAll()
    .where("repository_id", "=", repositoryId)
    .where("pull_request", "=", pullRequest)
    .orderBy("comment_id", "desc")
    .limit(most)
    .execute();
  return rows.map(({ comment_id, asked, by, text }) => ({ commentId: comment_id, asked, by, text }));
}
