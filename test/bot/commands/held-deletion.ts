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

/** Proposes a deletion, by the forge's person unless somebody else is named. @returns the pull request, once its deletion is held, and what to approve */
export async function proposeHeld(
  world: BotWorld,
  branch: string,
  { author = world.forge.person.login, message = "Change" } = {},
): Promise<{ number: number; headSha: string }> {
  const { repository } = world;
  await repository.createBranch(branch, "main");
  const change = { branch, path: "shop/web.yaml", content: configMap(branch), message, author };
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

/** Has somebody ask for an approval. @returns what came of it, as the audit trail has it */
export async function askApproval(world: BotWorld, number: number, sha: string, login: string): Promise<string> {
  const { length } = await approvalsAsked(world, number, sha);
  await world.repository.addComment(number, `/trueup approve-delete ${sha}`, login);
  const outcomes = await eventually(
    () => approvalsAsked(world, number, sha),
    (found) => found.length > length,
    "what came of an approval",
  );
  return outcomes.at(-1)!;
}

/** What came of all that were asked for, oldest first. */
export async function approvalsAsked({ bot }: BotWorld, number: number, sha: string): Promise<string[]> {
  const asked = `asked on #${number} for \`/trueup approve-delete ${sha}\`: `;
  const lines = (await bot.audit()).filter(({ what }) => what.startsWith(asked));
  return lines.map(({ what }) => what.slice(asked.length));
}

/** Plans that were asked for with somebody's approval. */
export const approvedPlans = ({ agent }: BotWorld, number: number) =>
  agent.commands.filter(
    (command) => command.type === "plan" && command.pullRequest === number && command.approvals !== undefined,
  );
