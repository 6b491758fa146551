import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import pino from "pino";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createContext } from "../../../src/bot/bot-context.ts";
import { onAgentMessage } from "../../../src/bot/branch/on-agent-message.ts";
import { askAgain } from "../../../src/bot/pull-request/ask-again.ts";
import { askPlans, type PlanSubject } from "../../../src/bot/pull-request/ask-plans.ts";
import type { Command } from "../../../src/link/messages.ts";
import { recordApproval } from "../../../src/store/approvals.ts";
import { attend } from "../../../src/store/attention.ts";
import { openCommands } from "../../../src/store/commands.ts";
import { openStore, type Store } from "../../../src/store/open-store.ts";
import { plansOf, recordAskedPlan, recordPlanResult } from "../../../src/store/plans.ts";

const dir = mkdtempSync(join(tmpdir(), "trueup-again-"));
const repositoryId = 1;
const began = Date.parse("2026-01-01T00:00:00Z");
let now = began;
let store: Store;
beforeAll(async () => {
  store = await openStore({ dir });
});
afterAll(async () => {
  await store.close();
  rmSync(dir, { recursive: true, force: true });
});
beforeEach(async () => {
  now = began;
  await sql`truncate jobs, commands, plans, touches, attention, approvals`.execute(store.db);
});

const context = () =>
  createContext(
    {
      github: undefined as never,
      mirrorOf: () => Promise.reject(new Error("no mirror here")),
      validator: undefined as never,
      clusters: ["prod"],
      planUrl: () => undefined,
      compared: () => undefined,
      listeningSince: () => 0,
      now: () => now,
    },
    store.db,
    pino({ level: "silent" }),
  );

const subject: PlanSubject = { repositoryId, number: 1, headSha: "h1", base: "main", baseSha: "b1", tree: "t1" };

/** Asks as for these commits. @returns how long after that it is told, in milliseconds */
async function asked(change: Partial<PlanSubject> = {}): Promise<number> {
  const of = { ...subject, ...change };
  const stem = `plan/1/1/${of.headSha}-${of.base}-${of.baseSha}/`;
  const [row] = await askPlans(context(), of, [{ system: "shop", cluster: "prod", stem }]);
  return row!.announce_at!.getTime() - now;
}

async function answer(): Promise<void> {
  const [row] = await plansOf(store.db, repositoryId, 1);
  await recordPlanResult(store.db, row!.command_id, { id: row!.command_id });
}

test("who opens, pushes or retargets is soon told that it is planned, and a base that moves writes nothing for ten seconds", async () => {
  expect(await asked()).toBe(2_000);
  await answer();
  expect(await asked({ baseSha: "b2" })).toBe(10_000);
  await answer();
  expect(await asked({ baseSha: "b2", headSha: "h2" })).toBe(2_000);
  await answer();
  expect(await asked({ base: "release", baseSha: "r1", headSha: "h2" })).toBe(2_000);
});

/** Beside the one pull request so many have a plan, into the same base. */
async function beside(count: number, baseRef: string): Promise<number[]> {
  const numbers = Array.from({ length: count }, (_, at) => at + 2);
  for (const pullRequest of numbers) {
    const commandId = `plan/1/${pullRequest}/h1-main-b1/0`;
    const of = { repositoryId, pullRequest, system: "shop", cluster: "prod", baseRef };
    await recordAskedPlan(store.db, { ...of, commandId, headSha: "h1", baseSha: "b1", askedAt: new Date(now) });
    await recordPlanResult(store.db, commandId, { id: commandId });
  }
  return numbers;
}

test("a base that has moved under a crowd of pull requests has none of them announced, neither the first nor the last", async () => {
  await asked();
  await answer();
  const announced: unknown[] = [];
  for (const number of [1, ...(await beside(25, "main"))]) {
    const question = { system: "shop", cluster: "prod", stem: `plan/1/${number}/h1-main-b2/` };
    const [row] = await askPlans(context(), { ...subject, number, baseSha: "b2" }, [question]);
    announced.push(row!.announce_at);
    await recordPlanResult(store.db, row!.command_id, { id: row!.command_id });
  }
  expect(new Set(announced)).toEqual(new Set([null]));
  // Who pushes meanwhile is no part of it.
  expect(await asked({ headSha: "h2", baseSha: "b2" })).toBe(2_000);
});

test("a crowd on another branch is none of this one's", async () => {
  await asked();
  await answer();
  await beside(25, "release");
  expect(await asked({ baseSha: "b2" })).toBe(10_000);
});

test("who has pushed is told as soon when the base moves meanwhile", async () => {
  await asked();
  now += 500;
  expect(await asked({ baseSha: "b2" })).toBe(1_500);
});

