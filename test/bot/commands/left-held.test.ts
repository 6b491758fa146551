import { afterAll, beforeAll, expect, test } from "vitest";
import { type BotWorld, botComments, config, configMap, eventually, startBotWorld, syncedFor } from "../bot-world.ts";
import { askApproval, deletions, holdDeletions, proposeHeld } from "./held-deletion.ts";

let world: BotWorld;
beforeAll(async () => {
  world = await startBotWorld({ ".trueup.yaml": config(), "shop/web.yaml": configMap("red") });
  await eventually(
    () => world.agent.commands.length,
    (count) => count === 1,
    "first sync",
  );
  holdDeletions(world);
  world.agent.onSync = (command) =>
    command.approvals === undefined
      ? syncedFor(command, { outcome: "held", message: "ConfigMap default/old: protected", approval: deletions })
      : syncedFor(command);
  const permission = { permission: "admin", role_name: "admin" };
  const path = new RegExp(`/collaborators/${world.forge.visitor.login}/permission$`);
  const does = { kind: "answer", status: 200, body: permission } as const;
  world.forge.faults.add({ method: "GET", path, times: Number.POSITIVE_INFINITY, does });
});
afterAll(() => world?.dispose());

/** Merges a deletion that is held by the rollout too. @returns the pull request, and what to approve */
async function mergeHeld(branch: string, author: string): Promise<{ number: number; sha: string }> {
  const { number } = await proposeHeld(world, branch, { author });
  await world.repository.mergePullRequest(number);
  const sha = (await world.repository.resolve("main"))!;
  await tells(number, `/trueup approve-delete ${sha.slice(0, 12)}`);
  return { number, sha };
}
const tells = (number: number, words: string) =>
  eventually(
    () => botComments(world, number),
    ([comment]) => comment?.includes(words) === true,
    words,
  );

test("whoever brought what an earlier merge left held approves it on no later one either, until it is gone", async () => {
  const { person, maintainer, visitor } = world.forge;
  await mergeHeld("theirs", maintainer.login);
  await mergeHeld("between", person.login);
  const { number, sha } = await mergeHeld("later", person.login);
  expect(await askApproval(world, number, sha, maintainer.login)).toMatch(/^no: Whoever brings deletions cannot/);
  expect(await askApproval(world, number, sha, visitor.login)).toBe("approved for shop");
  await tells(number, "healthy");

  const next = await mergeHeld("next", person.login);
  expect(await askApproval(world, next.number, next.sha, maintainer.login)).toBe("approved for shop");
  await tells(next.number, "healthy");
});

test("nobody approves what somebody took out of the branch without a pull request, and be it on a later one", async () => {
  const { person, maintainer, visitor } = world.forge;
  const change = { branch: "main", path: "shop/web.yaml", content: configMap("pushed"), message: "Push" };
  const { sha: pushed } = await world.repository.commitFile({ ...change, author: maintainer.login });
  await eventually(
    () => world.bot.audit(),
    (lines) => lines.some(({ what }) => what.startsWith(`shop at ${pushed.slice(0, 7)} is held`)),
    "the push's rollout",
  );
  const { number, sha } = await mergeHeld("onto-it", person.login);
  for (const { login } of [maintainer, visitor]) {
    expect(await askApproval(world, number, sha, login)).toMatch(
      /^no: Who has brought the deletions of `shop` is not known, so that nobody can approve them here/,
    );
  }
});
