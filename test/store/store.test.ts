import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { listAudit, recordAudit } from "../../src/store/audit.ts";
import { addCommand, closeCommand, openCommands } from "../../src/store/commands.ts";
import { recordDelivery, unknownDeliveries } from "../../src/store/deliveries.ts";
import { StoreInUse } from "../../src/store/folder-lock.ts";
import { claimJob, completeJob, enqueueJob, extendJob, failJob, nextJobInMs } from "../../src/store/jobs.ts";
import { openStore, type Store } from "../../src/store/open-store.ts";
import { installationOf } from "../../src/store/repositories.ts";
import type { Signal } from "../../src/store/signals.ts";

const dir = mkdtempSync(join(tmpdir(), "trueup-store-"));
let store: Store;
beforeAll(async () => {
  store = await openStore({ dir });
});
afterAll(async () => {
  await store.close();
  rmSync(dir, { recursive: true, force: true });
});
beforeEach(async () => {
  await sql`truncate deliveries, jobs, commands`.execute(store.db);
});

test("fifty copies of one delivery are one unit of work", async () => {
  const access = [{ repositoryId: 1, installationId: 2 }];
  const delivery = {
    guid: "guid-1",
    event: "push",
    jobs: [{ key: "branch:1:main", turn: "soon" as const }],
    attended: [],
    access,
  };
  const results = await Promise.all(Array.from({ length: 50 }, () => recordDelivery(store.db, delivery)));
  expect(results.filter(Boolean)).toHaveLength(1);
  expect(await claimJob(store.db)).toMatchObject({ key: "branch:1:main", claim: 1 });
  expect(await installationOf(store.db, 1)).toBe(2);
  expect(await unknownDeliveries(store.db, ["guid-1", "guid-2"])).toEqual(["guid-2"]);
});

describe("a job", () => {
  test("wakes its worker as it is stored", async () => {
    const heard = Promise.withResolvers<Signal>();
    const stop = store.listen((signal) => heard.resolve(signal));
    await enqueueJob(store.db, "k");
    expect(await heard.promise).toEqual({ kind: "job" });
    stop();
  });

  test("is held by one worker, and free again when that one was killed", async () => {
    await enqueueJob(store.db, "k");
    expect(await claimJob(store.db)).toMatchObject({ key: "k", attempts: 1 });
    expect(await claimJob(store.db)).toBeUndefined();
    const { rows } = await sql<{
      left: number;
    }>`select extract(epoch from locked_until - now())::int as left from jobs`.execute(store.db);
    expect(rows[0]?.left).toBeLessThan(60);
    await sql`update jobs set locked_until = now() - interval '1 second'`.execute(store.db);
    expect(await claimJob(store.db)).toMatchObject({ key: "k", attempts: 2 });
  });

  test("runs once more for a hint that came while it ran, and once only for many", async () => {
    await enqueueJob(store.db, "k");
    const job = (await claimJob(store.db))!;
    for (let hint = 0; hint < 5; hint++) await enqueueJob(store.db, "k");
    await completeJob(store.db, job);
    const again = (await claimJob(store.db))!;
    expect(again.key).toBe("k");
    await completeJob(store.db, again);
    expect(await claimJob(store.db)).toBeUndefined();
  });

  test("that failed waits", async () => {
    await enqueueJob(store.db, "k");
    await failJob(store.db, (await claimJob(store.db))!, "GitHub is away", 60_000);
    expect(await claimJob(store.db)).toBeUndefined();
    expect(await nextJobInMs(store.db)).toBeGreaterThan(50_000);
  });

  test("may ask for itself again later, and is not run at once for that", async () => {
    await enqueueJob(store.db, "k");
    const job = (await claimJob(store.db))!;
    await enqueueJob(store.db, "k", { delayMs: 60_000 });
    await completeJob(store.db, job);
    expect(await claimJob(store.db)).toBeUndefined();
    expect(await nextJobInMs(store.db)).toBeGreaterThan(50_000);
  });

  test("that was taken over is not ended by the worker that lost it", async () => {
    await enqueueJob(store.db, "k");
    const lost = (await claimJob(store.db))!;
    await sql`update jobs set locked_until = now() - interval '1 second'`.execute(store.db);
    const taken = (await claimJob(store.db))!;
    expect(await extendJob(store.db, lost)).toBe(false);
    await completeJob(store.db, lost);
    await failJob(store.db, lost, "late", 0);
    expect(await claimJob(store.db)).toBeUndefined();
    expect(await extendJob(store.db, taken)).toBe(true);
    await completeJob(store.db, taken);
    expect(await nextJobInMs(store.db)).toBeUndefined();
  });
});

test("a command stays open until it is answered, and an old store's cursor gets everything", async () => {
  for (const id of ["a", "b"])
    await addCommand(store.db, { id, cluster: "c", repositoryId: 1, system: "s", body: { id } });
  await addCommand(store.db, { id: "a", cluster: "c", repositoryId: 1, system: "s", body: { id: "a" } });
  const { cursor, commands } = await openCommands(store.db, "c", undefined);
  expect(commands).toEqual([{ id: "a" }, { id: "b" }]);
  expect((await openCommands(store.db, "c", cursor)).commands).toEqual([]);
  expect((await openCommands(store.db, "c", "another-store.7")).commands).toHaveLength(2);
  expect((await openCommands(store.db, "other", undefined)).commands).toEqual([]);
  await closeCommand(store.db, "a");
  expect((await openCommands(store.db, "c", undefined)).commands).toEqual([{ id: "b" }]);
});

test("the audit trail takes an incident once, and nothing in it can be changed", async () => {
  for (const what of ["first", "again"]) await recordAudit(store.db, { key: "incident", who: "mona", what });
  expect((await listAudit(store.db)).map(({ what }) => what)).toEqual(["first"]);
  await expect(sql`update audit set who = 'nobody'`.execute(store.db)).rejects.toThrow(/append-only/);
  await expect(sql`delete from audit`.execute(store.db)).rejects.toThrow(/append-only/);
});

test("a second bot on the folder is refused, and one killed by -9 leaves it free with its rows", async () => {
  await expect(openStore({ dir })).rejects.toThrow(StoreInUse);
  const other = mkdtempSync(join(tmpdir(), "trueup-store-"));
  const program = `
    import { openStore } from ${JSON.stringify(new URL("../../src/store/open-store.ts", import.meta.url).href)};
    import { enqueueJob, claimJob } from ${JSON.stringify(new URL("../../src/store/jobs.ts", import.meta.url).href)};
    const store = await openStore({ dir: ${JSON.stringify(other)} });
    await enqueueJob(store.db, "survives");
    await claimJob(store.db);
    console.log("ready");
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "exit");
  const reopened = await openStore({ dir: other });
  expect(await claimJob(reopened.db)).toMatchObject({ key: "survives" });
  await reopened.close();
  rmSync(other, { recursive: true, force: true });
}, 60_000);
