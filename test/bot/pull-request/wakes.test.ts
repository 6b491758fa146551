import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import pino from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createContext } from "../../../src/bot/bot-context.ts";
import { onAgentMessage } from "../../../src/bot/branch/on-agent-message.ts";
import { startRollout } from "../../../src/bot/branch/start-rollout.ts";
import { dropPlans } from "../../../src/bot/pull-request/ask-plans.ts";
import { assessPullRequest } from "../../../src/bot/pull-request/assess-pull-request.ts";
import { notifyFailure } from "../../../src/bot/pull-request/notify-failure.ts";
import { reconcileClosed } from "../../../src/bot/pull-request/reconcile-closed.ts";
import { reconcilePullRequest } from "../../../src/bot/pull-request/reconcile-pull-request.ts";
import type { BotContext } from "../../../src/bot/reconciler.ts";
import { sweepRepository } from "../../../src/bot/sweep.ts";
import { identityKey } from "../../../src/core/manifest/kube-object.ts";
import type { Touch } from "../../../src/core/plan/overlap.ts";
import type { RolloutReport } from "../../../src/core/report/report.ts";
import { GitError } from "../../../src/git/git-error.ts";
import { GitHubError } from "../../../src/github/github-error.ts";
import type { PullRequest, RepositoryClient } from "../../../src/github/repository-client.ts";
import type { SyncResult } from "../../../src/link/messages.ts";
import { openStore, type Store } from "../../../src/store/open-store.ts";
import { recordAskedPlan } from "../../../src/store/plans.ts";
import { type PullRequestRow, savePullRequest } from "../../../src/store/pull-requests.ts";
import { findRollout } from "../../../src/store/rollouts.ts";
import { recordTouches, touchingPullRequests, whoMeets } from "../../../src/store/touches.ts";

const dir = mkdtempSync(join(tmpdir(), "trueup-wakes-"));
const repositoryId = 1;
let store: Store;
beforeAll(async () => {
  store = await openStore({ dir });
});
afterAll(async () => {
  await store.close();
  rmSync(dir, { recursive: true, force: true });
});
beforeEach(async () => {
  await sql`truncate jobs, commands, plans, touches, rollouts, pull_requests`.execute(store.db);
});

/** What GitHub answers is the test's; everything else is the bot's own. */
function contextWith(client: Partial<RepositoryClient> = {}, lines: string[] = []): BotContext {
  const parts = {
    github: undefined as never,
    mirrorOf: () => Promise.reject(new Error("no mirror here")),
    validator: undefined as never,
    clusters: ["prod"],
    planUrl: () => undefined,
    compared: () => undefined,
    listeningSince: () => 0,
    now: () => Date.parse("2026-01-01T00:00:00Z"),
  };
  const log = pino({ level: "warn" }, { write: (line) => void lines.push(line) });
  const repository = async () => ({ id: repositoryId, ...client }) as RepositoryClient;
  return { ...createContext(parts, store.db, log), repository };
}

const web: Touch = { apiVersion: "v1", kind: "ConfigMap", name: "web", action: "delete", fields: [] };

/** These are open, and all of them delete the same object. */
async function meeting(...numbers: number[]): Promise<void> {
  for (const pullRequest of numbers) {
    const of = { repositoryId, pullRequest, system: "shop", cluster: "prod" };
    const asked = { commandId: `plan/${pullRequest}`, headSha: "a", baseSha: "b", askedAt: new Date(0) };
    await recordAskedPlan(store.db, { ...of, ...asked });
    await recordTouches(store.db, of, new Map([[identityKey(web), web]]));
  }
}

const woken = async () =>
  (await store.db.selectFrom("jobs").select("key").orderBy("key").execute()).map(({ key }) => key);

const pullRequest = (more: Partial<PullRequest>) =>
  ({ number: 1, locked: true, state: "closed", base: { ref: "main", sha: "b" }, ...more }) as PullRequest;

/** As if the process died just before it could wake anybody. */
async function withoutWakes(work: () => Promise<unknown>): Promise<void> {
  await sql`create function dies() returns trigger language plpgsql as $$ begin raise exception 'dies here'; end $$`.execute(
    store.db,
  );
  await sql`create trigger dies before insert on jobs for each statement execute function dies()`.execute(store.db);
  try {
    await expect(work()).rejects.toThrow("dies here");
  } finally {
    await sql`drop function dies cascade`.execute(store.db);
  }
}

describe("a crash before the others are woken leaves the work to be done again, wholly", () => {
  test.each<[string, (context: BotContext) => Promise<unknown>]>([
    ["closed", (context) => dropPlans(context, repositoryId, 1)],
    [
      "merged",
      (context) => reconcileClosed(context, { id: repositoryId } as RepositoryClient, pullRequest({ merged: true })),
    ],
    [
      "rolled out",
      (context) =>
        startRollout(context, {
          repositoryId,
          branch: "main",
          system: "shop",
          cluster: "prod",
          sha: "c".repeat(40),
          pullRequests: [1],
          previous: undefined,
        }),
    ],
  ])("when it is %s", async (_, work) => {
    await meeting(1, 2, 12);
    await withoutWakes(() => work(contextWith()));
    expect(await whoMeets(store.db, repositoryId, 1)).toEqual([2, 12]);
    expect(await findRollout(store.db, repositoryId, "shop", "c".repeat(40))).toBeUndefined();
    await work(contextWith());
    expect(await whoMeets(store.db, repositoryId, 1)).toEqual([]);
    expect(await woken()).toEqual(expect.arrayContaining(["pull-request:1:12", "pull-request:1:2"]));
  });
});

