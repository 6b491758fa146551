import type { SyncProgress, SyncResult } from "../../link/messages.ts";
import type { AgentContext } from "../agent-context.ts";
import type { SyncRequest, SyncRun } from "./sync-run.ts";

/** What a sync came to, apart from which one it is. */
export type Outcome = Pick<SyncResult, "outcome" | "objects" | "message" | "details" | "approval" | "error">;

/** Tells the bot of one system's syncs. */
export interface SyncTeller {
  progress(sync: SyncRequest, step: Pick<SyncProgress, "step" | "message" | "done" | "total">): void;
  /** The same of one run, as often as somebody reads it: what nobody asked for, once it changes something. */
  progressOf(sync: SyncRequest): SyncRun["progress"];
  /** @param began by `performance.now()` @returns the message, which is sent by whoever asked for it */
  result(sync: SyncRequest, began: number, outcome: Outcome): SyncResult;
  /** A newer one took its place; told to whoever asked for it. */
  superseded(sync: SyncRequest): void;
}

/** A message for each of thousands of objects would cost more than applying them, and nobody reads that fast. */
const appliedToldEveryMs = 100;

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
  const progress: SyncTeller["progress"] = (sync, step) => send({ type: "sync-progress", ...of(sync), ...step });
  return {
    progress,
    progressOf(sync) {
      let changes = false;
      let appliedTold = 0;
      return (step, message, done, total) => {
        changes ||= step === "applying";
        if (sync.id === undefined && !changes) return;
        if (step === "applying") {
          const now = performance.now();
          if (done < total && now - appliedTold < appliedToldEveryMs) return;
          appliedTold = now;
        }
        progress(sync, { step, message, done, total });
      };
    },
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
