import type { SyncResult } from "../../link/messages.ts";
import type { AgentContext } from "../agent-context.ts";
import type { SyncRequest } from "./sync-run.ts";

/** So long after the agent has synced by itself, a command for the same commit is the push that it has seen already. */
const answersForMs = 60_000;

/** The last result that nobody asked for, so that a command which comes late is answered with it. */
export interface LateAnswers {
  keep(result: SyncResult): void;
  /** @returns whether it was answered */
  answer(sync: SyncRequest): boolean;
  /** Whether nobody has asked for this commit yet, and it has failed. */
  hasFailed(sha: string): boolean;
}

export function lateAnswers({ send }: Pick<AgentContext, "send">): LateAnswers {
  let unasked: SyncResult | undefined;
  return {
    keep(result) {
      unasked = result.id === undefined ? result : undefined;
    },
    answer({ sha, id }) {
      if (id === undefined || unasked?.sha !== sha || unasked.outcome !== "healthy") return false;
      if (Date.now() - Date.parse(unasked.at) > answersForMs) return false;
      send({ ...unasked, id });
      unasked = undefined;
      return true;
    },
    hasFailed: (sha) => unasked?.sha === sha && unasked.outcome === "failed",
  };
}
