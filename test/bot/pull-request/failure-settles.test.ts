import { afterAll, beforeAll, expect, test } from "vitest";
import type { SyncCommand } from "../../../src/link/messages.ts";
import {
  type BotWorld,
  botComments,
  check,
  config,
  configMap,
  eventually,
  propose,
  startBotWorld,
  syncedFor,
} from "../bot-world.ts";
import { standingClock } from "../standing-clock.ts";

const clock = standingClock();
let world: BotWorld;
beforeAll(async () => {
  world = await startBotWorld({ ".trueup.yaml": config(), "shop/web.yaml": configMap("red") }, { botClock: clock });
  await eventually(
    () => world.repository.deployments().flatMap(({ statuses }) => statuses),
    (statuses) => statuses.some(({ state }) => state === "success"),
    "first rollout",
  );
  world.agent.onSync = (command) => syncedFor(command, { outcome: "failed", message: "a webhook is not up yet" });
});
afterAll(() => world?.dispose());

const told = (number: number, text: string) =>
  eventually(
    () => botComments(world, number),
    ([comment]) => comment?.includes(text) === true,
    `comment with ${text}`,
  );

/** Merges what fails then. */
async function fails(branch: string): Promise<number> {
  await clock.pass(1);
  const number = await propose(world, branch, { "shop/web.yaml": configMap(branch) });
  await eventually(
    () => check(world, number),
    (found) => found?.status === "completed",
    "check",
  );
  await world.repository.mergePullRequest(number);
  await told(number, "a webhook is not up yet");
  return number;
}

/** Time passes, and the bot looks at the pull request then. */
async function lookedAtAfter(ms: number, number: number): Promise<void> {
  await clock.pass(ms);
  await world.repository.addComment(number, "/trueup help", world.forge.person.login);
  await told(number, "`/trueup help`, asked for by");
}

test("a failure that comes right within ten seconds mentions nobody", async () => {
  const number = await fails("passing");
  await lookedAtAfter(9_999, number);
  const sync = world.agent.commands.findLast((command): command is SyncCommand => command.type === "sync");
  world.agent.link.send(syncedFor(sync!));
  await told(number, "deployed in");
  expect(botComments(world, number)).toHaveLength(1);
});

test("one that stays for ten seconds mentions who merged", async () => {
  const number = await fails("staying");
  await lookedAtAfter(10_000, number);
  const [, notice] = await eventually(
    () => botComments(world, number),
    (comments) => comments.length > 1,
    "notice",
  );
  expect(notice).toContain(`@${world.forge.person.login}: \`shop\` **failed**: a webhook is not up yet`);
});
