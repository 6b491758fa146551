import type { SyncProgress, SyncResult } from "../../link/messages.ts";
import type { AgentContext } from "../agent-context.ts";
import type { SyncRequest } from "./sync-run.ts";

/** What a sync came to, apart from which one it is. */
export type Outcome = Pick<SyncResult, "outcome" | "objects" | "message" | "details" | "approval" | "error">;

/** Tells the bot of one system's syncs. */
export interface SyncTeller {
  progress(sync: SyncRequest, step: Pick<SyncProgress, "step" | "message" | "done" | "total">): void;
  /** @param began by `performance.now()` @returns the message, which is sent by whoever asked for it */
  result(sync: SyncRequest, began: number, outcome: Outcome): SyncResult;
  /** A newer one took its place; told to whoever asked for it. */
  superseded(sync: SyncRequest): void;
}

export function createSyncTeller(
  { send }: Pick<AgentContext, "send">,
  identity: { repositoryId: number; system: string },
): SyncTeller {
  const of = ({ sha, id }: SyncRequest) => ({
    ...identity,
    ...(id === undefined ? {} : { id }),
    sha,
    at: new Date().toISOString(),
  });
  return {
    progress: (sync, step) => send({ type: "sync-progress", ...of(sync), ...step }),
    result: (sync, began, outcome) => ({
      type: "sync-result",
      ...of(sync),
      durationMs: Math.round(performance.now() - began),
      ...outcome,
      ...(outcome.details === undefined ? {} : { details: fewOf(outcome.details) }),
    }),
    superseded(sync) {
      if (sync.id === undefined) return;
      send({ type: "sync-result", ...of(sync), outcome: "superseded", durationMs: 0, objects: [] });
    },
  };
}

/** As many as anybody reads. */
const mostDetails = 100;

const fewOf = (details: string[]): string[] =>
  details.length <= mostDetails
    ? details
    : [...details.slice(0, mostDetails), `and ${details.length - mostDetails} more`];
