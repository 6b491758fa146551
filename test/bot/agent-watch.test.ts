import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import pino from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type AgentWatch, startAgentWatch } from "../../src/bot/agent-watch.ts";
import { recordHeard } from "../../src/store/agents.ts";
import { openStore, type Store } from "../../src/store/open-store.ts";
import { finalisePlans, recordAskedPlan, recordPlanResult } from "../../src/store/plans.ts";
import { type StandingClock, standingClock } from "./standing-clock.ts";

const dir = mkdtempSync(join(tmpdir(), "trueup-agent-watch-"));
let store: Store;
let clock: StandingClock;
let watch: AgentWatch;
beforeAll(async () => {
  store = await openStore({ dir });
});
beforeEach(async () => {
  await sql`truncate jobs, plans, agents cascade`.execute(store.db);
  clock = standingClock();
});
afterEach(() => watch.stop());
afterAll(async () => {
  await store.close();
  rmSync(dir, { recursive: true, force: true });
});

const start = () => {
  watch = startAgentWatch(store.db, pino({ level: "silent" }), clock);
};
const heard = (cluster: string) => recordHeard(store.db, cluster, new Date(clock.now()));
async function planned(pullRequest: number, system: string, cluster: string): Promise<void> {
  const commandId = `plan/${pullRequest}/${system}`;
  const askedAt = new Date(clock.now());
  const of = { repositoryId: 1, pullRequest, system, cluster, headSha: "a", baseSha: "b" };
  await recordAskedPlan(store.db, { ...of, commandId, askedAt });
  await recordPlanResult(store.db, commandId, { id: commandId });
}
/** Pull requests that were woken since this was last asked. */
async function woken(): Promise<string[]> {
  const rows = await store.db.deleteFrom("jobs").returning("key").execute();
  return rows.map(({ key }) => key).sort();
}

test("an agent that falls silent wakes the open pull requests that it has planned, once, and no others", async () => {
  await planned(1, "shop", "prod");
  await planned(1, "side", "prod");
  await planned(2, "shop", "prod");
  await planned(3, "shop", "staging");
  await planned(4, "shop", "prod");
  await finalisePlans(store.db, 1, 4);
  start();
  await heard("prod");
  await clock.pass(50_000);
  await heard("staging");
  expect(await woken()).toEqual([]);
  await clock.pass(10_000);
  expect(await woken()).toEqual(["pull-request:1:1", "pull-request:1:2"]);
  for (let minute = 0; minute < 3; minute++) {
    await heard("staging");
    await clock.pass(55_000);
  }
  expect(await woken()).toEqual([]);
});

test("a bot that starts again gives an agent a minute to dial in, and finds out when it does not", async () => {
  await planned(1, "shop", "prod");
  await recordHeard(store.db, "prod", new Date(clock.now() - 3_600_000));
  start();
  await clock.pass(55_000);
  expect(await woken()).toEqual([]);
  await clock.pass(5_000);
  expect(await woken()).toEqual(["pull-request:1:1"]);
});

test("a machine that was asleep hears nobody, and takes nobody for silent", async () => {
  await planned(1, "shop", "prod");
  start();
  await heard("prod");
  await clock.oversleep(3_600_000);
  await clock.pass(55_000);
  expect(await woken()).toEqual([]);
  await clock.pass(5_000);
  expect(await woken()).toEqual(["pull-request:1:1"]);
});

test("a store that was away hears nobody, and is asked again", async () => {
  await planned(1, "shop", "prod");
  start();
  await heard("prod");
  await clock.pass(50_000);
  await sql`alter table plans rename to away`.execute(store.db);
  await clock.pass(60_000);
  await sql`alter table away rename to plans`.execute(store.db);
  await clock.pass(60_000);
  expect(await woken()).toEqual([]);
  await clock.pass(5_000);
  expect(await woken()).toEqual(["pull-request:1:1"]);
});
