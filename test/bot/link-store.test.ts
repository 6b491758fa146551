import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createContext } from "../../src/bot/bot-context.ts";
import { createLinkStore } from "../../src/bot/link-store.ts";
import type { Reconcilers } from "../../src/bot/reconciler.ts";
import type { LinkStore } from "../../src/link/bot-side.ts";
import type { PlanResult } from "../../src/link/messages.ts";
import { findAgent } from "../../src/store/agents.ts";
import { addCommand } from "../../src/store/commands.ts";
import { claimJob, completeJob } from "../../src/store/jobs.ts";
import { openStore, type Store } from "../../src/store/open-store.ts";
import { plansOf, recordAskedAgain, recordAskedPlan } from "../../src/store/plans.ts";

const dir = mkdtempSync(join(tmpdir(), "trueup-link-store-"));
const now = () => Date.parse("2026-01-01T00:00:00Z");
let store: Store;
beforeAll(async () => {
  store = await openStore({ dir });
});
afterAll(async () => {
  await store.close();
  rmSync(dir, { recursive: true, force: true });
});

function linkStore(onAgentMessage: Reconcilers["onAgentMessage"] = async () => {}): LinkStore {
  const unused = () => Promise.reject(new Error("no message asks for this"));
  const parts = {
    github: undefined as never,
    mirrorOf: unused,
    validator: undefined as never,
    clusters: ["prod"],
    planUrl: () => undefined,
    compared: () => undefined,
    listeningSince: () => 0,
    now,
  };
  return createLinkStore({
    store,
    contextOn: (db, log) => createContext(parts, db, log),
    onAgentMessage,
    log: pino({ level: "silent" }),
    now,
  });
}

async function asked(id: string, number: number): Promise<PlanResult> {
  const subject = { repositoryId: 1, system: "shop", cluster: "prod" };
  const plan = { ...subject, pullRequest: number, commandId: id, headSha: "a", baseSha: "b", askedAt: new Date(now()) };
  await recordAskedPlan(store.db, plan);
  await addCommand(store.db, { ...subject, id, body: { id } });
  return { type: "plan-result", id, repositoryId: 1, system: "shop", error: { kind: "user", message: "no" } };
}

const openIds = async () =>
  (await linkStore().openCommands("prod", undefined)).commands.map((command) => (command as { id: string }).id);

test("an answer is stored, ends its command, and wakes the pull request", async () => {
  const result = await asked("q1", 1);
  expect(await openIds()).toEqual(["q1"]);
  for (let copy = 0; copy < 2; copy++) await linkStore().accept("prod", "m", result);
  expect((await plansOf(store.db, 1, 1))[0]?.result).toEqual(result);
  expect(await openIds()).toEqual([]);
  const job = (await claimJob(store.db))!;
  expect(job.key).toBe("pull-request:1:1");
  await completeJob(store.db, job);
});

test("a refusal that is the same when it is asked again, as it is time and again, has nobody look at GitHub", async () => {
  const first = await asked("q6", 6);
  await linkStore().accept("prod", "m", first);
  await completeJob(store.db, (await claimJob(store.db))!);
  const again = async (id: string, message: string, change: { silent_since?: Date; announce_at?: Date } = {}) => {
    const [row] = await plansOf(store.db, 1, 6);
    await recordAskedAgain(store.db, row!, { commandId: id, askedAt: new Date(now()), announceAt: undefined });
    if (Object.keys(change).length > 0) {
      await store.db.updateTable("plans").set(change).where("command_id", "=", id).execute();
    }
    await addCommand(store.db, { cluster: "prod", repositoryId: 1, system: "shop", id, body: { id } });
    await linkStore().accept("prod", "m", { ...first, id, error: { kind: "user", message } });
    const job = await claimJob(store.db);
    if (job !== undefined) await completeJob(store.db, job);
    return job?.key;
  };
  expect(await again("q7", "no")).toBeUndefined();
  expect((await plansOf(store.db, 1, 6))[0]?.result).toMatchObject({ id: "q7" });
  expect(await again("q8", "no, and another reason")).toBe("pull-request:1:6");
  // Whoever was told that it is planned again, or that nobody looks, is told that this is over.
  const soon = new Date(now() + 1_000);
  expect(await again("q9", "no, and another reason", { announce_at: soon })).toBe("pull-request:1:6");
  expect(await again("q10", "no, and another reason", { silent_since: new Date(now()) })).toBe("pull-request:1:6");
});

test("another cluster cannot answer in this one's place, and a late answer to an earlier question counts for nothing", async () => {
  const result = await asked("q2", 2);
  await linkStore().accept("staging", "m", result);
  expect((await plansOf(store.db, 1, 2))[0]?.result).toBeNull();
  await asked("q3", 2);
  await linkStore().accept("prod", "m", result);
  expect((await plansOf(store.db, 1, 2))[0]?.result).toBeNull();
  expect(await claimJob(store.db)).toBeUndefined();
});

test("a message is taken wholly or not at all, so that the agent sends it again", async () => {
  const result = await asked("q4", 4);
  const failing = linkStore(() => Promise.reject(new Error("a fault")));
  await expect(failing.accept("prod", "m", result)).rejects.toThrow("a fault");
  expect((await plansOf(store.db, 1, 4))[0]?.result).toBeNull();
  expect(await openIds()).toContain("q4");
  expect(await claimJob(store.db)).toBeUndefined();
});

test("a heartbeat says when the agent was heard, by the bot's clock", async () => {
  const heartbeat = { type: "heartbeat" as const, at: "2031-01-01T00:00:00Z", version: "1", systems: [] };
  await linkStore().accept("prod", "m", heartbeat);
  const agent = await findAgent(store.db, "prod");
  expect(agent?.last_heard.getTime()).toBe(now());
  expect(agent?.heartbeat).toEqual(heartbeat);
});

test("a waiting agent is told of a command as it is stored, of its own cluster only, and let go when it hangs up", async () => {
  const hangsUp = new AbortController();
  let woken = 0;
  const mine = linkStore().whenCommands("prod", new AbortController().signal);
  const others = linkStore()
    .whenCommands("staging", hangsUp.signal)
    .then(() => woken++);
  await asked("q5", 5);
  await mine;
  expect(woken).toBe(0);
  hangsUp.abort();
  await others;
});
