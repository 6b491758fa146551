import { afterAll, beforeAll, expect, test } from "vitest";
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

let world: BotWorld;
beforeAll(async () => {
  world = await startBotWorld({ ".trueup.yaml": config(), "shop/web.yaml": configMap("red") });
});
afterAll(() => world.dispose());

test("when GitHub lets through less than a push has moved, the pull request that somebody looks at is told before the others", async () => {
  const { agent, repository } = world;
  const numbers: number[] = [];
  for (const branch of ["a", "b", "c", "d", "e", "f", "g", "h", "i"]) {
    numbers.push(await propose(world, branch, { "shop/web.yaml": configMap(branch) }));
  }
  for (const number of numbers) {
    await eventually(
      () => check(world, number),
      (seen) => seen?.status === "completed",
    );
  }
  const toldOf = (number: number) => botComments(world, number).some((body) => body.includes("purple"));
  const putOff = async () => {
    const page = await (await fetch(`${world.bot.url}/metrics`)).text();
    return page.split("\n").some((line) => /kind="pull-request".*outcome="failed"/.test(line) && !/ 0$/.test(line));
  };

  await world.forgetLooks();
  await world.restart({ writeLimits: [{ writes: 9, perMs: 3_600_000 }] });
  agent.onPlan = (command) => planFor(command, [changed("purple")]);
  await repository.commitFile({ branch: "main", path: "README.md", content: "moved", message: "Move the base" });
  // From now on what nobody looks at waits for an hour.
  await eventually(putOff, (isSo) => isSo, "the end of the share");
  const looked = numbers.find((number) => !toldOf(number))!;
  await world.look(looked);
  await eventually(
    () => toldOf(looked),
    (isTold) => isTold,
  );
  expect(numbers.filter((number) => !toldOf(number)).length).toBeGreaterThan(0);
});
