import pino from "pino";
import { expect, test, vi } from "vitest";
import type { BotConfig } from "../../src/bot/bot-config.ts";
import { reconcilers } from "../../src/bot/reconcilers.ts";
import { config, configMap, eventually } from "./bot-world.ts";
import { startRunningBot } from "./running-bot.ts";

vi.setConfig({ testTimeout: 180_000 });

const internal = "TypeError at /srv/trueup/merge.ts";

/** A bot whose reconcilers work but for what `broken` says, and the lines that it logs. */
async function startBroken(broken: { pullRequest?: boolean; branch?: boolean }) {
  const lines: string[] = [];
  const log = pino({ level: "error" }, { write: (line: string) => lines.push(line) });
  const fail = () => {
    throw new Error(internal);
  };
  const running = await startRunningBot(
    {
      reconcilePullRequest: async (context, key) =>
        broken.pullRequest ? fail() : reconcilers.reconcilePullRequest(context, key),
      reconcileBranch: async (context, key) => (broken.branch ? fail() : reconcilers.reconcileBranch(context, key)),
    },
    (before: BotConfig) => ({ ...before, log }),
  );
  const files = new Map([
    [".trueup.yaml", config()],
    ["shop/web.yaml", configMap("red")],
  ]);
  const { fullName } = await running.forge.createRepository({ owner: "acme", name: "state", files });
  return { running, lines, repository: running.forge.repository(fullName)! };
}

test("a pull request that a fault of ours keeps from being planned is red with an id of the log, and comes right by itself", async () => {
  const broken = { pullRequest: true };
  const { running, lines, repository } = await startBroken(broken);
  await using _ = running;
  await repository.createBranch("docs", "main");
  await repository.commitFile({ branch: "docs", path: "README.md", content: "#\n", message: "Say more" });
  const { number } = await repository.openPullRequest({ title: "docs", head: "docs", base: "main" });
  const { headSha } = (await repository.pullRequest(number))!;
  const check = () => repository.checks(headSha).find(({ name }) => name === "trueup");

  const red = await eventually(check, (found) => found?.conclusion === "failure", "a red check");
  const told = JSON.stringify(red);
  const id = /a fault of its own \(id ([0-9a-f]+)\), it tries again/.exec(told)?.[1];
  expect(id).toBeDefined();
  expect(told).not.toContain("TypeError");
  expect(lines.some((line) => line.includes(`"faultId":"${id}"`) && line.includes(internal))).toBe(true);

  broken.pullRequest = false;
  await eventually(check, (found) => found?.conclusion === "success", "a green check");
});

test("a branch that a fault of ours keeps from being rolled out says so on its environments, until it goes on", async () => {
  const broken = { branch: false };
  const { running, repository } = await startBroken(broken);
  await using _ = running;
  const states = () =>
    repository.deployments().map(({ statuses }) => statuses.toSorted((a, b) => a.id - b.id).at(-1)?.state);
  await eventually(states, (found) => found[0] === "queued", "the first rollout");

  broken.branch = true;
  await repository.commitFile({ branch: "main", path: "shop/web.yaml", content: configMap("blue"), message: "Blue" });
  await eventually(
    () => JSON.stringify(repository.deployments()),
    (found) =>
      /"error"/.test(found) && /a fault of its own \(id [0-9a-f]+\)/.test(found) && !found.includes("TypeError"),
    "the fault",
  );
  broken.branch = false;
  await eventually(states, (found) => found.length === 2 && !found.includes("error"), "the next rollout");
});
