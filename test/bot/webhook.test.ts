import { createHmac, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Hono } from "hono";
import pino from "pino";
import { Probot } from "probot";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { webhookApp } from "../../src/bot/intake/webhook-app.ts";
import { webhookRoute } from "../../src/bot/intake/webhook-route.ts";
import { wordsOf } from "../../src/bot/job-key.ts";
import { openStore, type Store } from "../../src/store/open-store.ts";
import { installationOf } from "../../src/store/repositories.ts";
import { appKey } from "./app-key.ts";

const secret = "the webhook's secret";
const appId = 7;
const dir = mkdtempSync(join(tmpdir(), "trueup-webhook-"));
let store: Store;
let route: Hono;

async function routeOn({ db }: Store, deadlineMs: number): Promise<Hono> {
  const log = pino({ level: "silent" });
  const probot = new Probot({ appId, privateKey: appKey, secret, log });
  await probot.load(webhookApp(db, appId, () => {}));
  return webhookRoute({ probot, secret, log, deadlineMs });
}

beforeAll(async () => {
  store = await openStore({ dir });
  route = await routeOn(store, 60_000);
});
afterAll(async () => {
  await store.close();
  rmSync(dir, { recursive: true, force: true });
});
beforeEach(async () => {
  await store.db.deleteFrom("jobs").execute();
  await store.db.deleteFrom("deliveries").execute();
});

const push = { ref: "refs/heads/main", repository: { id: 42 }, installation: { id: 3 }, pusher: { name: "Zoë ☃" } };

interface Wish {
  event?: string;
  guid?: string;
  payload?: unknown;
  body?: string;
  headers?: Record<string, string>;
  to?: Hono;
}

async function deliver({ event = "push", guid = randomUUID(), payload = push, body, headers, to = route }: Wish) {
  const text = body ?? JSON.stringify(payload);
  const signature = `sha256=${createHmac("sha256", secret).update(text).digest("hex")}`;
  const own = { "x-github-event": event, "x-github-delivery": guid, "x-hub-signature-256": signature };
  const answer = await to.request("/api/github/webhooks", {
    method: "POST",
    body: text,
    headers: { ...own, ...headers },
  });
  return answer.status;
}

const jobs = async () =>
  (await store.db.selectFrom("jobs").select("key").orderBy("key").execute()).map(({ key }) => key);

describe("a delivery", () => {
  test("is stored as a hint together with who lets us in, and answered", async () => {
    expect(await deliver({})).toBe(200);
    expect(await jobs()).toEqual(["branch:42:main"]);
    expect(await installationOf(store.db, 42)).toBe(3);
  });

  test("that comes again changes nothing, also ten at once", async () => {
    const guid = randomUUID();
    const answers = await Promise.all(Array.from({ length: 10 }, () => deliver({ guid })));
    expect(new Set(answers)).toEqual(new Set([200]));
    expect(await store.db.selectFrom("deliveries").select("guid").execute()).toEqual([{ guid }]);
  });

  test("of an event that nobody here knows is taken and ignored", async () => {
    expect(await deliver({ event: "invented_tomorrow", payload: { any: "thing" } })).toBe(200);
    expect(await jobs()).toEqual([]);
  });

  test.each([
    ["with another secret's signature", { headers: { "x-hub-signature-256": `sha256=${"0".repeat(64)}` } }, 401],
    ["without a signature", { headers: { "x-hub-signature-256": "" } }, 401],
    ["signed with SHA-1 only", { headers: { "x-hub-signature-256": `sha1=${"0".repeat(40)}` } }, 401],
    ["whose body is no JSON", { body: "{" }, 400],
    ["without a GUID", { headers: { "x-github-delivery": "" } }, 400],
    ["with a GUID that is none", { guid: "x'; drop table jobs; --" }, 400],
    ["whose repository has no id", { payload: { ...push, repository: { id: "42" } } }, 400],
    ["of a branch that no repository can have", { payload: { ...push, ref: "refs/heads/a\u0000b" } }, 400],
    ["of a branch without end", { payload: { ...push, ref: `refs/heads/${"a".repeat(100_000)}` } }, 400],
    ["whose body is a list", { payload: [] }, 400],
    ["larger than GitHub sends", { body: " ".repeat(25 * 1024 * 1024 + 1) }, 413],
  ])("%s is refused", async (_, wish: Wish, status) => {
    expect(await deliver(wish)).toBe(status);
    expect(await jobs()).toEqual([]);
  });
});

