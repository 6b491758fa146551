import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import pino from "pino";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { delayAfter, RepositoryGone } from "../../src/bot/job-failure.ts";
import { formatJobKey, type JobKey, parseJobKey } from "../../src/bot/job-key.ts";
import { startWorker, type Worker, type WorkerOptions } from "../../src/bot/worker.ts";
import { GitHubError } from "../../src/github/github-error.ts";
import type { Urgency } from "../../src/github/write-budget.ts";
import { attend } from "../../src/store/attention.ts";
import { claimJob, enqueueJob, failJob, nextJobInMs } from "../../src/store/jobs.ts";
import { openStore, type Store } from "../../src/store/open-store.ts";

const log = pino({ level: "silent" });
const dir = mkdtempSync(join(tmpdir(), "trueup-worker-"));
let store: Store;
let worker: Worker | undefined;
beforeAll(async () => {
  store = await openStore({ dir });
});
afterEach(async () => {
  await worker?.stop(60_000);
  await sql`truncate jobs, attention`.execute(store.db);
});
afterAll(async () => {
  await store.close();
  rmSync(dir, { recursive: true, force: true });
});

const work = (run: WorkerOptions["run"], concurrency = 4, on = store) => {
  worker = startWorker({ store: on, run, log, concurrency, random: () => 0 });
};
const pullRequest = (number: number) => formatJobKey({ kind: "pull-request", repositoryId: 1, number });

test("different keys run side by side, no more than allowed, and every one of them", async () => {
  let running = 0;
  let most = 0;
  const done = new Set<number>();
  const all = Promise.withResolvers<void>();
  const four = Promise.withResolvers<void>();
  work(async (key) => {
    if (key.kind !== "pull-request") return;
    most = Math.max(most, ++running);
    if (running === 4) four.resolve();
    await four.promise;
    running--;
    if (done.add(key.number).size === 20) all.resolve();
  });
  for (let number = 1; number <= 20; number++) await enqueueJob(store.db, pullRequest(number));
  await all.promise;
  expect(most).toBe(4);
});

test("a rollout that somebody watches is told before forty plans are made again, and they do not wait for ever", async () => {
  const order: number[] = [];
  const all = Promise.withResolvers<void>();
  for (let number = 1; number <= 40; number++) await enqueueJob(store.db, pullRequest(number), { turn: "last" });
  await enqueueJob(store.db, pullRequest(41), { turn: "first" });
  // Hinted at again for a better reason.
  await enqueueJob(store.db, pullRequest(40), { turn: "first" });
  await sql`update jobs set run_at = run_at - interval '10 minutes' where key = ${pullRequest(1)}`.execute(store.db);
  work(async (key) => {
    if (key.kind === "pull-request" && order.push(key.number) === 41) all.resolve();
  }, 1);
  await all.promise;
  expect(order.slice(0, 4)).toEqual([1, 40, 41, 2]);
});

test("of many plans that are made again the one that somebody looks at has its turn first, and is written as urgent", async () => {
  const order: [number, Urgency][] = [];
  const all = Promise.withResolvers<void>();
  await attend(store.db, pullRequest(19));
  await sql`update attention set at = now() - interval '1 hour'`.execute(store.db);
  for (let number = 1; number <= 20; number++) await enqueueJob(store.db, pullRequest(number), { turn: "last" });
  await attend(store.db, pullRequest(20));
  work(async (key, _, urgency) => {
    if (key.kind === "pull-request" && order.push([key.number, urgency]) === 20) all.resolve();
  }, 1);
  await all.promise;
  const rest = Array.from({ length: 19 }, (_, index) => [index + 1, "background"]);
  expect(order).toEqual([[20, "urgent"], ...rest]);
});

test("what GitHub's limits have put off is tried when somebody looks at it, once for many looks, and nothing is made for a look", async () => {
  await attend(store.db, pullRequest(8));
  expect(await claimJob(store.db)).toBeUndefined();
  const putOff = async () => {
    const job = (await claimJob(store.db))!;
    await failJob(store.db, job, "limited", 3_600_000);
    return job;
  };
  await enqueueJob(store.db, pullRequest(7), { turn: "last" });
  expect(await putOff()).toMatchObject({ isBackground: true });
  for (let look = 0; look < 5; look++) await attend(store.db, pullRequest(7));
  expect(await putOff()).toMatchObject({ key: pullRequest(7), isBackground: false });
  await attend(store.db, pullRequest(7));
  expect(await claimJob(store.db)).toBeUndefined();
});

test("hints during a run make one more run of the key, never one beside it", async () => {
  let running = 0;
  let runs = 0;
  let overlapped = false;
  const first = Promise.withResolvers<void>();
  const hinted = Promise.withResolvers<void>();
  const again = Promise.withResolvers<void>();
  work(async () => {
    overlapped ||= ++running > 1;
    runs++;
    first.resolve();
    await hinted.promise;
    running--;
    if (runs === 2) again.resolve();
  });
  await enqueueJob(store.db, pullRequest(1));
  await first.promise;
  for (let hint = 0; hint < 10; hint++) await enqueueJob(store.db, pullRequest(1));
  hinted.resolve();
  await again.promise;
  await worker?.stop(60_000);
  expect({ runs, overlapped }).toEqual({ runs: 2, overlapped: false });
});

