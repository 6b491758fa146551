import { existsSync, mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Another process holds the data folder; two on one folder would lose rows. */
export class StoreInUse extends Error {
  override name = "StoreInUse";
}

/** A folder that cannot be made. */
export class UnusableFolder extends Error {
  override name = "UnusableFolder";
}

/** Like `mkdir -p`. Node's own `recursive` goes on for ever where a file system takes no folders (`/proc`). @throws UnusableFolder */
function makeFolder(dir: string): void {
  const parent = dirname(dir);
  try {
    if (parent !== dir && !existsSync(parent)) makeFolder(parent);
    if (!existsSync(dir)) mkdirSync(dir, { mode: 0o700 });
  } catch (error) {
    if (error instanceof UnusableFolder) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return;
    throw new UnusableFolder(`the folder ${dir} cannot be made (${code}); choose another one`);
  }
}

/**
 * Takes the folder for this process until it ends, however it ends. The lock is the operating system's, held on an SQLite file:
 * `kill -9` leaves nothing stale behind, and a process id used again fools nobody.
 *
 * @throws StoreInUse, UnusableFolder
 */
export function lockFolder(dir: string): { release(): void } {
  makeFolder(resolve(dir));
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
