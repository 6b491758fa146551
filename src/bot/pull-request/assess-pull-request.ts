import { hasErrors } from "../../core/manifest/finding.ts";
import type { PausedSystem } from "../../core/report/pauses.ts";
import type { PlanPoint, PullRequestReport } from "../../core/report/report.ts";
import { GitError } from "../../git/git-error.ts";
import type { PullRequest, RepositoryClient } from "../../github/repository-client.ts";
import { attended } from "../../store/attention.ts";
import { pausesOf } from "../../store/pauses.ts";
import { plansOf } from "../../store/plans.ts";
import type { PullRequestRow } from "../../store/pull-requests.ts";
import { validateSystems } from "../desired/validate-systems.ts";
import { formatJobKey } from "../job-key.ts";
import type { BotContext } from "../reconciler.ts";
import { agentsOf } from "./agents-of.ts";
import { readAnswers } from "./answers.ts";
import { askPlans, dropPlans, type PlanSubject, questionOf, rowOf } from "./ask-plans.ts";
import { overlapsOf } from "./overlaps.ts";
import { ofUnconfigured } from "./proposed-config.ts";
import { foldersOf, readProposal } from "./read-proposal.ts";
import { withStanding } from "./standing-findings.ts";
import { ofAnswers, ofConflicts, ofFindings, ofFork, ofNothing, ofUnreadable, type Said } from "./what-to-say.ts";

/** What an open pull request is looked at with. */
export interface Subject {
  row: PullRequestRow;
  baseSha: string;
  defaultBranch: string;
}

/** A repository that asks for more than we are willing to read is its owner's to mend. */
export async function assessPullRequest(
  context: BotContext,
  client: RepositoryClient,
  pullRequest: PullRequest,
  subject: Subject,
): Promise<Said> {
  try {
    return await assess(context, client, pullRequest, subject);
  } catch (error) {
    if (!(error instanceof GitError) || (error.kind !== "limit" && error.kind !== "refused")) throw error;
    const { number, head, base } = pullRequest;
    // What it would change is not known any more, so nobody is told of it.
    const at: PlanPoint = { headSha: head.sha, base: base.ref, baseSha: subject.baseSha };
    return withoutPlan(context, client, number, ofUnreadable(error.message, at));
  }
}

/** The base branch was read later than the pull request, and may have it already: then what was planned is what was merged. */
async function withoutPlan(
  context: BotContext,
  client: RepositoryClient,
  number: number,
  report: PullRequestReport,
): Promise<Said> {
  const now = await client.pullRequest(number);
  if (now?.state === "closed") return { report: undefined, lookAgain: undefined, closed: now };
  await dropPlans(context, client.id, number);
  return { report, lookAgain: undefined };
}

/** What keeps a merge from being deployed at once. */
async function pausesNow(
  { db, now }: BotContext,
  repositoryId: number,
  concerned: readonly { system: string }[],
): Promise<PausedSystem[]> {
  const names = new Set(concerned.map(({ system }) => system));
  return (await pausesOf(db, repositoryId, new Date(now())))
    .filter(({ system }) => names.has(system))
    .map(({ system, until, by, reason }) => ({
      system,
      until: until.toISOString(),
      by,
      ...(reason === null ? {} : { reason }),
    }));
}

/** From Git, what was asked and what was answered to what there is to say now. */
async function assess(
  context: BotContext,
  client: RepositoryClient,
  pullRequest: PullRequest,
  { row, baseSha, defaultBranch }: Subject,
): Promise<Said> {
  const { db } = context;
  const mirror = await context.mirror(client.id);
  const { number, head, base } = pullRequest;
  const at: PlanPoint = { headSha: head.sha, base: base.ref, baseSha };
  const done = (report: PullRequestReport) => withoutPlan(context, client, number, report);

  const proposal = await readProposal(mirror, { headSha: head.sha, baseSha, base: base.ref, defaultBranch });
  switch (proposal.kind) {
    case "conflicts":
      return done(ofConflicts(proposal.paths, at));
    case "unconfigured":
      return done(ofUnconfigured(await mirror.files(proposal.tree, ""), context.clusters, at));
    case "invalid-config":
      return done(ofFindings(proposal.findings, at));
    case "systems":
      if (proposal.concerned.length === 0) return done(ofNothing(proposal, at));
  }

  const { tree } = proposal;
  const subject: PlanSubject = { repositoryId: client.id, number, headSha: head.sha, baseSha, base: base.ref, tree };
  const asked = await plansOf(db, client.id, number);
  const questions = proposal.concerned.map((input) => ({ input, ...questionOf(subject, input) }));
  const folders = foldersOf(proposal.concerned);
  // What was asked was valid, and a commit stays what it is.
  const unasked = questions.filter((question) => rowOf(asked, question) === undefined);
  const findings = await validateSystems(
    context.validator,
    mirror,
    proposal.tree,
    unasked.map(({ input }) => input.system),
  );
  const withBase = <R extends PullRequestReport>(report: R) =>
    withStanding(report, { validator: context.validator, mirror, concerned: proposal.concerned });
  if (hasErrors(findings)) return done(await withBase(ofFindings(findings, at, folders)));
  if (head.repositoryId !== client.id && row.allowed_sha !== head.sha) return done(ofFork(at));

  const rows = await askPlans(context, subject, questions);
  const key = formatJobKey({ kind: "pull-request", repositoryId: client.id, number });
  const isAttended = (await attended(db, [key])).has(key);
  const answers = readAnswers(questions, rows, await agentsOf(context, rows), { now: context.now(), isAttended });
  const overlaps = await overlapsOf(context, client.id, number);
  const pauses = await pausesNow(context, client.id, questions);
  const planUrl = context.planUrl(client.id, number);
  const planned: PlanPoint = { ...at, ...(planUrl === undefined ? {} : { planUrl }) };
  const said = ofAnswers({ ...answers, overlaps, pauses, folders }, proposal.rules, planned, context.now());
  return said.report === undefined ? said : { ...said, report: await withBase(said.report) };
}