test("a job that fails comes again, and one about a repository that is gone does not", async () => {
  const tried: string[] = [];
  const recovered = Promise.withResolvers<void>();
  work(async (key) => {
    tried.push(formatJobKey(key));
    if (key.kind === "branch") throw new RepositoryGone("gone");
    if (tried.filter((text) => text === pullRequest(1)).length === 2) return recovered.resolve();
    throw new GitHubError("rate-limited", "later", { retryAfterMs: 1 });
  });
  await enqueueJob(store.db, formatJobKey({ kind: "branch", repositoryId: 1, branch: "main" }));
  await enqueueJob(store.db, pullRequest(1));
  await recovered.promise;
  await worker?.stop(60_000);
  expect(tried.toSorted()).toEqual(["branch:1:main", pullRequest(1), pullRequest(1)]);
  expect(await nextJobInMs(store.db)).toBeUndefined();
});

test.each([[[]], [["last"]]] as const)(
  "a rollout that GitHub has put off is told before ordinary work when its time has come, whatever hints come meanwhile: %j",
  async (hints) => {
    const order: number[] = [];
    const all = Promise.withResolvers<void>();
    await enqueueJob(store.db, pullRequest(0), { turn: "first" });
    for (let number = 1; number <= 20; number++) await enqueueJob(store.db, pullRequest(number));
    work(async (key) => {
      if (key.kind !== "pull-request") return;
      if (order.push(key.number) === 22) all.resolve();
      if (order.length > 1) return;
      for (const turn of hints) await enqueueJob(store.db, pullRequest(0), { turn });
      throw new GitHubError("rate-limited", "later", { retryAfterMs: 1 });
    }, 1);
    await all.promise;
    expect(order.lastIndexOf(0)).toBeLessThan(20);
  },
);

test("plans that are made again have their turn last, also when a rollout was told in the meantime", async () => {
  const order: number[] = [];
  const all = Promise.withResolvers<void>();
  await enqueueJob(store.db, pullRequest(0), { turn: "first" });
  for (let number = 1; number <= 5; number++) await enqueueJob(store.db, pullRequest(number));
  work(async (key) => {
    if (key.kind !== "pull-request") return;
    if (order.push(key.number) === 7) all.resolve();
    if (order.length === 1) await enqueueJob(store.db, pullRequest(0), { turn: "last" });
  }, 1);
  await all.promise;
  expect(order).toEqual([0, 1, 2, 3, 4, 5, 0]);
});

test("stopping waits for what runs and leaves the rest", async () => {
  const started = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const ended: string[] = [];
  work(async (key) => {
    started.resolve();
    await release.promise;
    ended.push(formatJobKey(key));
  }, 1);
  await enqueueJob(store.db, pullRequest(1));
  await enqueueJob(store.db, pullRequest(2));
  await started.promise;
  const stopped = worker?.stop(60_000);
  release.resolve();
  await stopped;
  expect(ended).toEqual([pullRequest(1)]);
  expect(await nextJobInMs(store.db)).toBe(0);
});

test("what a killed bot was at is worked off by the next one", async () => {
  const other = mkdtempSync(join(tmpdir(), "trueup-worker-"));
  const source = (path: string) => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href);
  const program = `
    import { openStore } from ${source("store/open-store.ts")};
    import { enqueueJob } from ${source("store/jobs.ts")};
    import { startWorker } from ${source("bot/worker.ts")};
    import pino from ${JSON.stringify(import.meta.resolve("pino"))};
    const store = await openStore({ dir: ${JSON.stringify(other)} });
    await enqueueJob(store.db, ${JSON.stringify(pullRequest(9))});
    const run = () => { console.log("in the middle"); return new Promise(() => setInterval(() => {}, 1000)); };
    startWorker({ store, run, log: pino({ level: "silent" }), concurrency: 1, random: () => 0 });`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "exit");
  const reopened = await openStore({ dir: other });
  const finished = Promise.withResolvers<JobKey>();
  work(async (key) => finished.resolve(key), 1, reopened);
  expect(await finished.promise).toEqual({ kind: "pull-request", repositoryId: 1, number: 9 });
  await worker?.stop(60_000);
  worker = undefined;
  await reopened.close();
  rmSync(other, { recursive: true, force: true });
}, 60_000);

test("waiting doubles up to ten minutes, and GitHub's own word counts more", () => {
  const fault = new Error("fault");
  expect([1, 2, 3, 30].map((attempts) => delayAfter(fault, attempts, 0))).toEqual([1000, 2000, 4000, 600_000]);
  expect(delayAfter(fault, 1, 0.5)).toBe(1250);
  const limited = new GitHubError("rate-limited", "later", { retryAfterMs: 90_000 });
  expect(delayAfter(limited, 9, 0)).toBe(90_000);
  expect([1, 4, 30].map((attempts) => delayAfter(limited, attempts, 0.5))).toEqual([92_500, 94_000, 390_000]);
});

test.each<JobKey>([
  { kind: "pull-request", repositoryId: 42, number: 7 },
  { kind: "branch", repositoryId: 42, branch: "release/1:2\n3" },
  { kind: "merge-group", repositoryId: 42, sha: "ab", ref: "gh-readonly-queue/main/pr-1-ab" },
  { kind: "command", repositoryId: 42, number: 7, commentId: 9 },
  { kind: "rerun", repositoryId: 42, sha: "ab" },
  { kind: "repository", repositoryId: 42 },
  { kind: "sweep" },
  { kind: "lost-deliveries" },
])("the key of $kind is read as it was written", (key) => {
  expect(parseJobKey(formatJobKey(key))).toEqual(key);
});

test("a key of another version is told from ours", () => {
  for (const text of ["", "branch:x:main", "pull-request:1", "weather:1"]) expect(parseJobKey(text)).toBeUndefined();
});
