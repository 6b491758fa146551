import { sql } from "kysely";
import type { Database } from "./schema.ts";

/** Something was stored that somebody waits for; `anything` after a time in which nothing could be heard. */
export type Signal = { kind: "job" } | { kind: "command"; cluster: string } | { kind: "anything" };

export const channel = "trueup";

/** Sent when the transaction commits, to every process on the database. */
export async function notify(db: Database, signal: Signal): Promise<void> {
  await sql`select pg_notify(${channel}, ${JSON.stringify(signal)})`.execute(db);
}

export function createSignals() {
  const listeners = new Set<(signal: Signal) => void>();
  return {
    /** Takes a notification as it came over the database. */
    receive(payload: string): void {
      const signal = JSON.parse(payload) as Signal;
      for (const listener of listeners) listener(signal);
    },
    /** @returns how to stop listening */
    listen(listener: (signal: Signal) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
