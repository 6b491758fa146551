import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
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
  synced,
  syncedFor,
} from "../bot-world.ts";
import { approvedPlans, concluded, deletions } from "../commands/held-deletion.ts";

const names = ["one", "two", "three", "few", "many", "squashed", "rebased", "looked-at"];

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

/** Works in a clone. */
async function pushed(work: (git: ((...args: string[]) => Promise<unknown>) & { dir: string }) => Promise<void>) {
  const dir = mkdtempSync(join(tmpdir(), "trueup-one-push-"));
  try {
    const git = (...args: string[]) =>
      promisify(execFile)("git", ["-c", "user.name=Mona", "-c", "user.email=mona@example.com", ...args], { cwd: dir });
    await git("clone", "--quiet", world.repository.address.cloneUrl, ".");
    await work(Object.assign(git, { dir }));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

test("three pull requests in one push are rolled out as one commit, and each is told of it once", async () => {
  const numbers = [];
  for (const name of ["one", "two", "three"]) numbers.push(await planned(name));
  const before = syncs().length;
  await pushed(async (git) => {
    for (const name of ["one", "two", "three"]) await git("merge", "--quiet", "--no-ff", "--no-edit", `origin/${name}`);
    await git("push", "--quiet", "origin", "HEAD:main");
  });
  for (const number of numbers) await deployedOnce(number);
  const tip = await world.repository.resolve("main");
  expect(syncs().slice(before)).toMatchObject([{ sha: tip }]);
});

test("pull requests of which one has more than a hundred commits take along between two looks what was approved of each", async () => {
  const { repository, agent, forge } = world;
  const { onPlan } = agent;
  // It holds a deletion of each, one of its own.
  const treeOf = (number: number) => `${number}`.padStart(40, "0");
  agent.onPlan = (command) => {
    const approval = { ...deletions, tree: treeOf(command.pullRequest) };
    return planFor(command, [{ ...changed(), action: "held", reason: "its kind is protected" }], { approval });
  };
  const numbers: number[] = [];
  for (const [name, commits] of [
    ["few", 1],
    ["many", 105],
  ] as const) {
    await pushed(async (git) => {
      await git("checkout", "--quiet", "-b", name);
      for (let index = 0; index < commits; index++) {
        writeFileSync(join(git.dir, `shop/${name}.yaml`), named(name, `colour-${index}`));
        await git("add", "--all");
        await git("commit", "--quiet", "-m", `Colour ${index}`);
      }
      await git("push", "--quiet", "origin", name);
    });
    const { number, headSha } = await repository.openPullRequest({ title: name, head: name, base: "main" });
    await concluded(world, number, "action_required");
    await repository.addComment(number, `/trueup approve-delete ${headSha}`, forge.maintainer.login);
    await eventually(
      () => approvedPlans(world, number).length,
      (count) => count > 0,
      "approval",
    );
    numbers.push(number);
  }
  const before = syncs().length;
  const hold = forge.faults.holdDeliveries(() => true);
  for (const number of numbers) await repository.mergePullRequest(number);
  hold.release();
  for (const number of numbers) await deployedOnce(number);
  const trees = syncs()
    .slice(before)
    .map((command) => command.type === "sync" && command.approvals?.map(({ tree }) => tree).sort());
  expect(trees).toEqual([numbers.map(treeOf)]);
  agent.onPlan = onPlan;
});

test.each(["squash", "rebase"] as const)(
  "a pull request that is merged by %s is told of its rollout once",
  async (method) => {
    const number = await planned(method === "squash" ? "squashed" : "rebased");
    await world.repository.mergePullRequest(number, { method });
    await deployedOnce(number);
  },
);

test("a pull request that is merged between two looks at it and at its base is compared with its plan all the same", async () => {
  const { repository, agent, forge } = world;
  const number = await planned("looked-at");
  agent.onSync = (command) => syncedFor(command, { objects: [synced()] });
  const merged = Promise.withResolvers<void>();
  const looked = Promise.withResolvers<void>();
  forge.faults.add({
    method: "GET",
    path: /main$/,
    get does() {
      looked.resolve();
      return { kind: "wait" as const, until: merged.promise };
    },
  });
  await repository.addComment(number, "/trueup plan");
  await looked.promise;
  await repository.mergePullRequest(number, { method: "squash" });
  merged.resolve();
  await deployedOnce(number);
  expect(botComments(world, number)[0]).toContain("1 of 1 object as planned");
});
