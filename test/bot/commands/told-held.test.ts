import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { ApprovableDeletions } from "../../../src/core/plan/deletion-approval.ts";
import {
  type BotWorld,
  botComments,
  check,
  config,
  configMap,
  eventually,
  planFor,
  startBotWorld,
  syncedFor,
} from "../bot-world.ts";
import { approvalsAsked, approvedPlans, askApproval, concluded, proposeHeld } from "./held-deletion.ts";

let world: BotWorld;
/** GitHub tells times in whole seconds. */
let later = 0;
beforeAll(async () => {
  const files = { ".trueup.yaml": config(), "shop/web.yaml": configMap("red") };
  world = await startBotWorld(files, { clock: () => new Date(Date.now() + later) });
  await eventually(
    () => world.agent.commands.length,
    (count) => count === 1,
    "first sync",
  );
});
afterEach(() => world.forge.faults.clear());
afterAll(() => world?.dispose());

const changedMeanwhile =
  "no: What is held in `shop` has changed meanwhile, and was not told yet when this was written, so nothing is approved. Look at it as it is now, and repeat the command.";

const approvable = (names: readonly string[]): ApprovableDeletions => ({
  tree: "a".repeat(40),
  deletes: names.map((name) => name.padEnd(22, "x")),
  approvers: [],
});

/** Has every plan and rollout hold these, until somebody has approved them. */
function hold(...names: string[]): void {
  const claim = { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: "default", drifted: false, fields: [] };
  const reason = "a deleted PersistentVolumeClaim may take its data with it";
  const approval = approvable(names);
  world.agent.onPlan = (command) =>
    command.approvals === undefined
      ? planFor(
          command,
          names.map((name) => ({ ...claim, name, action: "held" as const, reason })),
          { approval },
        )
      : planFor(
          command,
          names.map((name) => ({ ...claim, name, action: "delete" as const })),
        );
  const details = names.map((name) => `PersistentVolumeClaim default/${name}: ${reason}`);
  world.agent.onSync = (command) =>
    command.approvals === undefined
      ? syncedFor(command, { outcome: "held", message: details[0]!, details, approval })
      : syncedFor(command);
}

/** The agent has seen something move. */
function makeStale(number: number): void {
  const last = world.agent.commands.findLast((one) => one.type === "plan" && one.pullRequest === number);
  world.agent.link.send({ type: "plan-stale", id: last!.id });
}

/** Until the faults are cleared, GitHub takes no edit of a comment. @returns once it has refused one */
function refuseEdits(): Promise<unknown> {
  let refusals = 0;
  world.forge.faults.add({
    method: "PATCH",
    path: /\/comments\/\d+$/,
    times: Number.POSITIVE_INFINITY,
    get does() {
      refusals++;
      const body = { message: "You have exceeded a secondary rate limit" };
      return { kind: "answer" as const, status: 403, headers: { "retry-after": "1" }, body };
    },
  });
  return eventually(
    () => refusals,
    (count) => count > 0,
    "an edit that is refused",
  );
}

const tells = (number: number, words: string) =>
  eventually(
    () => botComments(world, number),
    ([comment]) => comment?.includes(words) === true,
    words,
  );
/** It is written after the comment, when what that tells is known to have been told. */
const checkTells = (number: number, words: string) =>
  eventually(
    () => check(world, number),
    (found) => found?.summary?.includes(words) === true,
    words,
  );
const approves = (number: number, sha: string) => askApproval(world, number, sha, world.forge.maintainer.login);
const approved = async (count: number, number: number) =>
  (await world.bot.audit()).filter(({ what }) => what.startsWith(`approved ${count} deletions in shop on #${number},`));

test("a deletion that the comment could not tell of yet is approved by nobody, and with the others once it was told", async () => {
  hold("old");
  const { number, headSha } = await proposeHeld(world, "more");
  hold("old", "orders-data");
  const refused = refuseEdits();
  makeStale(number);
  await refused;
  expect(await approves(number, headSha)).toBe(changedMeanwhile);
  expect(botComments(world, number)[0]).not.toContain("orders-data");
  expect(approvedPlans(world, number)).toEqual([]);

  world.forge.faults.clear();
  await tells(number, "has changed meanwhile");
  await checkTells(number, "orders-data");
  expect(await approves(number, headSha)).toBe("approved for shop");
  expect(await approved(2, number)).toHaveLength(1);
  await concluded(world, number, "success");
});

test("a command that was written before the comment told of another deletion approves neither", async () => {
  hold("old");
  const { number, headSha } = await proposeHeld(world, "in-between");
  const deliveries = world.forge.faults.holdDeliveries((event) => event === "issue_comment");
  const command = `/trueup approve-delete ${headSha}`;
  await world.repository.addComment(number, command, world.forge.maintainer.login);
  later += 2_000;
  hold("old", "orders-data");
  makeStale(number);
  await tells(number, "orders-data");
  deliveries.release();
  const outcomes = await eventually(
    () => approvalsAsked(world, number, headSha),
    ({ length }) => length > 0,
    command,
  );
  expect(outcomes).toEqual([changedMeanwhile]);
  expect(approvedPlans(world, number)).toEqual([]);
  await checkTells(number, "orders-data");
  expect(await approves(number, headSha)).toBe("approved for shop");
});

test("a deletion that is gone by itself since the comment told of it keeps nobody from approving the rest", async () => {
  hold("old", "orders-data");
  const { number, headSha } = await proposeHeld(world, "fewer");
  hold("old");
  const refused = refuseEdits();
  makeStale(number);
  await refused;
  expect(await approves(number, headSha)).toBe("approved for shop");
  expect(await approved(1, number)).toHaveLength(1);
});

test("what a draft's check alone tells is approved by it", async () => {
  hold("old");
  const { repository, forge } = world;
  const author = forge.person.login;
  await repository.createBranch("draft", "main");
  const change = { branch: "draft", path: "shop/web.yaml", content: configMap("draft"), message: "Draft", author };
  const { sha } = await repository.commitFile(change);
  const { number } = await repository.openPullRequest({ title: "t", head: "draft", base: "main", draft: true, author });
  await concluded(world, number, "action_required");
  expect(botComments(world, number)).toEqual([]);
  expect(await approves(number, sha)).toBe("approved for shop");
});

test("what a rollout holds besides since its comment was written is approved by nobody until it was told", async () => {
  hold("old");
  const { number } = await proposeHeld(world, "rolled-out");
  await world.repository.mergePullRequest(number);
  const sha = (await world.repository.resolve("main"))!;
  await tells(number, `/trueup approve-delete ${sha.slice(0, 12)}`);
  hold("old", "orders-data");
  const refused = refuseEdits();
  await world.repository.addComment(number, "/trueup sync", world.forge.maintainer.login);
  await refused;
  await eventually(
    async () => (await world.bot.audit()).filter(({ what }) => what.startsWith(`shop at ${sha.slice(0, 7)} is held`)),
    ({ length }) => length === 2,
    "the rollout again",
  );
  expect(await approves(number, sha)).toBe(changedMeanwhile);
  expect(botComments(world, number)[0]).not.toContain("orders-data");

  world.forge.faults.clear();
  await tells(number, "orders-data");
  await tells(number, "has changed meanwhile");
  expect(await approves(number, sha)).toBe("approved for shop");
  expect(await approved(2, number)).toHaveLength(1);
  await tells(number, "healthy");
  expect((await check(world, number))?.status).toBe("completed");
});
