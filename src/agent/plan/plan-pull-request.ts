import type { Adoptable } from "../../core/adopt/adoptable-changes.ts";
import type { Plan } from "../../core/plan/plan.ts";
import type { AskDrift, PlanCommand } from "../../link/messages.ts";
import { Refused } from "../refused.ts";
import { type PlanTools, planMerge } from "./plan-merge.ts";

export interface PullRequestPlan extends PlanTools {
  command: PlanCommand;
}

/**
 * What merging a pull request would do to this cluster. The bot's word is checked: the pull request's head has to be the
 * commit that it names, and the tree is merged here.
 *
 * @throws Refused for what the repository or the request has wrong
 */
export async function planPullRequest({ command, ...tools }: PullRequestPlan): Promise<Plan> {
  const { repository } = tools;
  const { mirror } = repository;
  const { system: name, headSha } = command;
  // Nothing tracks a system that the pull request itself brings.
  const { tracked, sha: head } = await repository.trackWith(name, `refs/pull/${command.pullRequest}/head`);
  if (head !== headSha) {
    throw new Refused(`pull request ${command.pullRequest} is not at ${headSha.slice(0, 7)} any more`);
  }
  const baseSha = tracked?.tip ?? command.baseSha;
  if (tracked === undefined) await mirror.fetchCommits([baseSha]);
  const merged = await mirror.mergeTree(baseSha, headSha);
  if ("conflicts" in merged)
    throw new Refused(`it conflicts with the tracked branch in ${merged.conflicts.join(", ")}`);

  const merge = { tracked, baseSha, headSha, tree: merged.tree };
  return planMerge(tools, name, merge, { approvals: command.approvals ?? [] });
}

/**
 * How the cluster differs from the tip of the tracked branch now: every object is looked at.
 *
 * @param adoptable filled with what Git could take over
 * @throws Refused when no tracked branch has the system
 */
export async function planDrift(
  { command, ...tools }: PlanTools & { command: AskDrift },
  adoptable: Adoptable[],
): Promise<Plan> {
  const { mirror } = tools.repository;
  const tracked = await tools.repository.track(command.system);
  const tree = (await mirror.treeAt(tracked.tip, ""))!;
  const merge = { tracked, baseSha: tracked.tip, headSha: tracked.tip, tree };
  return planMerge(tools, command.system, merge, { approvals: [], adoptable });
}
