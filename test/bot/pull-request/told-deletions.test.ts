import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import {
  type BotWorld,
  botComments,
  changed,
  check,
  config,
  configMap,
  eventually,
  planFor,
  propose,
  startBotWorld,
} from "../bot-world.ts";
import { standingClock } from "../standing-clock.ts";

const clock = standingClock();
let world: BotWorld;
beforeAll(async () => {
  const files = { ".trueup.yaml": config(), "shop/web.yaml": configMap("red") };
  // While no time passes, nothing is written of a plan before there is one.
  world = await startBotWorld(files, { botClock: clock });
});
// One rollout after another.
beforeEach(() => clock.pass(1));
afterEach(() => world.forge.faults.clear());
afterAll(() => world?.dispose());

const plansDelete = (...names: string[]) => {
  const objects = names.map((name) => ({ ...changed(), name, action: "delete" as const, fields: [] }));
  world.agent.onPlan = (command) => planFor(command, [changed(), ...objects]);
};

/** Until the faults are cleared, GitHub wants to be left alone whenever it is asked for that. */
function refuse(method: string, path: RegExp): Promise<unknown> {
  let refusals = 0;
  world.forge.faults.add({
    method,
    path,
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
    "a write that is refused",
  );
}

/** What the agent is told, when the pull request is merged, that may be deleted. */
async function plannedOnMerge(number: number): Promise<readonly string[] | undefined> {
  await world.repository.mergePullRequest(number);
  const tip = await world.repository.resolve("main");
  world.forge.faults.clear();
  const command = await eventually(
    () => world.agent.commands.find((command) => command.type === "sync" && command.sha === tip),
    (found) => found !== undefined,
    "a sync",
  );
  await eventually(
    () => botComments(world, number),
    ([comment]) => comment?.includes("deployed in") === true,
    "the end of its story",
  );
  return command?.type === "sync" ? command.planned : undefined;
}

test("a deletion whose plan could not be written before the merge is held, since nobody has read of it", async () => {
  plansDelete("old");
  const refused = refuse("POST", /\/comments$/);
  const number = await propose(world, "unread", { "shop/web.yaml": configMap("unread") });
  await refused;
  expect(botComments(world, number)).toEqual([]);
  expect(await plannedOnMerge(number)).toEqual([]);
});

test("a deletion that the comment tells may go, though the check could not be written yet", async () => {
  plansDelete("old");
  const refused = refuse("POST", /\/check-runs$/);
  const number = await propose(world, "half-told", { "shop/web.yaml": configMap("half-told") });
  await refused;
  expect(botComments(world, number)[0]).toContain("`default/old`");
  expect(await plannedOnMerge(number)).toEqual(["/ConfigMap/default/old"]);
});

test("of a plan that could not be written yet, what an earlier one told may go, and the rest is held", async () => {
  plansDelete("old");
  const number = await propose(world, "moved", { "shop/web.yaml": configMap("moved") });
  await eventually(
    () => check(world, number),
    (found) => found?.status === "completed",
    "check",
  );
  plansDelete("old", "older");
  const refused = refuse("PATCH", /\/comments\/\d+$/);
  const commit = { branch: "moved", path: "shop/web.yaml", content: configMap("moved-on"), message: "Move on" };
  await world.repository.commitFile(commit);
  await refused;
  expect(await plannedOnMerge(number)).toEqual(["/ConfigMap/default/old"]);
});

test("a deletion that a draft's check alone tells may go", async () => {
  plansDelete("old");
  const branch = "draft";
  await world.repository.createBranch(branch, "main");
  const commit = { branch, path: "shop/web.yaml", content: configMap(branch), message: "Draft" };
  await world.repository.commitFile(commit);
  const { number } = await world.repository.openPullRequest({ title: "t", head: branch, base: "main", draft: true });
  await eventually(
    () => check(world, number),
    (found) => found?.status === "completed",
    "check",
  );
  await world.forge.settled();
  expect(botComments(world, number)).toEqual([]);
  world.forge.faults.loseDeliveries((_, action) => action === "ready_for_review");
  await world.repository.setPullRequestDraft(number, false);
  expect(await plannedOnMerge(number)).toEqual(["/ConfigMap/default/old"]);
});
