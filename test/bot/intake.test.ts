import { createHmac, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { formatJobKey, wordsOf } from "../../src/bot/job-key.ts";
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

const command = ({ id, body }: { id: number; body: string }) =>
  formatJobKey({ kind: "command", repositoryId: repository.id, number: 1, commentId: id, words: wordsOf(body) });

describe("through the forge", () => {
  test("a push, a pull request and a command are looked at", async () => {
    const branch = running.look(`branch:${repository.id}:work`);
    const state = running.forge.repository("acme/state")!;
    await state.commitFile({ branch: "main", newBranch: "work", path: "a.yaml", content: "a: 1\n", message: "Change" });
    await branch;

    const pullRequest = running.look(`pull-request:${repository.id}:1`);
    await state.openPullRequest({ title: "Change", head: "work", base: "main" });
    await pullRequest;

    await state.addComment(1, "what would /trueup plan do?");
    const comment = await state.addComment(1, "/trueup plan");
    await running.look(command(comment), { again: false });
    expect(running.seen.filter((key) => key.startsWith("command:"))).toEqual([command(comment)]);
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

test("a command whose delivery was lost is found in GitHub's log", async () => {
  const state = running.forge.repository("acme/state")!;
  running.forge.faults.loseDeliveries((event) => event === "issue_comment");
  const comment = await state.addComment(1, "/trueup sync");
  await running.forge.settled();
  running.forge.faults.clear();
  expect(running.seen).not.toContain(command(comment));
  const looked = running.look(command(comment));
  await running.restart();
  await looked;
  await running.restart();
  expect(running.seen.filter((key) => key === command(comment))).toHaveLength(1);
});

test("a check that somebody wants to run again makes its pull requests look again", async () => {
  const state = running.forge.repository("acme/state")!;
  const sha = (await state.resolve("work"))!;
  const pullRequest = running.look(`pull-request:${repository.id}:1`);
  const payload = {
    action: "rerequested",
    check_run: { head_sha: sha, app: { id: running.forge.app.id } },
    repository: { id: repository.id },
  };
  const body = JSON.stringify(payload);
  const { webhookSecret } = running.forge.app;
  const answer = await fetch(running.bot.url, {
    method: "POST",
    body,
    headers: {
      "x-github-event": "check_run",
      "x-github-delivery": randomUUID(),
      "x-hub-signature-256": `sha256=${createHmac("sha256", webhookSecret).update(body).digest("hex")}`,
    },
  });
  expect(answer.status).toBe(200);
  await pullRequest;
});

test("operators can ask how it is", async () => {
  expect((await fetch(`${running.bot.url}/healthz`)).status).toBe(200);
  expect(await (await fetch(`${running.bot.url}/metrics`)).text()).toMatch(/trueup_jobs_stored \d/);
});
