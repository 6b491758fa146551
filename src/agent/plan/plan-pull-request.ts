import type { Adoptable } from "../../core/adopt/adoptable-changes.ts";
import type { Plan } from "../../core/plan/plan.ts";
import type { AskDrift, PlanCommand } from "../../link/messages.ts";
import { Refused } from "../refused.ts";
import type { TrackedSystem } from "../repository.ts";
import { type MergeInputs, type PlanTools, planMerge, readInputs } from "./plan-merge.ts";
import type { WatchedPlan } from "./plan-watch.ts";

export interface PullRequestPlan extends PlanTools {
  command: PlanCommand;
  /** Of this pull request and system. */
  watched: WatchedPlan;
}

/**
 * What merging a pull request would do to this cluster. The bot's word is checked: the pull request's head has to be the
 * commit that it names, and the tree is merged here. Where only the base has moved, and elsewhere, the plan that is there still
 * holds, and the cluster is not asked.
 *
 * @throws Refused for what the repository or the request has wrong
 */
export async function planPullRequest({ command, watched, ...tools }: PullRequestPlan): Promise<Plan> {
  const { repository, controller } = tools;
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
  const inputs = await readInputs(tools, name, merge, command.approvals ?? []);
  const madeFrom = asText(inputs, tracked);
  const known = watched.reusable(madeFrom);
  // Asked again for the very same commits, somebody wants the cluster to be looked at.
  if (known !== undefined && known.baseSha !== baseSha) {
    const health = controller?.state().health ?? known.health;
    const plan = { ...known, baseSha, headSha, mergeTree: merged.tree, health };
    watched.keepOn(plan);
    return plan;
  }
  const plan = await planMerge(tools, name, merge, inputs);
  watched.keep(plan, madeFrom, inputs.applySet);
  return plan;
}

/** Two plans that are made from the same differ in nothing but the cluster. What the inventory says counts by the guards that it leads to. */
function asText({ system, folders, guards, approvals }: MergeInputs, tracked: TrackedSystem | undefined): string {
  return JSON.stringify([tracked?.config, system, folders, guards, approvals]);
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
  return planMerge(tools, command.system, merge, await readInputs(tools, command.system, merge, []), adoptable);
}
