import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type BotWorld,
  botComments,
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
  world.agent.onPlan = (command) => planFor(command, []);
});
afterAll(() => world?.dispose());

async function told(branch: string, content: string): Promise<string> {
  const number = await propose(world, branch, { ".trueup.yaml": content });
  await eventually(
    () => check(world, number),
    (found) => found?.status === "completed",
    "check",
  );
  return botComments(world, number)[0]!;
}

test("a pull request that turns healing off and opens the deletion guard cannot pass as one that changes nothing", async () => {
  const text = await told("loose", config('    heal: false\n    protect:\n      maxDeletions: "100%"\n'));
  expect(text).toContain("**2 rules loosened**");
  expect(text).toContain("> [!WARNING]\n> **Loosens** `heal` of `shop`: `true` → `false`");
  expect(text).toContain("`protect.maxDeletions` of `shop`: `20%` → `100%`");
});

test("a system that follows another branch from now on is told as that, not as taken out", async () => {
  const text = await told("moved", config("    branch: next\n"));
  expect(text).toContain("**Loosens** `branch` of `shop`: `the default branch` → `next`");
  expect(text).not.toContain("Takes out");
});

test("a new system is named", async () => {
  const more = "  blog:\n    cluster: sandbox\n    path: blog\n";
  expect(await told("blog", config(more))).toContain("Adds system `blog`");
});
