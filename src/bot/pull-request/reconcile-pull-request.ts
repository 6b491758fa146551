import type { Plan } from "../../core/plan/plan.ts";
import type { PlanPoint, PullRequestReport } from "../../core/report/report.ts";
import type { PullRequest, RepositoryClient } from "../../github/repository-client.ts";
import type { PlanResult } from "../../link/messages.ts";
import { findAgent } from "../../store/agents.ts";
import { recordAudit } from "../../store/audit.ts";
import { type PlanRow, plansOf } from "../../store/plans.ts";
import { findPullRequest, forgetChecksOf, type PullRequestRow, savePullRequest } from "../../store/pull-requests.ts";
import { type RolloutRow, rolloutsOfPullRequest } from "../../store/rollouts.ts";
import { hasErrors } from "../desired/read-config.ts";
import { validateSystems } from "../desired/validate-systems.ts";
import type { BotContext, PullRequestKey } from "../reconciler.ts";
import { type Agents, readAnswers } from "./answers.ts";
import { askPlans, dropPlans, type PlanSubject, questionOf, rowOf } from "./ask-plans.ts";
import { ofUnconfigured } from "./proposed-config.ts";
import { readProposal } from "./read-proposal.ts";
import { rolloutStory } from "./rollout-story.ts";
import { ofAnswers, ofConflicts, ofFindings, ofFork, ofNothing, removedSentences, type Said } from "./what-to-say.ts";
import { writeCheck } from "./write-check.ts";
import { writeComment } from "./write-comment.ts";

/**
 * Looks at a pull request and moves its comment and check towards what is true of it now: while it is open, the plan of what
 * merging would do; once it is merged, how that goes out.
 */
export async function reconcilePullRequest(context: BotContext, key: PullRequestKey): Promise<void> {
  const client = await context.repository(key.repositoryId);
  const pullRequest = await client.pullRequest(key.number);
  if (pullRequest === undefined) return;
  if (pullRequest.state === "closed") return reconcileClosed(context, client, pullRequest);

  const { defaultBranch } = await client.info();
  const baseSha = await client.branch(pullRequest.base.ref);
  if (baseSha === undefined) return;
  const row = await rowFor(context, client.id, pullRequest, baseSha);
  const { report, lookAgain } = await assess(context, client, pullRequest, { row, baseSha, defaultBranch });
  if (report !== undefined) {
    await writeComment(context.db, client, pullRequest, row, report);
    await writeCheck(context, client, row, report);
  }
  if (lookAgain !== undefined) await context.wake({ kind: "pull-request", ...key }, Math.ceil(lookAgain));
}

/** From Git, what was asked and what was answered to what there is to say now. */
async function assess(
  context: BotContext,
  client: RepositoryClient,
  pullRequest: PullRequest,
  { row, baseSha, defaultBranch }: { row: PullRequestRow; baseSha: string; defaultBranch: string },
): Promise<Said> {
  const { db } = context;
  const mirror = await context.mirror(client.id);
  const { number, head, base } = pullRequest;
  const at: PlanPoint = { headSha: head.sha, base: base.ref, baseSha };
  const done = async (report: PullRequestReport): Promise<Said> => {
    await dropPlans(db, client.id, number);
    return { report, lookAgain: undefined };
  };

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

  const subject: PlanSubject = { repositoryId: client.id, number, headSha: head.sha, baseSha, tree: proposal.tree };
  const asked = await plansOf(db, client.id, number);
  const questions = proposal.concerned.map((input) => ({ input, ...questionOf(subject, input) }));
  // What was asked was valid, and a commit stays what it is.
  const unasked = questions.filter((question) => rowOf(asked, question) === undefined);
  const findings = await validateSystems(
    context.validator,
    mirror,
    proposal.tree,
    unasked.map(({ input }) => input.system),
  );
  if (hasErrors(findings)) return done(ofFindings(findings, at));
  if (head.repositoryId !== client.id && row.allowed_sha !== head.sha) return done(ofFork(at));

  const rows = await askPlans(db, subject, questions, new Date(context.now()));
  const answers = readAnswers(questions, rows, await agentsOf(context, rows), context.now());
  return ofAnswers(answers, removedSentences(proposal), at, context.now());
}

/** Merged: the rollouts' story in the same comment. Closed: nobody waits for its plan any more. */
async function reconcileClosed(context: BotContext, client: RepositoryClient, pullRequest: PullRequest): Promise<void> {
  const { number, merged, base } = pullRequest;
  if (!merged) await dropPlans(context.db, client.id, number);
  const known = await findPullRequest(context.db, client.id, number);
  if (known !== undefined && known.check_digest !== null) await leaveCheck(context, known);

  const rollouts = merged ? await rolloutsOfPullRequest(context.db, client.id, number) : [];
  const report = rolloutStory(rollouts, plansBySystem(await plansOf(context.db, client.id, number)));
  if (report === undefined) return;
  await recordMerge(context, client.id, pullRequest, rollouts);
  const row = known ?? (await rowFor(context, client.id, pullRequest, base.sha));
  await writeComment(context.db, client, pullRequest, row, report);
}

async function recordMerge(
  { db }: BotContext,
  repositoryId: number,
  { number, base, mergedBy, author, mergeSha }: PullRequest,
  rollouts: readonly RolloutRow[],
): Promise<void> {
  for (const { system, sha } of rollouts) {
    await recordAudit(db, {
      key: `merge:${repositoryId}:${number}:${system}`,
      who: mergedBy ?? author,
      what: `merged #${number} into ${base.ref}, for ${system}`,
      repositoryId,
      system,
      sha: mergeSha ?? sha,
    });
  }
}

/** A closed pull request has no say any more in a check that it shared; what it wrote there is written over by the others. */
async function leaveCheck({ db, wake }: BotContext, row: PullRequestRow): Promise<void> {
  const { repository_id: repositoryId, number, head_sha, base_sha } = row;
  const sharing = await forgetChecksOf(db, repositoryId, head_sha);
  await savePullRequest(db, { repository_id: repositoryId, number, head_sha, base_sha, check_digest: null });
  for (const other of sharing) if (other !== number) await wake({ kind: "pull-request", repositoryId, number: other });
}

async function rowFor(
  { db }: BotContext,
  repositoryId: number,
  { number, head }: PullRequest,
  baseSha: string,
): Promise<PullRequestRow> {
  await savePullRequest(db, { repository_id: repositoryId, number, head_sha: head.sha, base_sha: baseSha });
  return (await findPullRequest(db, repositoryId, number))!;
}

async function agentsOf({ db, clusters }: BotContext, rows: readonly PlanRow[]): Promise<Agents> {
  const lastHeard = new Map<string, number>();
  for (const cluster of new Set(rows.map((row) => row.cluster))) {
    const agent = await findAgent(db, cluster);
    if (agent !== undefined) lastHeard.set(cluster, agent.last_heard.getTime());
  }
  return { configured: clusters, lastHeard };
}

/** The answers that came, as plans. */
function plansBySystem(rows: readonly PlanRow[]): Map<string, Plan> {
  const results = rows.map((row) => row.result as PlanResult | null);
  return new Map(results.flatMap((result) => (result?.plan === undefined ? [] : [[result.system, result.plan]])));
}
