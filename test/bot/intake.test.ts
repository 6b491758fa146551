import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RepositoryAddress } from "../../src/sandbox/forge/start-forge.ts";
import { type RunningBot, startRunningBot } from "./running-bot.ts";

let running: RunningBot;
let repository: RepositoryAddress;
beforeAll(async () => {
  running = await startRunningBot();
  const files = new Map([["web.yaml", "kind: Nothing\n"]]);
  repository = await running.forge.createRepository({ owner: "acme", name: "state", files });
});
afterAll(() => running[Symbol.asyncDispose]());

describe("through the forge", () => {
  test("a push, a pull request and a command are looked at", async () => {
    const branch = running.look(`branch:${repository.id}:work`);
    const state = running.forge.repository("acme/state")!;
    await state.commitFile({ branch: "main", newBranch: "work", path: "a.yaml", content: "a: 1\n", message: "Change" });
    await branch;

    const pullRequest = running.look(`pull-request:${repository.id}:1`);
    await state.openPullRequest({ title: "Change", head: "work", base: "main" });
    await pullRequest;

    const chatter = await state.addComment(1, "what would /trueup plan do?");
    const comment = await state.addComment(1, "/trueup plan");
    await running.look(`command:${repository.id}:1:${comment.id}`, { again: false });
    expect(running.seen).not.toContain(`command:${repository.id}:1:${chatter.id}`);
  });
});

test("what was open while the bot was away is looked at when it starts", async () => {
  await running.restart();
  await running.look(`pull-request:${repository.id}:1`, { again: false });
  const branch = running.look(`branch:${repository.id}:main`);
  const pullRequest = running.look(`pull-request:${repository.id}:1`);
  await running.restart();
  await Promise.all([branch, pullRequest]);
});
