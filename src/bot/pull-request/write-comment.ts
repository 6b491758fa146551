import {
  answersSection,
  mostAnswers,
  withAnswers,
  withAnswersOnly,
  withoutAnswers,
} from "../../core/report/answers.ts";
import { mostCommentCharacters } from "../../core/report/assemble.ts";
import { renderComment } from "../../core/report/comment.ts";
import { readMarker, withMarker, withoutMarker } from "../../core/report/marker.ts";
import type { PullRequestReport } from "../../core/report/report.ts";
import type { IssueComment, PullRequest, RepositoryClient } from "../../github/repository-client.ts";
import { type PullRequestRow, savePullRequest } from "../../store/pull-requests.ts";
import type { Database } from "../../store/schema.ts";
import { toldAnswers } from "../../store/told-answers.ts";
import { digestOf, timeless } from "./written-digest.ts";

/**
 * Brings the pull request's one comment to what the report says; edited in place, written again the first time that somebody deletes it,
 * put right when somebody edited it, found again by its marker when the store has lost it. What commands were answered stands below.
 * Nothing is written when it says so already, or the conversation is locked: the check tells it then. A new comment notifies people: a
 * draft gets one when it is ready, or somebody asks for something.
 *
 * The row's `comment_digest` is `<digest of the report>:<digest of the comment as GitHub keeps it>`.
 *
 * @returns when the comment was last edited, by GitHub's clock, and it says it since then; undefined when there is none that does
 */
export async function writeComment(
  db: Database,
  client: RepositoryClient,
  { number, locked, draft }: Pick<PullRequest, "number" | "locked" | "draft">,
  row: PullRequestRow,
  report: PullRequestReport,
): Promise<Date | undefined> {
  if (locked) return undefined;
  const answers = await toldAnswers(db, { repositoryId: client.id, pullRequest: number }, mostAnswers);
  const digest = digestOf(renderComment(timeless(report)), answersSection(answers));
  const { comment_id: id, comment_digest: written } = row;
  const isSame = id !== null && written?.startsWith(`${digest}:`) === true;
  const there = isSame ? await client.comment(number, id) : undefined;
  if (there !== undefined && written === `${digest}:${digestOf(there.body)}`) return new Date(there.updatedAt);

  const most = mostCommentCharacters - answersSection(answers).length;
  const body = withMarker(withAnswers(renderComment(report, most), answers), { pullRequest: number, digest });
  const isAsked = answers.length > 0 || row.allowed_sha === row.head_sha;
  const mayCreate = id === null ? !draft || isAsked || report.stage === "rollout" : !row.comment_returned;
  const comment = await write(client, number, isSame ? there?.id : (id ?? undefined), { body, digest }, mayCreate);
  if (comment === undefined) return undefined;
  await savePullRequest(db, {
    ...keyOf(row),
    comment_id: comment.id,
    comment_digest: `${digest}:${digestOf(comment.body)}`,
    comment_returned: row.comment_returned || (id !== null && comment.id !== id),
  });
  return new Date(comment.updatedAt);
}

/**
 * Brings what commands were answered into the comment of a pull request of which there is nothing more to say: it is closed, and what it
 * said last stays above.
 */
export async function writeAnswers(
  db: Database,
  client: RepositoryClient,
  { number, head, base }: PullRequest,
  known: PullRequestRow | undefined,
): Promise<void> {
  const answers = await toldAnswers(db, { repositoryId: client.id, pullRequest: number }, mostAnswers);
  if (answers.length === 0) return;
  const there = (await client.ownComments(number)).find(({ body }) => readMarker(body)?.pullRequest === number);
  const text = withAnswersOnly(there === undefined ? "### trueup" : withoutMarker(there.body), answers);
  if (there !== undefined && withoutMarker(there.body) === text) return;
  const digest = digestOf(text);
  const body = withMarker(text, { pullRequest: number, digest });
  const isGone = there === undefined && known !== undefined && known.comment_id !== null;
  const comment = await write(client, number, there?.id, { body, digest }, !(isGone && known.comment_returned));
  if (comment === undefined) return;
  await savePullRequest(db, {
    ...{ repository_id: client.id, number, head_sha: head.sha, base_sha: base.sha },
    comment_id: comment.id,
    comment_digest: `${digest}:${digestOf(comment.body)}`,
    ...(isGone && { comment_returned: true }),
  });
}

async function write(
  client: RepositoryClient,
  number: number,
  commentId: number | undefined,
  { body, digest }: { body: string; digest: string },
  mayCreate: boolean,
): Promise<IssueComment | undefined> {
  const edited = commentId === undefined ? undefined : await client.updateComment(commentId, body);
  if (edited !== undefined) return edited;
  const lost = (await client.ownComments(number)).find(({ body }) => readMarker(body)?.pullRequest === number);
  if (lost !== undefined && readMarker(lost.body)?.digest === digest && withoutFoot(lost.body) === withoutFoot(body)) {
    return lost;
  }
  const found = lost === undefined ? undefined : await client.updateComment(lost.id, body);
  return found ?? (mayCreate ? client.createComment(number, body) : undefined);
}

/** The last line tells times, which move though nothing has changed. */
function withoutFoot(body: string): string {
  const lines = withoutAnswers(body.replaceAll("\r\n", "\n").trimEnd());
  return lines.slice(0, lines.lastIndexOf("\n"));
}

function keyOf({ repository_id, number, head_sha, base_sha }: PullRequestRow) {
  return { repository_id, number, head_sha, base_sha };
}
