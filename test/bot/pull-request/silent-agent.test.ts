import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { PlanCommand } from "../../../src/link/messages.ts";
import { jsonApi } from "../../../src/sandbox/story/json-api.ts";
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
import { candidate } from "./merge-queue-candidate.ts";

const clock = standingClock();
let world: BotWorld;
beforeAll(async () => {
  world = await startBotWorld({ ".trueup.yaml": config(), "shop/web.yaml": configMap("red") }, { botClock: clock });
  world.agent.onPlan = planOwn;
});
afterEach(() => {
  world.agent.onPlan = planOwn;
});
afterAll(() => world?.dispose());

/** Each changes an object of its own, so that none is told of another. */
const planOwn = (command: PlanCommand) => planFor(command, [{ ...changed(), name: `web-${command.pullRequest}` }]);

async function planned(branch: string): Promise<number> {
  const number = await propose(world, branch, { "shop/web.yaml": configMap(branch) });
  await verdict(number, "success");
  return number;
}

const verdict = (number: number, conclusion: "success" | "failure") =>
  eventually(
    () => check(world, number),
    (found) => found?.conclusion === conclusion,
    `${conclusion} of #${number}`,
  );

const commentSays = (number: number, words: RegExp) =>
  eventually(
    () => botComments(world, number),
    ([comment, ...more]) => words.test(comment ?? "") && more.length === 0,
    `a comment with ${words}`,
  );

/** Times aside. */
const told = (number: number) => botComments(world, number).map((body) => body.replaceAll(/live as of [^<]*UTC/g, ""));

async function checkRuns(number: number): Promise<unknown[]> {
  const { headSha } = (await world.repository.pullRequest(number))!;
  const api = jsonApi({ base: world.forge.apiUrl, token: world.forge.person.token });
  const path = `/repos/acme/state/commits/${headSha}/check-runs?filter=all`;
  return ((await api(path)) as { check_runs: unknown[] }).check_runs;
}

const plansAsked = (number: number) =>
  world.agent.commands.filter((command) => command.type === "plan" && command.pullRequest === number).length;

test("no open pull request is green while its cluster's agent is silent, and all are as before when it has looked again", async () => {
  const numbers = [await planned("blue"), await planned("green")];
  const before = numbers.map(told);
  await world.agentLeaves();
  await clock.pass(65_000);
  for (const number of numbers) {
    const red = await verdict(number, "failure");
    expect(red).toMatchObject({ title: "1 agent silent · 1 update" });
    await commentSays(
      number,
      /`shop` on `sandbox`: the cluster's agent is silent, last heard \d{4}-\d\d-\d\d [\d:]{8} UTC/,
    );
    await commentSays(number, /Its plan is as of .* UTC; nobody has looked since.*data\.colour/s);
  }

  // A bot that starts anew meanwhile knows it still.
  await world.restart();
  await clock.pass(120_000);

  // It is back, and red until it has looked.
  world.agent.onPlan = () => undefined;
  const asked = numbers.map(plansAsked);
  world.agentReturns();
  await eventually(
    () => numbers.map(plansAsked),
    (now) => now.every((count, index) => count === asked[index]! + 1),
    "the question again",
  );
  for (const number of numbers) expect((await check(world, number))?.conclusion).toBe("failure");
  const questions = world.agent.commands.filter((command) => command.type === "plan").slice(-2);
  for (const command of questions) world.agent.link.send(planOwn(command));
  for (const number of numbers) await verdict(number, "success");
  await eventually(
    () => numbers.map(told),
    (now) => JSON.stringify(now) === JSON.stringify(before),
    "the comments from before",
  );
  for (const number of numbers) expect(await checkRuns(number)).toHaveLength(3);
});

test("an agent that redials in time has nothing written", async () => {
  const number = await planned("white");
  const before = world.repository.comments(number);
  await world.agentLeaves();
  await clock.pass(50_000);
  world.agentReturns();
  // Another one's plan says that it is heard, and a later one that there was time to write.
  await planned("black");
  await clock.pass(50_000);
  await planned("grey");
  expect(world.repository.comments(number)).toEqual(before);
  expect(await checkRuns(number)).toHaveLength(1);
  expect(plansAsked(number)).toBe(1);
});

test("a bot that starts while the agent is away finds out, once the agent has had a minute to dial in", async () => {
  const number = await planned("violet");
  await world.agentLeaves();
  await clock.pass(30_000);
  await world.restart();
  await clock.pass(55_000);
  expect((await check(world, number))?.conclusion).toBe("success");
  await clock.pass(10_000);
  await verdict(number, "failure");
  world.agentReturns();
  await verdict(number, "success");
  expect(await checkRuns(number)).toHaveLength(3);
});

test("a merge queue merges nothing into a cluster whose agent is silent", async () => {
  await world.agentLeaves();
  await clock.pass(65_000);
  const sha = await candidate(world, `1-${"a".repeat(40)}`, configMap("yellow"));
  const found = () => world.repository.checks(sha).find(({ name }) => name === "trueup");
  const refused = await eventually(found, (check) => check?.status === "completed", "check");
  expect(refused).toMatchObject({ conclusion: "failure", title: "Nobody looks at the cluster" });
  expect(refused?.summary).toMatch(/`sandbox`: the cluster's agent is silent, last heard/);
});
