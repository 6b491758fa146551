import { type BotWorld, check, configMap, eventually, planFor } from "../bot-world.ts";

/** What {@link holdDeletions} has an agent hold. */
export const deletions = { tree: "a".repeat(40), deletes: ["d".repeat(22)], approvers: [] };

const old = { apiVersion: "v1", kind: "ConfigMap", namespace: "default", name: "old", drifted: false, fields: [] };

/** The agent holds one deletion in every plan, until somebody has approved it. */
export function holdDeletions({ agent }: BotWorld): void {
  agent.onPlan = (command) => {
    const by = command.approvals?.[0]?.by;
    if (by !== undefined) return planFor(command, [{ ...old, action: "delete", reason: `approved by ${by}` }]);
    return planFor(command, [{ ...old, action: "held", reason: "its kind is protected" }], { approval: deletions });
  };
}

/** Proposes a deletion, by the forge's person. @returns the pull request, once its deletion is held, and what to approve */
export async function proposeHeld(world: BotWorld, branch: string): Promise<{ number: number; headSha: string }> {
  const { repository, forge } = world;
  const author = forge.person.login;
  await repository.createBranch(branch, "main");
  const change = { branch, path: "shop/web.yaml", content: configMap(branch), message: "Change", author };
  const { sha: headSha } = await repository.commitFile(change);
  const { number } = await repository.openPullRequest({ title: branch, head: branch, base: "main", author });
  await concluded(world, number, "action_required");
  return { number, headSha };
}

export const concluded = (world: BotWorld, number: number, wanted: string) =>
  eventually(
    () => check(world, number),
    (found) => found?.conclusion === wanted,
    wanted,
  );

/** Plans that were asked for with somebody's approval. */
export const approvedPlans = ({ agent }: BotWorld, number: number) =>
  agent.commands.filter(
    (command) => command.type === "plan" && command.pullRequest === number && command.approvals !== undefined,
  );
