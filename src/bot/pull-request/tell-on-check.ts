import { type Answer, answersSection, mostAnswers, withAnswersOnly } from "../../core/report/answers.ts";
import { type CheckReport, checkOfRollout } from "../../core/report/check.ts";
import type { RolloutReport } from "../../core/report/report.ts";
import type { OwnCheck, PullRequest, RepositoryClient } from "../../github/repository-client.ts";
import { type PullRequestRow, siblingsOf } from "../../store/pull-requests.ts";
import type { Database } from "../../store/schema.ts";
import { toldAnswers } from "../../store/told-answers.ts";
import { besides, bringTo, whatOf } from "./write-check.ts";
import { digestOf } from "./written-digest.ts";

/**
 * Tells a merged pull request's story on the check run of its head, where the conversation is locked and takes no comment: it replaces
 * what was planned, and is edited in place. Where an open pull request has the same head, the check stays that one's, for its
 * merge waits for it, and the story has a run of its own name beside it.
 */
export async function tellRollout(
  db: Database,
  client: RepositoryClient,
  { number, head }: PullRequest,
  row: PullRequestRow,
  report: RolloutReport,
): Promise<void> {
  const of = await ownRun(db, client, { ...row, head_sha: head.sha });
  const check = checkOfRollout(report, await answersOn(db, client, number));
  await bringTo(client, head.sha, { ...check, externalId: besides(`${story}${report.sha.slice(0, 16)}`, check) }, of);
}

/** @returns the number of a pull request whose head's check is another's, to name its own run by */
async function ownRun(
  db: Database,
  client: RepositoryClient,
  row: Pick<PullRequestRow, "number" | "head_sha">,
): Promise<number | undefined> {
  const siblings = await siblingsOf(db, { ...row, repository_id: client.id });
  return siblings.some(({ check_digest }) => check_digest !== null) ? row.number : undefined;
}

/** Brings what commands were answered into the check run of a pull request of which there is nothing more to say. */
export async function tellAnswers(
  db: Database,
  client: RepositoryClient,
  { number, head }: PullRequest,
): Promise<void> {
  const answers = await answersOn(db, client, number);
  if (answers.length === 0) return;
  const of = await ownRun(db, client, { number, head_sha: head.sha });
  const [newest] = await client.ownChecks(head.sha, of);
  const check = newest === undefined ? nothingElse : asItStands(newest);
  const what = newest === undefined ? digestOf(head.sha) : whatOf(newest.externalId);
  const externalId = besides(what, answersSection(answers));
  await bringTo(client, head.sha, { ...check, summary: withAnswersOnly(check.summary, answers), externalId }, of);
}

const story = "rollout/";

/** The check run tells how a merge goes, and waits for no plan. */
export const tellsRollout = ({ externalId }: OwnCheck): boolean => externalId?.startsWith(story) === true;

const answersOn = (db: Database, { id }: RepositoryClient, number: number): Promise<Answer[]> =>
  toldAnswers(db, { repositoryId: id, pullRequest: number }, mostAnswers);

const nothingElse: CheckReport = {
  status: "completed",
  conclusion: "success",
  title: "Answered",
  summary: "### trueup",
  annotations: [],
};

function asItStands({ status, conclusion, title, summary, text }: OwnCheck): CheckReport {
  const ours = (["success", "failure", "action_required"] as const).find((one) => one === conclusion);
  return {
    status: status === "completed" ? "completed" : "in_progress",
    ...(ours === undefined ? {} : { conclusion: ours }),
    title: title ?? "trueup",
    summary: summary ?? "### trueup",
    ...(text === undefined ? {} : { text }),
    annotations: [],
  };
}
