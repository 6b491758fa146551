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

const publicUrl = "https://trueup.example";
let world: BotWorld;
beforeAll(async () => {
  const files = { ".trueup.yaml": config(), "shop/web.yaml": configMap("red"), "README.md": "#\n" };
  world = await startBotWorld(files, { publicUrl });
});
afterAll(() => world?.dispose());

async function answered(number: number): Promise<string> {
  await eventually(
    () => check(world, number),
    (found) => found?.status === "completed",
    "check",
  );
  return botComments(world, number)[0] ?? "";
}

const plansAsked = (number: number) =>
  world.agent.commands.filter((command) => command.type === "plan" && command.pullRequest === number).length;

test("a plan's comment and check lead to the whole plan, by what stays when the repository gets another name", async () => {
  const number = await propose(world, "blue", { "shop/web.yaml": configMap("blue") });
  const link = `<a href="${publicUrl}/plans/${world.repository.address.id}/${number}">whole plan</a>`;
  expect(await answered(number)).toContain(link);
  expect((await check(world, number))?.summary).toContain(link);
});

test("where there is no plan nothing leads to one", async () => {
  const number = await propose(world, "words", { "README.md": "# more\n" });
  const comment = await answered(number);
  expect(comment).toContain("nothing to deploy");
  expect(comment).not.toContain("/plans/");
});

test("the link has nothing written again: not when the base moves, not when the bot starts anew", async () => {
  const number = await propose(world, "green", { "shop/web.yaml": configMap("green") });
  await answered(number);
  const before = [world.repository.comments(number), await check(world, number)];
  await world.repository.commitFile({ branch: "main", path: "README.md", content: "# moved\n", message: "Move on" });
  await eventually(
    () => plansAsked(number),
    (count) => count === 2,
    "second plan",
  );
  await world.restart({ emptied: true });
  await eventually(
    () => plansAsked(number),
    (count) => count === 3,
    "third plan",
  );
  await eventually(
    async () => (await check(world, number))?.status,
    (status) => status === "completed",
    "check",
  );
  await world.forge.settled();
  expect([world.repository.comments(number), await check(world, number)]).toEqual(before);
});
