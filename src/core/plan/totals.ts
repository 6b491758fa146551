import { ACTIONS, type Action, type PlannedObject } from "./plan.ts";

/** How many objects end in which action; all actions are there, zeros too. */
export function totalsOf(objects: readonly { action: Action }[]): Record<Action, number> {
  const totals = Object.fromEntries(ACTIONS.map((action) => [action, 0])) as Record<Action, number>;
  for (const { action } of objects) totals[action]++;
  return totals;
}

/** What an earlier merge took out of Git and is still there, or brought and the cluster refuses: it was counted with that one. */
export const isLeftOver = ({ pending, action }: Pick<PlannedObject, "pending" | "action">): boolean =>
  pending === true && action !== "create";
