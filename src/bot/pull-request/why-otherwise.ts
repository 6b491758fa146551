import type { Action } from "../../core/plan/plan.ts";
import type { SyncedObject } from "../../link/messages.ts";
import type { Fidelity } from "./fidelity.ts";

/**
 * Why something else was done to an object than was planned, as far as both tell: what nobody has seen is not claimed.
 *
 * @param planned `unchanged` for what the plan leaves alone
 * @returns the reason as the end of a sentence; empty when it is not known
 */
export function whyOtherwise(planned: Action, { action, reason }: SyncedObject): [Fidelity, why: string] {
  const told = reason === undefined ? "" : `: ${reason}`;
  if (action === "held") return ["held", told];
  if (action === "invalid") return ["refused", told];
  switch (planned) {
    case "held":
      return ["let-through", ": nothing holds it any more"];
    case "invalid":
      return [
        "let-through",
        `: the cluster refused it when it was planned, and ${action === "unchanged" ? "it is as Git says" : "took it"} now`,
      ];
    case "delete":
      return ["otherwise", action === "unchanged" && reason !== undefined ? told : ": Git describes it again"];
    case "create":
      if (action === "adopt") return ["made-meanwhile", ": somebody made it meanwhile"];
      return action === "update" ? ["made-meanwhile", ": it was made meanwhile"] : ["otherwise", ""];
    default:
      if (action === "create") return ["deleted-meanwhile", ": somebody deleted it meanwhile"];
      if (action === "adopt") return ["made-meanwhile", ": somebody took it over or made it anew meanwhile"];
      return ["otherwise", ""];
  }
}

/** What a guard held in the plan and somebody has let go since, as was asked for there: the agent names who. */
export const isApproved = (planned: Action, { action, reason }: SyncedObject): boolean =>
  planned === "held" && action === "delete" && reason !== undefined;
