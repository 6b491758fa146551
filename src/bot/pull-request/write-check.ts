import { answersSection, mostAnswers } from "../../core/report/answers.ts";
import { type CheckReport, checkOf } from "../../core/report/check.ts";
import type { PullRequestReport } from "../../core/report/report.ts";
import type { PullRequest, RepositoryClient } from "../../github/repository-client.ts";
import { type PullRequestRow, savePullRequest, siblingsOf, writeAgain } from "../../store/pull-requests.ts";
import { toldAnswers } from "../../store/told-answers.ts";
import type { BotContext } from "../reconciler.ts";
import { digestOf, timeless } from "./written-digest.ts";

/** From best to worst. */
const verdicts = ["success", "in_progress", "action_required", "failure"] as const;
type Verdict = (typeof verdicts)[number];

/** What another pull request on the same head commit came to. */
export interface SiblingVerdict {
  number: number;
  verdict: Verdict;
}

/**
 * Brings the check run `trueup` on the pull request's head to what the report says. A completed run cannot go back: a new one of
 * the same name replaces it. Pull requests on one head share it: the worst verdict is shown, and a changed one wakes the others.
 * That a plan is made again, and what commands were answered, it tells only where a locked conversation takes no comment.
 *
 * The row's `check_digest` is `<own verdict>:<digest of what was written>`.
 */
export async function writeCheck(
  context: BotContext,
  client: RepositoryClient,
  { locked }: Pick<PullRequest, "locked">,
  row: PullRequestRow,
  report: PullRequestReport,
): Promise<void> {
  const lasting = withoutAgain(report);
  const place = { repositoryId: client.id, pullRequest: row.number };
  const answers = locked ? await toldAnswers(context.db, place, mostAnswers) : [];
  const check = locked ? checkOf(report, answers) : checkOf(lasting);
  if (check === undefined) return;
  const { repository_id, number, head_sha, base_sha } = row;
  const key = { repository_id, number, head_sha, base_sha };
  const verdict = verdictOf(check);
  const rows = await siblingsOf(context.db, row);
  const siblings = rows.flatMap(({ number, check_digest }) => {
    const verdict = readVerdict(check_digest);
    return verdict === undefined ? [] : [{ number, verdict }];
  });
  const what = digestOf(head_sha, withSiblings(checkOf(timeless(lasting))!, siblings));
  const isBare = !locked || (answers.length === 0 && lasting === report);
  const written = isBare ? what : besides(what, [answersSection(answers), lasting === report]);
  const digest = `${verdict}:${written}`;
  if (row.check_digest === digest) return;

  if (readVerdict(row.check_digest) !== verdict) {
    // Told before writing, so that of two pull requests at once the one that writes last knows both verdicts.
    await context.inTransaction(async ({ db, wake }) => {
      await savePullRequest(db, { ...key, check_digest: `${verdict}:` });
      // A merged one too: what it has told there is about to be written over.
      for (const { number } of rows)
        await wake({ kind: "pull-request", repositoryId: repository_id, number }, { turn: "last" });
    });
  }
  const wanted = { ...withSiblings(check, siblings), externalId: written };
  const checkId =
    row.check_digest === writeAgain
      ? await client.createCheck(head_sha, wanted)
      : await bringTo(client, head_sha, wanted);
  await savePullRequest(context.db, { ...key, check_id: checkId, check_digest: digest });
}

/** A note for those who read along, and no other plan: nobody is to wait for a check that is there. */
function withoutAgain(report: PullRequestReport): PullRequestReport {
  if (!("again" in report)) return report;
  const { again: _, ...lasting } = report;
  return lasting;
}

/** A name for what a check run is about, with what it tells besides; the same with other words is edited in place. */
export const besides = (what: string, told: unknown): string => `${what}+${digestOf(told)}`;

export const whatOf = (externalId = ""): string => externalId.split("+", 1)[0]!;

/**
 * Updates the run that is open or is about the same, else makes a new one; none when the newest is just this one (we ended before
 * noting it).
 * @param of the pull request that has the run to itself; without one it is the head's
 */
export async function bringTo(client: RepositoryClient, sha: string, check: CheckReport, of?: number): Promise<number> {
  const newest = (await client.ownChecks(sha, of))[0];
  if (newest?.externalId === check.externalId && newest?.status === check.status) return newest.id;
  if (newest === undefined) return client.createCheck(sha, check, of);
  const isSame = newest.externalId !== undefined && whatOf(newest.externalId) === whatOf(check.externalId);
  if (newest.status === "completed" && !(isSame && check.status === "completed"))
    return client.createCheck(sha, check, of);
  // Its annotations are there already.
  await client.updateCheck(newest.id, newest.status === "completed" ? { ...check, annotations: [] } : check);
  return newest.id;
}

/** The check as the head commit gets it: of all its pull requests the worst verdict wins. */
export function withSiblings(check: CheckReport, siblings: readonly SiblingVerdict[]): CheckReport {
  const own = verdictOf(check);
  const worst = siblings.toSorted((a, b) => rank(b.verdict) - rank(a.verdict))[0];
  if (worst === undefined || rank(worst.verdict) <= rank(own)) return check;
  const told = `Pull request #${worst.number} has the same head commit and is at \`${worst.verdict}\`; this check is the worst of both.`;
  const { conclusion: _, ...rest } = check;
  return {
    ...rest,
    ...(worst.verdict === "in_progress"
      ? { status: "in_progress" }
      : { status: "completed", conclusion: worst.verdict }),
    title: `${check.title} · waits for #${worst.number}`,
    summary: `${told}\n\n${check.summary}`,
  };
}

const rank = (verdict: Verdict): number => verdicts.indexOf(verdict);

function verdictOf({ conclusion }: CheckReport): Verdict {
  return conclusion ?? "in_progress";
}

/** What the check came to, by a row's `check_digest`. */
export function readVerdict(digest: string | null): Verdict | undefined {
  return verdicts.find((verdict) => digest?.startsWith(`${verdict}:`));
}
