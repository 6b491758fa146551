import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { SyncCommand, SyncedObject } from "../../../src/link/messages.ts";
import {
  type BotWorld,
  botComments,
  check,
  config,
  configMap,
  eventually,
  propose,
  startBotWorld,
  syncedFor,
} from "../bot-world.ts";
import { askApproval } from "../commands/held-deletion.ts";

let world: BotWorld;
beforeAll(async () => {
  world = await startBotWorld({ ".trueup.yaml": config(), "shop/web.yaml": configMap("red") });
  world.agent.onPlan = () => undefined;
});
afterEach(() => {
  world.forge.faults.clear();
  world.agent.onSync = (command) => syncedFor(command);
});
afterAll(() => world?.dispose());

const seen = (number: number, good: (found: Awaited<ReturnType<typeof check>>) => boolean, what: string) =>
  eventually(() => check(world, number), good, what);
const rolledOut = (number: number) =>
  eventually(
    () => botComments(world, number),
    ([comment]) => comment?.includes("deployed in") === true,
    "the rollout's story",
  );

test("a pull request merged while its plan is awaited never reads as planned, and its comment tells the rollout", async () => {
  const number = await propose(world, "impatient", { "shop/web.yaml": configMap("blue") });
  await seen(number, (found) => found?.status === "in_progress", "announced plan");
  await world.repository.mergePullRequest(number);
  const told = await seen(number, (found) => found?.status === "completed", "completed check");
  expect(told).toMatchObject({ title: "Merged before it was planned" });
  expect(await rolledOut(number)).toHaveLength(1);
});

test("a pull request merged at once never reads as nothing to deploy", async () => {
  const number = await propose(world, "at-once", { "shop/web.yaml": configMap("green") });
  await world.repository.mergePullRequest(number);
  const [comment] = await rolledOut(number);
  expect(comment).not.toContain("nothing to deploy");
  expect((await check(world, number))?.title ?? "").not.toMatch(/nothing to deploy/i);
});

const old = { apiVersion: "v1", kind: "ConfigMap", namespace: "default", name: "old", fields: [] };
const gone: SyncedObject = { ...old, action: "delete", reason: "approved by `mona`" };

async function syncOfTip(): Promise<SyncCommand> {
  const tip = await world.repository.resolve("main");
  const found = await eventually(
    () => world.agent.commands.filter((one) => one.type === "sync").findLast(({ sha }) => sha === tip),
    (sync) => sync !== undefined,
    "a sync",
  );
  return found!;
}

test("what a pull request that was merged at once deletes is held, since nobody was told, until somebody approves", async () => {
  const reason = "no plan that was merged told of its deletion";
  const approval = { tree: "a".repeat(40), deletes: ["d".repeat(22)], approvers: [] };
  world.agent.onSync = (command) =>
    command.approvals === undefined
      ? syncedFor(command, {
          outcome: "held",
          message: reason,
          details: [`ConfigMap default/old: ${reason}`],
          objects: [{ ...old, action: "held", reason }],
          approval,
        })
      : syncedFor(command, { objects: [gone] });
  const number = await propose(world, "untold", { "shop/web.yaml": configMap("untold") });
  await world.repository.mergePullRequest(number);
  const { sha, planned } = await syncOfTip();
  expect(planned).toEqual([]);
  const command = `\`/trueup approve-delete ${sha.slice(0, 12)}\``;
  const [story, notice] = await eventually(
    () => botComments(world, number),
    (comments) => comments.length === 2,
    "a notice",
  );
  expect(story).toContain(`**\`shop\` held**: \`ConfigMap\` \`default/old\`: ${reason}`);
  expect(story).toContain(`writes ${command}`);
  expect(notice).toContain(`\`shop\` **held**: \`ConfigMap\` \`default/old\`: ${reason}`);
  expect(notice).toContain(command);

  expect(await askApproval(world, number, sha, world.forge.maintainer.login)).toBe("approved for shop");
  const [told] = await rolledOut(number);
  expect(told).toContain("which no plan of this pull request told: `ConfigMap` `default/old`.");
});

test("a pull request that GitHub never told of before its merge deletes nothing unseen either", async () => {
  world.forge.faults.loseDeliveries((event) => event === "pull_request");
  const number = await propose(world, "unheard", { "shop/web.yaml": configMap("unheard") });
  await world.repository.mergePullRequest(number);
  expect((await syncOfTip()).planned).toEqual([]);
  await rolledOut(number);
});

test("what is pushed without a pull request is held by nothing but the guards", async () => {
  const push = { branch: "main", path: "shop/web.yaml", content: configMap("pushed"), message: "Push" };
  await world.repository.commitFile(push);
  expect(await syncOfTip()).not.toHaveProperty("planned");
});
