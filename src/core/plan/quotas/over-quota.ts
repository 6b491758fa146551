import { grows, type Outcome, ownGrowth, podGrowth } from "./growth.ts";
import { type Amounts, addTo, type ContainerDefaults, podsAskedBy } from "./pod-amounts.ts";
import type { Quota } from "./quota.ts";
import { amountText } from "./quota-text.ts";

/** What a namespace is held to once merged. */
export interface Limits {
  quotas: readonly Quota[];
  defaults: ContainerDefaults;
}

export interface OverQuota {
  key: string;
  /** `refused`: the object itself; `pods`: it is taken, and pods of it are not made. */
  what: "refused" | "pods";
  /** `requests.cpu 4, and the quota `team` leaves 2`. Not inert. */
  needs: string;
}

/**
 * What of a namespace is more than its quotas leave, though each object alone would be taken. Only what is sure: what is deleted goes
 * after everything is applied, and a rolling update's surge is let go by.
 *
 * @param outcomes in the order of applying
 */
export function overQuota(outcomes: readonly Outcome[], { quotas, defaults }: Limits): OverQuota[] {
  const used = new Map(quotas.map((quota) => [quota, new Map(quota.used)]));
  const found: OverQuota[] = [];

  function count(outcome: Outcome, what: OverQuota["what"], more: Amounts): void {
    const exceeded = quotas.flatMap((quota) => {
      const before = used.get(quota)!;
      return [...quota.hard].flatMap(([name, hard]) => {
        const needed = more.get(name) ?? 0n;
        const left = hard - (before.get(name) ?? 0n);
        if (needed <= 0n || needed <= left) return [];
        return [
          `${neededText(name, amountText(name, needed))}, and the quota \`${quota.name}\` leaves ${amountText(name, left)}`,
        ];
      });
    });
    const isTold = exceeded.length > 0 && grows(outcome);
    if (isTold) found.push({ key: outcome.key, what, needs: exceeded.join("; ") });
    // What is refused uses nothing; of what is taken, as many pods as there is room for are made.
    if (isTold && what === "refused") return;
    for (const amounts of used.values()) addTo(amounts, more);
  }

  const own = outcomes.map((outcome) => ({ outcome, more: ownGrowth(outcome, defaults) }));
  for (const { outcome, more } of own) count(outcome, "refused", more);
  const refused = new Set(found.map(({ key }) => key));
  const workloads = outcomes
    .filter(({ key, after }) => !refused.has(key) && podsAskedBy(after) !== undefined)
    .map((outcome) => ({ outcome, more: podGrowth(outcome, defaults) }));
  // Pods that go make room for those that wait for it, whichever workload is applied first.
  for (const { more } of workloads) {
    for (const amounts of used.values()) addTo(amounts, new Map([...more].filter(([, amount]) => amount < 0n)));
  }
  for (const { outcome, more } of workloads) {
    count(outcome, "pods", new Map([...more].filter(([, amount]) => amount > 0n)));
  }
  return found;
}

/** `2 pods`, and otherwise the quota's own name of it: `requests.cpu 4`. */
const neededText = (name: string, amount: string): string =>
  name === "pods" ? `${amount} pod${amount === "1" ? "" : "s"}` : `${name} ${amount}`;
