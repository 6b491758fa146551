import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type BotWorld,
  botComments,
  check,
  config,
  configMap,
  eventually,
  propose,
  startBotWorld,
} from "../bot-world.ts";

let world: BotWorld;
beforeAll(async () => {
  world = await startBotWorld({ ".trueup.yaml": config(), "shop/web.yaml": configMap("red") });
  world.agent.onPlan = () => undefined;
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
