import { sql } from "kysely";
import type { Database } from "./schema.ts";
import { notify } from "./signals.ts";

export interface NewCommand {
  id: string;
  cluster: string;
  repositoryId: number;
  system: string;
  body: object;
}

/** Any number, the same in every bot. */
const commandsLock = 7_274_001;

/** Opens a command for a cluster's agent. The same id again is the same command. */
export async function addCommand(db: Database, command: NewCommand): Promise<void> {
  const { id, cluster, repositoryId, system, body } = command;
  // Locked until this is committed, so that numbers appear in their order: an agent's cursor would pass over a later lower one.
  await sql`
    insert into commands (id, cluster, repository_id, system, body)
    select ${id}, ${cluster}, ${repositoryId}::bigint, ${system}, ${JSON.stringify(body)}::jsonb
    from (select pg_advisory_xact_lock(${commandsLock})) as locked
    on conflict (id) do nothing`.execute(db);
  await notify(db, { kind: "command", cluster });
}

/**
 * Open commands of the cluster after the cursor, oldest first. The cursor carries the store's epoch: after the store was
 * emptied or restored, an agent's old cursor is unknown and everything open is told again.
 */
export async function openCommands(
  db: Database,
  cluster: string,
  after: string | undefined,
): Promise<{ cursor: string; commands: unknown[] }> {
  const { value: epoch } = await db
    .selectFrom("meta")
    .select("value")
    .where("key", "=", "epoch")
    .executeTakeFirstOrThrow();
  const seen = after?.startsWith(`${epoch}.`) ? Number(after.slice(epoch.length + 1)) : 0;
  const from = Number.isSafeInteger(seen) ? seen : 0;
  const rows = await db
    .selectFrom("commands")
    .select(["seq", "body"])
    .where("cluster", "=", cluster)
    .where("answered_at", "is", null)
    .where("seq", ">", from)
    .orderBy("seq")
    .limit(100)
    .execute();
  return { cursor: `${epoch}.${rows.at(-1)?.seq ?? from}`, commands: rows.map(({ body }) => body) };
}

/** The agent has answered, or nobody wants to know any more. */
export async function closeCommand(db: Database, id: string): Promise<void> {
  await db.updateTable("commands").set({ answered_at: sql`now()` }).where("id", "=", id).execute();
}

export async function findCommand(db: Database, id: string, cluster: string) {
  return db
    .selectFrom("commands")
    .select(["body", "answered_at", "created_at"])
    .where("id", "=", id)
    .where("cluster", "=", cluster)
    .executeTakeFirst();
}

/** Drops answered commands that were made before then. */
export async function forgetCommands(db: Database, before: Date): Promise<void> {
  await db.deleteFrom("commands").where("created_at", "<", before).where("answered_at", "is not", null).execute();
}