test("who writes `/trueup plan` is soon told that it is planned again, also while it is made again already", async () => {
  await asked();
  await answer();
  now += 60_000;
  await onAgentMessage(context(), "prod", { type: "plan-stale" });
  const told = async () => (await plansOf(store.db, repositoryId, 1))[0]!.announce_at!.getTime() - now;
  expect(await told()).toBe(10_000);
  await askAgain(store.db, (await plansOf(store.db, repositoryId, 1))[0]!, new Date(now));
  expect(await told()).toBe(2_000);
});

test("an approval that comes while a plan is awaited leaves the agent one question, the one that has the approval", async () => {
  await asked();
  const [before] = await plansOf(store.db, repositoryId, 1);
  now += 500;
  await askAgain(store.db, before!, new Date(now));
  const open = async () =>
    (await openCommands(store.db, "prod", undefined)).commands.map((command) => (command as Command).id);
  expect(await open()).toEqual([before!.command_id]);
  const approval = { tree: "t", deletes: ["d"], by: "grace" };
  const of = { repositoryId, pullRequest: 1, system: "shop", headSha: "h1", baseRef: "main" };
  await recordApproval(store.db, of, approval);
  await askAgain(store.db, before!, new Date(now), { replace: true });
  const [after] = await plansOf(store.db, repositoryId, 1);
  expect(after!.command_id).not.toBe(before!.command_id);
  expect((await openCommands(store.db, "prod", undefined)).commands).toMatchObject([
    { id: after!.command_id, approvals: [approval] },
  ]);
  // What comes of the old one all the same is nobody's answer.
  expect(await recordPlanResult(store.db, before!.command_id, { id: before!.command_id })).toBeUndefined();
});

/** As the agent says it: of each plan by itself, or of all when it has just started. */
type Told = "each" | "all";

/** So many open pull requests of these repositories have a plan, and all of them are stale at once. @returns whom it has looked at later */
async function stale(count: number, told: Told, repositories: readonly number[] = [repositoryId]): Promise<string[]> {
  for (let pullRequest = 1; pullRequest <= count; pullRequest++) {
    for (const repositoryId of repositories) {
      const commandId = `plan/${repositoryId}/${pullRequest}/x/0`;
      const of = { repositoryId, pullRequest, system: "shop", cluster: "prod" };
      await recordAskedPlan(store.db, { ...of, commandId, headSha: "h", baseSha: "b", askedAt: new Date(0) });
      await recordPlanResult(store.db, commandId, { id: commandId });
    }
  }
  const ids = told === "all" ? [{}] : await store.db.selectFrom("plans").select("command_id as id").execute();
  for (const id of ids) await onAgentMessage(context(), "prod", { type: "plan-stale", ...id });
  const { rows } = await sql<{ key: string }>`
    select key from jobs where run_at > now() + interval '8 seconds' order by key`.execute(store.db);
  return rows.map(({ key }) => key);
}

test("what a change in the cluster has planned again is looked at when it takes long, so that the comment can say so", async () => {
  expect(await stale(2, "each")).toEqual(["pull-request:1:1", "pull-request:1:2"]);
});

test("pull requests of one number in two repositories are two, and each is looked at", async () => {
  const both = ["pull-request:1:1", "pull-request:1:2", "pull-request:2:1", "pull-request:2:2"];
  expect(await stale(2, "all", [2, 1])).toEqual(both);
});

test("a crowd that is planned again at once is not told: the writes are for the plans", async () => {
  expect(await stale(200, "all")).toEqual([]);
  const waiting = await store.db
    .selectFrom("plans")
    .select("command_id")
    .where("announce_at", "is not", null)
    .execute();
  expect(waiting).toEqual([]);
});

test("of a crowd that is planned again the one that somebody looks at is told", async () => {
  await attend(store.db, "pull-request:1:7");
  expect(await stale(200, "all")).toEqual(["pull-request:1:7"]);
});

test("nor is a crowd that becomes stale one by one, but for its first few", async () => {
  expect(await stale(60, "each")).toHaveLength(20);
});

test("what was refused, and is asked time and again, takes no look of its own and is told only to who looks at it", async () => {
  const id = "plan/1/9/x/0";
  const of = { repositoryId, pullRequest: 9, system: "shop", cluster: "prod" };
  await recordAskedPlan(store.db, { ...of, commandId: id, headSha: "h", baseSha: "b", askedAt: new Date(0) });
  await recordPlanResult(store.db, id, { id, error: { kind: "fault", message: "the cluster is away" } });
  await onAgentMessage(context(), "prod", { type: "plan-stale", id });
  expect((await plansOf(store.db, repositoryId, 9))[0]).toMatchObject({ announce_at: null, asked_at: new Date(now) });
  expect((await sql`select key from jobs`.execute(store.db)).rows).toEqual([]);
});
