import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { onAgentMessage } from "../../../src/bot/branch/on-agent-message.ts";
import type { RolloutState } from "../../../src/bot/branch/rollout-state.ts";
import { type NewRollout, restartRollout, startRollout } from "../../../src/bot/branch/start-rollout.ts";
import type { PlanCommand, SyncCommand } from "../../../src/link/messages.ts";
import { openStore, type Store } from "../../../src/store/open-store.ts";
import { recordAskedPlan, recordPlanResult } from "../../../src/store/plans.ts";
import { findRollout, type RolloutRow, rolloutsOfSystem, updateRollout } from "../../../src/store/rollouts.ts";
import { recordToldDeletions } from "../../../src/store/told-deletions.ts";
import { changed, planFor, synced, syncedFor } from "../bot-world.ts";
import { storeContext } from "../store-context.ts";

const dir = mkdtempSync(join(tmpdir(), "trueup-rollouts-"));
const repositoryId = 1;
const system = "shop";
let store: Store;
let now: number;
let counted: string[];
beforeAll(async () => {
  store = await openStore({ dir });
});
afterAll(async () => {
  await store.close();
  rmSync(dir, { recursive: true, force: true });
});
beforeEach(async () => {
  now = Date.parse("2026-01-01T00:00:00Z");
  counted = [];
  await sql`truncate jobs, commands, plans, touches, told_deletions, rollouts`.execute(store.db);
});

const context = () => storeContext(store, { now: () => now, compared: (fidelity) => void counted.push(fidelity) });

/** Each later than the one before. @returns the command that the agent gets */
async function rollOut(sha: string, pullRequests: number[]): Promise<SyncCommand> {
  now += 1_000;
  const [previous] = await rolloutsOfSystem(store.db, repositoryId, system, 1);
  const of: Omit<NewRollout, "pullRequests"> = { repositoryId, branch: "main", system, cluster: "prod", sha, previous };
  await startRollout(context(), { ...of, pullRequests });
  return openSync(sha);
}

async function openSync(sha: string): Promise<SyncCommand> {
  const { command_id } = await row(sha);
  const { body } = await store.db
    .selectFrom("commands")
    .select("body")
    .where("id", "=", command_id!)
    .executeTakeFirstOrThrow();
  return body as SyncCommand;
}

const row = async (sha: string): Promise<RolloutRow> => (await findRollout(store.db, repositoryId, system, sha))!;

/** The pull request has a plan that changes one object. */
async function planned(pullRequest: number): Promise<void> {
  const of = { headSha: "h", baseSha: "b" };
  const commandId = `plan/${pullRequest}`;
  const asked = { repositoryId, pullRequest, system, cluster: "prod", commandId, ...of, askedAt: new Date(now) };
  await recordAskedPlan(store.db, asked);
  const command = { id: commandId, repositoryId, system, pullRequest, ...of } as PlanCommand;
  await recordPlanResult(store.db, commandId, planFor(command, [changed()]));
}

type Told = "progress" | "healthy" | "failed" | "held" | "superseded";

/** The same message twice, as after an answer that was lost. */
async function tellTwice(sync: SyncCommand, told: Told): Promise<void> {
  const { id, sha } = sync;
  const step = { type: "sync-progress", id, repositoryId, system, sha, at: "2026-01-01T00:00:00Z" } as const;
  for (let copy = 0; copy < 2; copy++) {
    now += 1_000;
    const message =
      told === "progress"
        ? ({ ...step, step: "waiting", message: "1 of 2", done: 1, total: 2 } as const)
        : syncedFor(sync, { outcome: told, objects: [synced()] });
    await onAgentMessage(context(), "prod", message);
  }
}

describe("what an agent says of a rollout, late or twice", () => {
  const over = { progress: "stays", failed: "stays", held: "stays", superseded: "stays" } as const;
  const running = {
    progress: "deploying",
    healthy: "healthy, counted",
    failed: "failed",
    held: "held, counted",
    superseded: "superseded",
  } as const;
  const becomes: Record<RolloutState, Record<Told, string>> = {
    waiting: running,
    deploying: running,
    // What went well stays told, and so does what came after it.
    healthy: { ...over, healthy: "stays" },
    superseded: { ...over, healthy: "stays" },
    // An agent goes on trying by itself. What is held has been counted so.
    failed: { ...over, healthy: "healthy, counted" },
    held: { ...over, healthy: "healthy" },
  };
  const cases = Object.entries(becomes).flatMap(([state, told]) =>
    Object.entries(told).map(([message, then]) => [state, message, then] as [RolloutState, Told, string]),
  );

  test.each(cases)("one that is %s hears `%s`: %s", async (state, message, then) => {
    await planned(7);
    const sync = await rollOut("a", [7]);
    if (state !== "waiting") await tellTwice(sync, state === "deploying" ? "progress" : state);
    counted = [];
    const before = await row("a");
    await tellTwice(sync, message);
    const after = await row("a");
    if (then === "stays") expect(after).toEqual(before);
    expect(after.state).toBe(then === "stays" ? state : then.replace(", counted", ""));
    expect(counted).toEqual(then.endsWith("counted") ? ["as-planned"] : []);
  });

  test("one that is held and then healthy, by itself or because somebody approved or asked once more, is counted once", async () => {
    await planned(7);
    const sync = await rollOut("a", [7]);
    await tellTwice(sync, "held");
    await tellTwice(sync, "healthy");
    for (const cause of ["approved", "asked"]) {
      await restartRollout(store.db, await row("a"), cause, new Date(now));
      const again = await openSync("a");
      await tellTwice(again, "progress");
      await tellTwice(again, "healthy");
    }
    expect((await row("a")).state).toBe("healthy");
    expect(counted).toEqual(["as-planned"]);
  });
});

describe("what a sync may delete, by what plans have told", () => {
  const told = (pullRequest: number, ...objects: string[]) =>
    recordToldDeletions(store.db, { repositoryId, pullRequest, system, objects });

  test.each([
    ["a push without a pull request is held to the guards alone", [], undefined],
    ["and a pull request that never had a plan", [9], undefined],
    ["a plan that deletes nothing lets nothing go", [3], []],
    ["several go out together, each with what it told", [1, 2, 9], ["a", "b"]],
  ] as const)("%s", async (_, pullRequests, planned) => {
    await told(1, "b", "a");
    await told(2, "a");
    await told(3);
    expect((await rollOut("1", [...pullRequests])).planned).toEqual(planned);
  });

  test.each([
    ["failed", ["a", "b"]],
    ["superseded", ["a", "b"]],
    // What it has held since waits for somebody's approval, not for the next merge.
    ["held", ["b"]],
    ["healthy", ["b"]],
  ] as const)("after a rollout that was %s", async (state, planned) => {
    await told(1, "a");
    await told(2, "b");
    await rollOut("1", [1]);
    await updateRollout(store.db, await row("1"), { state });
    expect((await rollOut("2", [2])).planned).toEqual(planned);
  });

  test("what failed before something that went well is over, and a rollout that is taken over still lets go what it was to", async () => {
    for (const [at, name] of ["", "a", "b", "c"].entries()) if (at > 0) await told(at, name);
    await tellTwice(await rollOut("1", [1]), "failed");
    await tellTwice(await rollOut("2", [2]), "healthy");
    expect((await rollOut("3", [2])).planned).toEqual(["b"]);
    expect((await rollOut("4", [3])).planned).toEqual(["b", "c"]);
    expect((await row("4")).pull_requests).toEqual([2, 3]);
    expect((await rollOut("5", [])).planned).toBeUndefined();
  });
});
