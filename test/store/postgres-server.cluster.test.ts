import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { listAudit, recordAudit } from "../../src/store/audit.ts";
import { addCommand, openCommands } from "../../src/store/commands.ts";
import { recordDelivery } from "../../src/store/deliveries.ts";
import { claimJob, enqueueJob } from "../../src/store/jobs.ts";
import { openStore, type Store } from "../../src/store/open-store.ts";
import { installationOf } from "../../src/store/repositories.ts";
import type { Signal } from "../../src/store/signals.ts";
import { type PostgresServer, postgresPrograms, startPostgres } from "../harness/postgres.ts";

const programs = postgresPrograms();
if (programs === undefined) {
  test("NOT RUN: the store on a PostgreSQL server, because this machine has no PostgreSQL (apt install postgresql)", () => {
    expect(programs).toBeUndefined();
  });
} else {
  describe("two bots on one PostgreSQL server", () => {
    let server: PostgresServer;
    let one: Store;
    let other: Store;
    beforeAll(async () => {
      server = await startPostgres(programs);
      // Both find an empty database at the same time.
      [one, other] = await Promise.all([
        openStore({ databaseUrl: server.url }),
        openStore({ databaseUrl: server.url }),
      ]);
    });
    afterAll(async () => {
      await Promise.all([one.close(), other.close()]);
      await server[Symbol.asyncDispose]();
    });
    beforeEach(async () => {
      await sql`truncate deliveries, jobs, commands`.execute(one.db);
    });

    test("take each job once between them", async () => {
      for (let number = 0; number < 60; number++) await enqueueJob(one.db, `job-${number}`);
      const claims = await Promise.all(
        Array.from({ length: 80 }, (_, index) => claimJob((index % 2 === 0 ? one : other).db)),
      );
      const keys = claims.flatMap((claim) => (claim === undefined ? [] : [claim.key]));
      expect(keys).toHaveLength(60);
      expect(new Set(keys).size).toBe(60);
    });

    test("store a delivery once that came to both", async () => {
      const access = [{ repositoryId: 8_000_000_000, installationId: 9_000_000_000 }];
      const delivery = {
        guid: "guid",
        event: "push",
        jobs: [{ key: "branch:1:main", turn: "soon" as const }],
        attended: [],
        access,
      };
      const taken = await Promise.all([one, other, one, other].map(({ db }) => recordDelivery(db, delivery)));
      expect(taken.filter(Boolean)).toHaveLength(1);
      expect(await installationOf(other.db, 8_000_000_000)).toBe(9_000_000_000);
    });

    test("number commands in the order in which they can be seen, so that no cursor passes one over", async () => {
      const command = (id: string) => ({ id, cluster: "c", repositoryId: 1, system: "s", body: { id } });
      const release = Promise.withResolvers<void>();
      const held = Promise.withResolvers<void>();
      const first = one.db.transaction().execute(async (transaction) => {
        await addCommand(transaction, command("first"));
        held.resolve();
        await release.promise;
      });
      await held.promise;
      const second = addCommand(other.db, command("second"));
      const { cursor, commands } = await openCommands(other.db, "c", undefined);
      expect(commands).toEqual([]);
      release.resolve();
      await Promise.all([first, second]);
      expect((await openCommands(other.db, "c", cursor)).commands).toEqual([{ id: "first" }, { id: "second" }]);
    });

    test("wake each other, also after the server was away", async () => {
      const heard = (store: Store) =>
        new Promise<Signal>((resolve) => {
          const stop = store.listen((signal) => {
            stop();
            resolve(signal);
          });
        });
      const before = heard(other);
      await enqueueJob(one.db, "before");
      expect(await before).toEqual({ kind: "job" });

      const after = heard(other);
      await server.crash();
      expect(await after).toEqual({ kind: "anything" });
      const again = heard(other);
      await enqueueJob(one.db, "after");
      expect(await again).toEqual({ kind: "job" });
    });

    test("cannot change the audit trail", async () => {
      await recordAudit(one.db, { key: "incident", who: "mona", what: "approved" });
      await expect(sql`delete from audit`.execute(other.db)).rejects.toThrow(/append-only/);
      expect(await listAudit(other.db)).toMatchObject([{ who: "mona", what: "approved" }]);
    });
  });
}
