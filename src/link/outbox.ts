import type { AgentMessage } from "./messages.ts";

export interface Queued {
  id: string;
  message: AgentMessage;
}

/**
 * Messages that the bot has not acknowledged yet, oldest first, with a bound: states that a newer message replaces
 * (heartbeats, a sync's steps) are dropped before results are.
 */
export function createOutbox(limit: number) {
  let queue: Queued[] = [];
  return {
    add(entry: Queued): void {
      const replaces = replacedBy(entry.message);
      queue = queue.filter((old) => !replaces(old.message));
      queue.push(entry);
      if (queue.length <= limit) return;
      const passing = queue.findIndex(
        ({ message }) => message.type === "sync-progress" || message.type === "heartbeat",
      );
      queue.splice(Math.max(passing, 0), 1);
    },
    /** The next ones to send, in order. */
    first: (count: number): Queued[] => queue.slice(0, count),
    /** These arrived, or never will. */
    remove(entries: readonly Queued[]): void {
      const gone = new Set(entries);
      queue = queue.filter((entry) => !gone.has(entry));
    },
    get size() {
      return queue.length;
    },
  };
}

function replacedBy(newer: AgentMessage): (older: AgentMessage) => boolean {
  switch (newer.type) {
    case "heartbeat":
      return (older) => older.type === "heartbeat";
    case "sync-progress":
      return (older) =>
        older.type === "sync-progress" &&
        older.repositoryId === newer.repositoryId &&
        older.system === newer.system &&
        older.sha === newer.sha;
    case "plan-result":
    case "plan-stale":
    case "drift-answer":
    case "pause-result":
    case "sync-result":
    case "drift":
      return () => false;
  }
}
