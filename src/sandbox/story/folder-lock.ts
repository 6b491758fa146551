import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** The folder belongs to another running sandbox. */
export class FolderInUse extends Error {}

/**
 * Takes the folder for this process until it ends, however it ends: the lock is the operating system's, held through an SQLite
 * file, so that `kill -9` leaves no stale lock behind and a reused process id fools nobody.
 *
 * @throws FolderInUse when another process holds it
 */
export function lockFolder(dir: string): { release(): void } {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(join(dir, "lock.sqlite"));
  try {
    database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;");
  } catch (error) {
    database.close();
    if (error instanceof Error && /locked/i.test(error.message)) {
      throw new FolderInUse(
        `another sandbox is running on ${dir}; stop that one (its process id stands in ${join(dir, "sandbox.pid")}) or choose another folder with --dir`,
      );
    }
    throw error;
  }
  writeFileSync(join(dir, "sandbox.pid"), `${process.pid}\n`);
  return { release: () => database.close() };
}
