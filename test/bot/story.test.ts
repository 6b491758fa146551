import { afterEach, expect, test } from "vitest";
import {
  type BotWorld,
  botComments,
  check,
  config,
  configMap,
  eventually,
  propose,
  startBotWorld,
  synced,
  syncedFor,
} from "./bot-world.ts";

let world: BotWorld;
afterEach(() => world?.dispose());

test("open a pull request, read the plan, merge, read how it went", async () => {
  world = await startBotWorld({ ".trueup.yaml": config(), "shop/web.yaml": configMap("red") });
  const { agent, repository } = world;
  const states = () => repository.deployments().map(({ statuses }) => statuses.map(({ state }) => state));
  await eventually(states, (all) => all.length === 1 && all[0]?.includes("success") === true, "first rollout");
  expect(agent.commands.map(({ type }) => type)).toEqual(["sync"]);

  const number = await propose(world, "bluer", { "shop/web.yaml": configMap("blue") });
  const comments = () => botComments(world, number);
  const [plan] = await eventually(comments, (told) => told.length === 1, "comment");
  expect(plan).toContain("| `data.colour` | `red` | `blue` | this pull request |");
  await eventually(
    () => check(world, number),
    (found) => found?.conclusion === "success",
    "check",
  );

  agent.onSync = (command) => syncedFor(command, { objects: [synced()] });
  await repository.mergePullRequest(number);
  const told = await eventually(comments, ([comment]) => comment?.includes("deployed") === true, "rollout");
  expect(told).toHaveLength(1);
  expect(told[0]).toContain("deployed in 1 s · healthy · 1 of 1 object as planned");
  await eventually(states, (all) => all.length === 2 && all.every((one) => one.includes("success")), "deployment");
  const audit = (await world.bot.audit()).map(({ who, what }) => `${who} ${what}`);
  expect(audit).toContain(`${world.forge.person.login} merged #${number} into main, for shop`);
  const metrics = await (await fetch(`${world.bot.url}/metrics`)).text();
  expect(metrics).toContain('trueup_objects_total{result="as-planned"} 1\n');
});
