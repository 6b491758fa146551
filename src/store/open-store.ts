import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { Kysely, PGliteDialect, PostgresDialect, sql } from "kysely";
import pg from "pg";
import { lockFolder } from "./folder-lock.ts";
import { migrate } from "./migrations.ts";
import type { Database, Tables } from "./schema.ts";
import { channel, createSignals, type Signal } from "./signals.ts";

export type StoreLocation = { dir: string } | { databaseUrl: string };

export interface Store {
  db: Database;
  /** Told of jobs and commands as they are stored, by this process or another. @returns how to stop listening */
  listen(listener: (signal: Signal) => void): () => void;
  close(): Promise<void>;
}

// bigint: ids of GitHub, which stay far below 2^53.
const bigintOid = 20;

/**
 * Opens the store and brings it to the newest form: PostgreSQL embedded in a folder (PGlite), or a server on a URL.
 *
 * @throws StoreInUse when another process holds the folder
 */
export function openStore(location: StoreLocation): Promise<Store> {
  return "dir" in location ? openEmbedded(location.dir) : openServer(location.databaseUrl);
}

async function openEmbedded(dir: string): Promise<Store> {
  await using parts = new AsyncDisposableStack();
  const lock = lockFolder(dir);
  parts.defer(() => lock.release());
  const folder = join(dir, "postgres");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pglite = await PGlite.create({
    dataDir: folder,
    // PGlite's default of 128 MB would be most of the bot's memory.
    startParams: [...PGlite.defaultStartParams, "-c", "shared_buffers=4MB"],
    parsers: { [bigintOid]: Number },
  });
  parts.defer(() => (pglite.closed ? undefined : pglite.close()));
  const signals = createSignals();
  await pglite.listen(channel, (payload) => signals.receive(payload));
  const db = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) });
  // Who still asks for something after this is told so by kysely; PGlite's own refusal would leave a transaction hanging.
  parts.defer(() => db.destroy());
  await migrate(db);
  // Nobody else works on this folder, so whoever held these jobs is gone.
  await db.updateTable("jobs").set({ locked_until: sql`now()` }).where("locked_until", "is not", null).execute();
  const opened = parts.move();
  return { db, listen: signals.listen, close: () => opened.disposeAsync() };
}

async function openServer(databaseUrl: string): Promise<Store> {
  await using parts = new AsyncDisposableStack();
  const types = {
    getTypeParser: (oid: number, format?: "text" | "binary") =>
      oid === bigintOid ? Number : pg.types.getTypeParser(oid, format as "text"),
  };
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: 10,
    connectionTimeoutMillis: 4_000,
    types: types as never,
  });
  // An idle connection that breaks is replaced by the pool; unheard, this event would end the process.
  pool.on("error", () => {});
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  parts.defer(() => db.destroy());
  await migrate(db);
  const signals = createSignals();
  const listening = listenForever(databaseUrl, signals.receive);
  parts.defer(() => listening.stop());
  const opened = parts.move();
  return { db, listen: signals.listen, close: () => opened.disposeAsync() };
}

/** LISTEN needs a connection of its own; a lost one is opened again, and the workers' polling bridges the gap. */
function listenForever(connectionString: string, receive: (payload: string) => void): { stop(): Promise<void> } {
  let client: pg.Client | undefined;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const connect = async () => {
    const fresh = new pg.Client({ connectionString });
    client = fresh;
    const again = () => {
      if (stopped || client !== fresh) return;
      client = undefined;
      timer = setTimeout(() => void connect(), 1_000);
    };
    fresh.on("error", again);
    fresh.on("end", again);
    fresh.on("notification", ({ payload }) => receive(payload ?? ""));
    try {
      await fresh.connect();
      await fresh.query(`listen ${channel}`);
      receive(JSON.stringify({ kind: "anything" } satisfies Signal));
    } catch {
      again();
    }
  };
  void connect();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await client?.end().catch(() => {});
    },
  };
}
