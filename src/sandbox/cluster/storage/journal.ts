import { DatabaseSync } from "node:sqlite";
import type { KubeObject } from "../../../core/manifest/kube-object.ts";
import type { ResourceName } from "../store.ts";

/** Where the cluster's objects outlive its process. */
export interface Journal {
  read(): { resource: ResourceName; object: KubeObject }[];
  /** The highest version ever written. */
  version(): number;
  put(resource: ResourceName, key: string, object: KubeObject, version: number): void;
  remove(resource: ResourceName, key: string, version: number): void;
  close(): void;
}

/**
 * @param file an SQLite file; without it nothing outlives the process.
 */
export function openJournal(file: string | undefined): Journal {
  if (file === undefined) return { read: () => [], version: () => 1, put() {}, remove() {}, close() {} };
  const database = new DatabaseSync(file);
  // A killed process loses nothing this way; only a machine that loses power can.
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;");
  database.exec(`
    CREATE TABLE IF NOT EXISTS object (resource TEXT, key TEXT, body TEXT NOT NULL, PRIMARY KEY (resource, key)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS counter (only INTEGER PRIMARY KEY CHECK (only = 1), version INTEGER NOT NULL);
    INSERT OR IGNORE INTO counter VALUES (1, 1);
  `);
  const write = database.prepare("INSERT OR REPLACE INTO object VALUES (?, ?, ?)");
  const erase = database.prepare("DELETE FROM object WHERE resource = ? AND key = ?");
  const count = database.prepare("UPDATE counter SET version = ?");
  const together = (work: () => void) => {
    database.exec("BEGIN");
    try {
      work();
      database.exec("COMMIT");
    } catch (error) {
      database.exec("ROLLBACK");
      throw error;
    }
  };
  return {
    read: () =>
      database
        .prepare("SELECT resource, body FROM object")
        .all()
        .map(({ resource, body }) => ({ resource: String(resource), object: JSON.parse(String(body)) })),
    version: () => Number(database.prepare("SELECT version FROM counter").get()?.version),
    put: (resource, key, object, version) =>
      together(() => {
        write.run(resource, key, JSON.stringify(object));
        count.run(version);
      }),
    remove: (resource, key, version) =>
      together(() => {
        erase.run(resource, key);
        count.run(version);
      }),
    close: () => database.close(),
  };
}
