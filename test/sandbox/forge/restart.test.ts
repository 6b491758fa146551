import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RepositoryAddress } from "../../../src/sandbox/forge/forge.ts";
import { startForge } from "../../../src/sandbox/forge/start-forge.ts";
import { asker, clone, git, read } from "./running-forge.ts";
import { type WebhookInbox, webhookInbox } from "./webhook-inbox.ts";

interface Started {
  port: number;
  token: string;
  repository: RepositoryAddress;
}

/** Of a busy machine. */
const patience = { timeout: 20_000 };

let root: string;
let dir: string;
let inbox: WebhookInbox;
let child: ChildProcess;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "forge-restart-"));
  dir = join(root, "forge");
  inbox = await webhookInbox();
});
afterEach(async () => {
  await kill();
  await inbox.stop();
  await rm(root, { recursive: true, force: true });
});

async function start(port = 0): Promise<Started> {
  const script = fileURLToPath(new URL("forge-process.ts", import.meta.url));
  child = spawn(process.execPath, [script, dir, String(port), inbox.url], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(createInterface({ input: child.stdout! }), "line")) as [string];
  return JSON.parse(line) as Started;
}

async function kill(): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

describe("a forge that was killed", () => {
  it("goes on where it was: keys, tokens, pull requests, the number of the next one", async () => {
    const first = await start();
    const copy = await clone(root, first.repository.cloneUrl);
    await copy.push("one", { "one.txt": "1\n" });
    await copy.push("two", { "two.txt": "2\n" });
    const api = `http://127.0.0.1:${first.port}/api/v3`;
    const headers = { authorization: `token ${first.token}` };
    const pull = { title: "One", head: "one", base: "main" };
    const opened = await fetch(`${api}/repos/acme/shop/pulls`, {
      method: "POST",
      headers,
      body: JSON.stringify(pull),
    });
    expect(opened.status).toBe(201);
    await kill();

    const second = await start(first.port);
    expect(second).toEqual(first);
    await copy.push("one", { "one.txt": "1.1\n" });
    await expect.poll(() => inbox.of("pull_request.synchronize"), patience).toHaveLength(1);
    const next = await fetch(`${api}/repos/acme/shop/pulls`, {
      ...{ method: "POST", headers },
      body: JSON.stringify({ title: "Two", head: "two", base: "main" }),
    });
    expect(await next.json()).toMatchObject({ number: 2 });
  });

  it("tells of a push that had reached git, but nobody yet", async () => {
    const { repository, port } = await start();
    const copy = await clone(root, repository.cloneUrl);
    await copy.push("one", { "one.txt": "1\n" });
    await expect
      .poll(() => inbox.names(), patience)
      .toEqual(["create", "create", "installation.created", "push", "push"]);
    await kill();
    const heard = new Set(inbox.received.map(({ guid }) => guid));
    // What a kill right after git's own part of a push leaves behind.
    const bare = join(dir, "repositories", `${repository.id}.git`);
    const sha = await git(copy.dir, "rev-parse", "one");
    await git(bare, "update-ref", "refs/heads/untold", sha);
    const again = await start(port);
    expect(again.port).toBe(port);
    // An answer that the kill kept out of the log makes its delivery come again, with its old GUID.
    const news = () => inbox.received.filter(({ guid }) => !heard.has(guid));
    await expect
      .poll(
        () =>
          news()
            .map(({ event }) => event)
            .sort(),
        patience,
      )
      .toEqual(["create", "push"]);
    expect(news().find(({ event }) => event === "push")?.payload).toMatchObject({
      ref: "refs/heads/untold",
      after: sha,
    });
  });

  it("knows a merge as one, even when only git had heard of it", async () => {
    const forge = await startForge({ dir });
    await forge.createRepository({ owner: "acme", name: "shop", files: new Map([["a.txt", "a"]]) });
    const repository = forge.repository("acme/shop")!;
    await repository.commitFile({ ...{ branch: "main", newBranch: "b", path: "a.txt", content: "b", message: "b" } });
    const { number, headSha } = await repository.openPullRequest({ title: "b", head: "b", base: "main" });
    await forge.stop();
    await git(join(dir, "repositories", "1.git"), "update-ref", "refs/heads/main", headSha);

    const later = await startForge({ dir });
    later.setWebhookUrl(inbox.url);
    const ask = asker(later, `token ${later.person.token}`);
    expect(read(await ask("GET", `/repos/acme/shop/pulls/${number}`))).toMatchObject({ merged: true, state: "closed" });
    await later.stop();
  });

  it("sends a delivery again that was under way, with its GUID", async () => {
    const forge = await startForge({ dir });
    forge.setWebhookUrl(inbox.url);
    forge.faults.holdDeliveries((event) => event === "push");
    await forge.createRepository({ owner: "acme", name: "shop", files: new Map([["a.txt", "a"]]) });
    await forge.stop();
    expect(inbox.of("push")).toHaveLength(0);
    const later = await startForge({ dir });
    later.setWebhookUrl(inbox.url);
    await later.settled();
    expect(inbox.of("push")).toHaveLength(1);
    await later.stop();
  });
});
