import type { Database } from "./schema.ts";

/** When the cluster's agent was last heard, by the bot's clock. */
export async function recordHeard(db: Database, cluster: string, at: Date): Promise<void> {
  await db
    .insertInto("agents")
    .values({ cluster, last_heard: at, heartbeat: null })
    .onConflict((conflict) => conflict.column("cluster").doUpdateSet({ last_heard: at }))
    .execute();
}

/** What the agent said about its systems, replacing what it said before. */
export async function recordHeartbeat(db: Database, cluster: string, at: Date, heartbeat: object): Promise<void> {
  const said = JSON.stringify(heartbeat);
  await db
    .insertInto("agents")
    .values({ cluster, last_heard: at, heartbeat: said })
    .onConflict((conflict) => conflict.column("cluster").doUpdateSet({ last_heard: at, heartbeat: said }))
    .execute();
}

export async function findAgent(db: Database, cluster: string) {
  return db.selectFrom("agents").selectAll().where("cluster", "=", cluster).executeTakeFirst();
}
