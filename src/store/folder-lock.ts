import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Another process holds the data folder; two on one folder would lose rows. */
export class StoreInUse extends Error {
  override name = "StoreInUse";
}

/**
 * Takes the folder for this process until it ends, however it ends. The lock is the operating system's, held on an SQLite file:
 * `kill -9` leaves nothing stale behind, and a process id used again fools nobody.
 *
 * @throws StoreInUse
 */
export function lockFolder(dir: string): { release(): void } {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const lock = new DatabaseSync(join(dir, "lock.sqlite"));
  try {
    lock.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE IF NOT EXISTS holder (pid INTEGER);");
  } catch (error) {
    lock.close();
    if (error instanceof Error && /locked/i.test(error.message)) {
      throw new StoreInUse(
        `another trueup bot is running on the data folder ${dir}; stop it, or give this one another TRUEUP_DATA_DIR (or a DATABASE_URL, which several may share)`,
      );
    }
    throw error;
  }
  return { release: () => lock.close() };
}
