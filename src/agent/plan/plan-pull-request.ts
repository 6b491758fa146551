import type { Adoptable } from "../../core/adopt/adoptable-changes.ts";
import type { DeletionApproval } from "../../core/plan/deletion-approval.ts";
import type { Plan } from "../../core/plan/plan.ts";
import type { AskDrift, PlanCommand } from "../../link/messages.ts";
import { applySetId, openInventory, parentOf } from "../cluster/inventory.ts";
import { Refused } from "../refused.ts";
import type { TrackedSystem } from "../repository.ts";
import { guardsAt, policyRevisionFor } from "../system/policy.ts";
import { type PlanTools, planMerge } from "./plan-merge.ts";
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
  const { repository, context, controller } = tools;
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

  const { tree } = merged;
  const { approvals = [] } = command;
  const inputs = await inputsOf(tools, name, { tracked, tree }, approvals);
  const known = watched.reusable(inputs);
  const commits = { baseSha, headSha, mergeTree: tree };
  // Asked again for the very same commits, somebody wants the cluster to be looked at.
  if (known !== undefined && known.baseSha !== baseSha) {
    const plan = { ...known, ...commits, health: controller?.state().health ?? known.health };
    watched.keepOn(plan);
    return plan;
  }
  const plan = await planMerge(tools, name, { tracked, baseSha, headSha, tree }, { approvals });
  watched.keep(plan, inputs, applySetId(parentOf(context.namespace, repository.id, name)));
  return plan;
}

/** Whatever a plan is made from besides the cluster, as one text. */
async function inputsOf(
  { repository, context }: PlanTools,
  name: string,
  { tracked, tree }: { tracked: TrackedSystem | undefined; tree: string },
  approvals: readonly DeletionApproval[],
): Promise<string> {
  const { mirror } = repository;
  const system = await repository.systemAt(tree, name);
  const record = await openInventory({ ...context, repositoryId: repository.id, system: name }).read();
  const own = tracked?.config ?? system;
  const guards = await guardsAt(policyRevisionFor(undefined, record), own, mirror, (at) =>
    repository.systemAt(at, name),
  );
  const base = tracked && (await mirror.treeAt(tracked.tip, tracked.config.path));
  return JSON.stringify([base, tracked?.config, await mirror.treeAt(tree, system.path), system, guards, approvals]);
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
