import { afterEach, beforeEach, expect, test } from "vitest";
import {
  type BotWorld,
  botComments,
  check,
  cluster,
  config,
  configMap,
  eventually,
  mayPush,
  propose,
  startBotWorld,
} from "../bot-world.ts";

let world: BotWorld;
beforeEach(async () => {
  const files = { ".trueup.yaml": config(), "shop/web.yaml": configMap("red") };
  world = await startBotWorld(files, { appPermissions: mayPush });
  await eventually(
    () => world.agent.commands.length,
    (count) => count === 1,
    "first sync",
  );
});
afterEach(() => world?.dispose());

/** Merges it, also over a red check, and waits for what its comment says then. */
async function merge(branch: string, files: Record<string, string>, until = "deployed"): Promise<number> {
  const number = await propose(world, branch, files);
  await eventually(
    () => check(world, number),
    (found) => found?.status === "completed",
    "check",
  );
  await world.repository.mergePullRequest(number);
  await eventually(
    () => botComments(world, number)[0],
    (told) => told?.includes(until) === true,
    "rollout",
  );
  return number;
}

/** The answer to `/trueup rollback`, and what merging the opened pull request leaves of a file. */
async function rollBack(number: number): Promise<string> {
  await world.repository.addComment(number, "/trueup rollback", world.forge.person.login);
  const comments = () => botComments(world, number).filter((body) => body.includes("<!-- trueup:answer:"));
  return (await eventually(comments, (told) => told.length === 1, "answer"))[0]!;
}

async function mergeRollback(number: number): Promise<string> {
  const isRollback = ({ head }: { head: string }) => head.startsWith(`trueup/rollback-${number}-`);
  const { number: opened } = world.repository.pullRequests("open").find(isRollback)!;
  await eventually(
    () => check(world, opened),
    (found) => found?.status === "completed",
    "check",
  );
  await world.repository.mergePullRequest(opened);
  return (await world.repository.pullRequest(opened))!.body ?? "";
}
const contentOf = async (path: string) => (await world.repository.file("main", path))?.content.toString();

test("a merged pull request that broke the configuration can be rolled back by the command that its comment names", async () => {
  const number = await merge("broken", { ".trueup.yaml": "systems: [\n" }, "failed");
  expect(await rollBack(number)).toContain("takes `shop` back to");
  await mergeRollback(number);
  expect(await contentOf(".trueup.yaml")).toBe(config());
});

test("a changed entry goes back with its system, when nobody else has changed the configuration since", async () => {
  const number = await merge("unhealed", { ".trueup.yaml": config("    heal: false\n") });
  await rollBack(number);
  await mergeRollback(number);
  expect(await contentOf(".trueup.yaml")).toBe(config());
});

test("a configuration that others changed since stays, and what to do by hand is told", async () => {
  const changed = config("    heal: false\n");
  const number = await merge("both", { ".trueup.yaml": changed, "shop/web.yaml": configMap("blue") });
  const later = `${changed}    timeout: 1h\n`;
  const other = await merge("later", { ".trueup.yaml": later });
  const answer = await rollBack(number);
  expect(answer).toContain(`\`.trueup.yaml\` was changed since by others too (#${other})`);
  expect(answer).toContain("Bring the entry of `shop` back");
  await mergeRollback(number);
  expect(await contentOf(".trueup.yaml")).toBe(later);
  expect(await contentOf("shop/web.yaml")).toBe(configMap("red"));
});

test("a system whose entry another pull request changes later is not taken back with the first one's", async () => {
  const both = (timeout: string, heal: boolean) =>
    `${config(`    timeout: ${timeout}\n`)}  plat:\n    cluster: ${cluster}\n    path: plat\n    heal: ${heal}\n`;
  await merge("plat", { ".trueup.yaml": both("5m", true), "plat/web.yaml": configMap("red") });
  const number = await merge("shop", { ".trueup.yaml": both("9m", true), "shop/web.yaml": configMap("blue") });
  await merge("later", { ".trueup.yaml": both("9m", false) });
  const answer = await rollBack(number);
  expect(answer).toContain("takes `shop` back to `");
  expect(answer).not.toContain("plat");
  await mergeRollback(number);
  expect(await contentOf("shop/web.yaml")).toBe(configMap("red"));
});

test("pull requests that were merged after it and go away with it are named before anybody merges the rollback", async () => {
  const number = await merge("first", { "shop/web.yaml": configMap("blue") });
  const after = await merge("second", { "shop/web.yaml": configMap("green") });
  const told = `Changes of these pull requests go away with it: #${number}, #${after}.`;
  expect(await rollBack(number)).toContain(told);
  expect(await mergeRollback(number)).toContain(told);
});

test("a rollback to a commit whose rollout failed as well says so before anybody merges it", async () => {
  const { onSync } = world.agent;
  world.agent.onSync = (command) => ({ ...onSync(command)!, outcome: "failed" });
  const broken = await merge("broken", { "shop/web.yaml": configMap("blue") }, "failed");
  const after = await merge("after", { "shop/more.yaml": configMap("more").replace("web", "more") }, "failed");
  const at = (await world.repository.pullRequest(broken))!.mergeCommitSha!.slice(0, 7);
  const told = `\`shop\` had failed at \`${at}\` too; \`/trueup rollback <sha>\` goes back to another commit.`;
  expect(await rollBack(after)).toContain(told);
  expect(await mergeRollback(after)).toContain(told);
});

test("a merge of more systems than a title can name is rolled back like any other", async () => {
  const names = Array.from({ length: 6 }, (_, n) => `a-system-with-a-name-as-long-as-they-may-be-${n}`);
  const entry = (name: string) => config().replace("systems:\n", "").replaceAll("shop", name);
  const files = (color: string) => Object.fromEntries(names.map((name) => [`${name}/web.yaml`, configMap(color)]));
  await merge("many", { ".trueup.yaml": `${config()}${names.map(entry).join("")}`, ...files("red") });
  const number = await merge("all", files("blue"));
  expect(await rollBack(number)).toContain(`\`${names[5]}\` back to`);
  await mergeRollback(number);
  expect(await contentOf(`${names[0]}/web.yaml`)).toBe(configMap("red"));
  const titles = world.repository.pullRequests("all").map(({ title }) => title);
  expect(titles).toContainEqual(expect.stringMatching(/^Roll back 6 systems to [0-9a-f]{7}$/));
});
