import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
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

const names = ["one", "two", "three", "squashed", "rebased"];

let world: BotWorld;
beforeAll(async () => {
  const files = names.map((name) => [`shop/${name}.yaml`, named(name, "red")]);
  world = await startBotWorld({ ".trueup.yaml": config(), ...Object.fromEntries(files) });
  await eventually(
    () => syncs().length,
    (count) => count === 1,
    "first sync",
  );
});
afterAll(() => world?.dispose());

const named = (name: string, colour: string) => configMap(colour).replace("name: web", `name: ${name}`);
const syncs = () => world.agent.commands.filter(({ type }) => type === "sync");

async function planned(name: string): Promise<number> {
  const number = await propose(world, name, { [`shop/${name}.yaml`]: named(name, "blue") });
  await eventually(
    () => check(world, number),
    (found) => found?.status === "completed",
    "check",
  );
  return number;
}

async function deployedOnce(number: number): Promise<void> {
  await eventually(
    () => botComments(world, number)[0],
    (comment) => comment?.includes("deployed") === true,
    "rollout",
  );
  await world.forge.settled();
  expect(botComments(world, number)).toHaveLength(1);
}

test("three pull requests in one push are rolled out as one commit, and each is told of it once", async () => {
  const numbers = [];
  for (const name of ["one", "two", "three"]) numbers.push(await planned(name));
  const before = syncs().length;
  const dir = mkdtempSync(join(tmpdir(), "trueup-one-push-"));
  try {
    const git = (...args: string[]) =>
      promisify(execFile)("git", ["-c", "user.name=Mona", "-c", "user.email=mona@example.com", ...args], { cwd: dir });
    await git("clone", "--quiet", world.repository.address.cloneUrl, ".");
    for (const name of ["one", "two", "three"]) await git("merge", "--quiet", "--no-ff", "--no-edit", `origin/${name}`);
    await git("push", "--quiet", "origin", "HEAD:main");
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
  for (const number of numbers) await deployedOnce(number);
  const tip = await world.repository.resolve("main");
  expect(syncs().slice(before)).toMatchObject([{ sha: tip }]);
});

test.each(["squash", "rebase"] as const)(
  "a pull request that is merged by %s is told of its rollout once",
  async (method) => {
    const number = await planned(method === "squash" ? "squashed" : "rebased");
    await world.repository.mergePullRequest(number, { method });
    await deployedOnce(number);
  },
);
