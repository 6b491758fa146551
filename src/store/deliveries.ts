import { attend } from "./attention.ts";
import { enqueueJob, type Turn } from "./jobs.ts";
import { recordRepository } from "./repositories.ts";
import type { Database } from "./schema.ts";

export interface Delivery {
  guid: string;
  event: string;
  /** What it asks to look at; empty for an event that changes nothing. */
  jobs: readonly { key: string; turn: Turn }[];
  /** Keys of what somebody looks at or acts on. */
  attended: readonly string[];
  /** Repositories that it says an installation lets us into. */
  access: readonly { repositoryId: number; installationId: number }[];
}

/**
 * Stores a delivery and the jobs that it asks for, all or nothing. A GUID that is known changes nothing.
 *
 * @returns false for a repeated one
 */
export function recordDelivery(db: Database, { guid, event, jobs, attended, access }: Delivery): Promise<boolean> {
  return db.transaction().execute(async (transaction) => {
    const inserted = await transaction
      .insertInto("deliveries")
      .values({ guid, event })
      .onConflict((conflict) => conflict.column("guid").doNothing())
      .returning("guid")
      .executeTakeFirst();
    if (inserted === undefined) return false;
    for (const { repositoryId, installationId } of access) {
      await recordRepository(transaction, repositoryId, installationId);
    }
    for (const key of attended) await attend(transaction, key);
    for (const { key, turn } of jobs) await enqueueJob(transaction, key, { turn });
    return true;
  });
}

/** Which of these GUIDs were never stored. */
export async function unknownDeliveries(db: Database, guids: readonly string[]): Promise<string[]> {
  if (guids.length === 0) return [];
  const rows = await db.selectFrom("deliveries").select("guid").where("guid", "in", guids).execute();
  const known = new Set(rows.map(({ guid }) => guid));
  return guids.filter((guid) => !known.has(guid));
}

/** GitHub keeps deliveries for three days; older ones cannot come again. */
export async function forgetDeliveries(db: Database, before: Date): Promise<void> {
  await db.deleteFrom("deliveries").where("received_at", "<", before).execute();
}