test("a rollout wakes its pull requests in the one order that all do, or two of them would wait for one another", async () => {
  const of = { repositoryId, system: "shop", sha: "c".repeat(40) };
  const rollout = { ...of, branch: "main", cluster: "prod", pullRequests: [9, 2, 11], previous: undefined };
  await startRollout(contextWith(), rollout);
  const order: unknown[] = [];
  const context = contextWith();
  const wake: BotContext["wake"] = async (key) => void order.push("number" in key ? key.number : key.kind);
  const at = new Date(0).toISOString();
  const result: SyncResult = { type: "sync-result", ...of, at, outcome: "healthy", durationMs: 1, objects: [] };
  await onAgentMessage({ ...context, wake }, "prod", result);
  expect(order).toEqual(["branch", 2, 9, 11]);
});

test("one that is closed wakes those that share its check, and none that is closed too: the two would wake each other for ever", async () => {
  for (const [number, check_digest] of [
    [1, null],
    [2, "success:a"],
    [3, "failure:b"],
  ] as const)
    await savePullRequest(store.db, {
      repository_id: repositoryId,
      number,
      head_sha: "a",
      base_sha: "b",
      check_digest,
    });
  const client = { id: repositoryId } as RepositoryClient;
  await reconcileClosed(contextWith(), client, pullRequest({ number: 2, merged: false }));
  expect(await woken()).toEqual(["pull-request:1:3"]);
});

describe("what a pull request touches is told to nobody any more", () => {
  test("when it has vanished", async () => {
    await meeting(1, 2);
    await reconcilePullRequest(contextWith({ pullRequest: async () => undefined }), { repositoryId, number: 1 });
    expect(await touchingPullRequests(store.db, repositoryId)).toEqual([2]);
    expect(await woken()).toEqual(["pull-request:1:2"]);
  });

  test("when its base branch has vanished", async () => {
    await meeting(1, 2);
    const client: Partial<RepositoryClient> = {
      pullRequest: async () => pullRequest({ state: "open" }),
      info: async () => ({ defaultBranch: "main", private: true }) as never,
      branch: async () => undefined,
    };
    await reconcilePullRequest(contextWith(client), { repositoryId, number: 1 });
    expect(await touchingPullRequests(store.db, repositoryId)).toEqual([2]);
  });

  test("when Git cannot read it any more within our limits", async () => {
    await meeting(1, 2);
    const context = contextWith();
    context.mirror = () => Promise.reject(new GitError("limit", "too much to fetch"));
    const open = pullRequest({ state: "open", head: { sha: "a", ref: "web", repositoryId } });
    const client = { id: repositoryId, pullRequest: async () => open } as Partial<RepositoryClient> as RepositoryClient;
    const row = { repository_id: repositoryId, number: 1 } as PullRequestRow;
    const { report } = await assessPullRequest(context, client, open, { row, baseSha: "b", defaultBranch: "main" });
    expect(report).toMatchObject({ stage: "note", headline: "the repository cannot be read" });
    expect(await touchingPullRequests(store.db, repositoryId)).toEqual([2]);
    expect(await woken()).toEqual(["pull-request:1:2"]);
  });

  test("when it was closed and nobody heard of it: the sweep looks at it", async () => {
    await meeting(1, 2);
    const client: Partial<RepositoryClient> = {
      info: async () => ({ defaultBranch: "main" }) as never,
      openPullRequests: async () => [pullRequest({ number: 2 }), pullRequest({ number: 3 })],
    };
    await sweepRepository(contextWith(client), repositoryId);
    expect(await woken()).toEqual(["branch:1:main", "pull-request:1:1", "pull-request:1:2", "pull-request:1:3"]);
  });
});

describe("the notice that a rollout failed", () => {
  const report: RolloutReport = {
    stage: "rollout",
    sha: "c".repeat(40),
    branch: "main",
    systems: [{ system: "shop", cluster: "prod", state: "failed", message: "no" }],
  };
  const notify = (client: Partial<RepositoryClient>, lines: string[] = []) =>
    notifyFailure(
      contextWith({}, lines),
      { id: repositoryId, ownComments: async () => [], ...client } as RepositoryClient,
      pullRequest({ locked: false, author: "mona" }),
      report,
      [],
    );
  const fails = (kind: "forbidden" | "unreachable") => ({
    createComment: () => Promise.reject(new GitHubError(kind, "403")),
  });

  test("that GitHub forbids is logged, and the job goes on", async () => {
    const lines: string[] = [];
    await notify(fails("forbidden"), lines);
    expect(lines.join("")).toContain("GitHub forbids the comment");
  });

  test("that GitHub has no time for is tried again", async () => {
    await expect(notify(fails("unreachable"))).rejects.toThrow(GitHubError);
  });
});