describe("what an event asks to look at", () => {
  const repository = { id: 42 };
  const sha = "a".repeat(40);
  const on = (more: object) => ({ repository, ...more });
  const comment = (body: string, more: object = {}) =>
    on({ action: "created", issue: { number: 5, pull_request: {} }, comment: { id: 9, body }, ...more });
  const own = (action: string, sender: number) => {
    const ours = { id: 9, body: "", user: { id: 6 }, performed_via_github_app: { id: appId } };
    return comment("", { action, comment: ours, sender: { id: sender } });
  };
  test.each<[string, string, object, string[]]>([
    ["a pull request", "pull_request", on({ action: "opened", pull_request: { number: 5 } }), ["pull-request:42:5"]],
    ["a tag", "push", on({ ref: "refs/tags/v1" }), []],
    ["a branch with a slash", "push", on({ ref: "refs/heads/a/b-ü" }), ["branch:42:a/b-ü"]],
    ["a command", "issue_comment", comment("/trueup plan"), [`command:42:5:9:${wordsOf("/trueup plan")}`]],
    ["a comment that only mentions one", "issue_comment", comment("say /trueup plan"), []],
    ["a command on an issue", "issue_comment", comment("/trueup plan", { issue: { number: 5 } }), []],
    ["our comment, deleted by somebody", "issue_comment", own("deleted", 5), ["pull-request:42:5"]],
    ["our comment, edited by ourselves", "issue_comment", own("edited", 6), []],
    [
      "our check, run again",
      "check_run",
      on({ action: "rerequested", check_run: { head_sha: sha, app: { id: appId } } }),
      [`rerun:42:${sha}`],
    ],
    [
      "another's check",
      "check_suite",
      on({ action: "rerequested", check_suite: { head_sha: sha, app: { id: 8 } } }),
      [],
    ],
    [
      "a merge queue's candidate",
      "merge_group",
      on({
        action: "checks_requested",
        merge_group: { head_sha: sha, head_ref: "refs/heads/gh-readonly-queue/main/pr-5-b" },
      }),
      [`merge-group:42:${sha}:gh-readonly-queue/main/pr-5-b`],
    ],
    ["a renamed repository", "repository", on({ action: "renamed" }), ["repository:42"]],
    [
      "an installation",
      "installation",
      { action: "created", installation: { id: 3 }, repositories: [{ id: 42 }, { id: 43 }] },
      ["repository:42", "repository:43"],
    ],
  ])("%s", async (_, event, payload, keys) => {
    expect(await deliver({ event, payload })).toBe(200);
    expect(await jobs()).toEqual(keys);
  });
});

describe("when the store is away", () => {
  test("GitHub hears that nothing was stored, and its second attempt is taken", async () => {
    const impatient = await routeOn(store, 20);
    const release = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    const busy = store.db.transaction().execute(async () => {
      held.resolve();
      await release.promise;
    });
    await held.promise;
    const guid = randomUUID();
    expect(await deliver({ guid, to: impatient })).toBe(503);
    release.resolve();
    await busy;
    expect(await deliver({ guid })).toBe(200);
    expect(await jobs()).toEqual(["branch:42:main"]);
  });

  test("a broken one is answered the same", async () => {
    const other = mkdtempSync(join(tmpdir(), "trueup-webhook-"));
    const closed = await openStore({ dir: other });
    const toClosed = await routeOn(closed, 60_000);
    await closed.close();
    expect(await deliver({ to: toClosed })).toBe(503);
    rmSync(other, { recursive: true, force: true });
  });
});
