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
let number: number;
beforeAll(async () => {
  world = await startBotWorld({ ".trueup.yaml": config(), "shop/web.yaml": configMap("red") });
  number = await propose(world, "planned", { "shop/web.yaml": configMap("blue") });
  await eventually(
    () => check(world, number),
    (found) => found?.status === "completed",
    "check",
  );
});
afterAll(() => world?.dispose());

const reactions = (id: number) => world.repository.reactions(id).map(({ content }) => content);
const reacted = (id: number) =>
  eventually(
    () => reactions(id),
    (found) => found.length > 0,
    "reaction",
  );
const told = (words: string) =>
  eventually(
    () => botComments(world, number),
    ([comment]) => comment?.includes(words) === true,
    words,
  );
/** Some write was put off to another hour. */
const putOff = () =>
  eventually(
    async () => (await fetch(`${world.bot.url}/metrics`)).text(),
    (page) => /outcome="failed"[^\n]*\} [1-9]/.test(page),
    "the end of the writes",
  );
const done = async (what: string) =>
  eventually(
    async () => (await world.bot.audit()).filter((entry) => entry.what.startsWith(`asked on #${number} for ${what}`)),
    (found) => found.length > 0,
    what,
  );
/** What the agent was told; after a restart it hears again what it has not answered. */
const pauses = () => {
  const commands = world.agent.commands.filter((command) => command.type === "pause");
  return [...new Map(commands.map(({ id, pause }) => [id, pause])).values()];
};

test("what is asked for is done, once, though GitHub takes no write for an hour, and its answer comes when it does", async () => {
  await world.restart({ writeLimits: [{ writes: 1, perMs: 3_600_000 }] });
  await world.repository.addComment(number, "/trueup pause 30d");
  await done("`/trueup pause 30d`");
  await putOff();
  const { id } = await world.repository.addComment(number, "/trueup resume");
  await done("`/trueup resume`: resumes shop");
  await eventually(pauses, (found) => found.length === 2, "the end of the pause");
  expect(pauses()).toEqual([expect.objectContaining({ by: world.forge.person.login }), undefined]);
  expect(reactions(id)).toEqual([]);

  await world.restart({ writeLimits: [] });
  await world.bringForward();
  expect(await reacted(id)).toEqual(["eyes"]);
  const [comment] = await told("A pause lasts 7 days at most");
  expect(comment).not.toContain("is paused until");
  expect(pauses()).toHaveLength(2);
});

test("a command is seen and answered though planning has used up its writes", async () => {
  await world.restart({ writeLimits: [{ writes: 18, perMs: 3_600_000 }] });
  for (const branch of ["a", "b", "c", "d", "e", "f", "g"]) {
    await propose(world, branch, { "shop/web.yaml": configMap(branch) });
  }
  await putOff();
  const { id } = await world.repository.addComment(number, "/trueup help");
  expect(await reacted(id)).toEqual(["eyes"]);
  await told("this table");
});
