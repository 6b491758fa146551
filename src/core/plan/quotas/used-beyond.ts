import { kindOf } from "../risks/risk.ts";
import { goneWith, type Outcome, ownGrowth, podGrowth } from "./growth.ts";
import type { Limits } from "./over-quota.ts";
import { type Amounts, addTo, amountsAt } from "./pod-amounts.ts";
import { amountText } from "./quota-text.ts";
import type { Counted } from "./usage.ts";

export const isQuota = ({ after }: Pick<Outcome, "after">): boolean => kindOf(after) === "ResourceQuota";

/** Of what a quota allows less than before. */
export function tightened({ live, after }: Outcome): string[] {
  const before = amountsAt(live, "spec", "hard");
  return [...amountsAt(after, "spec", "hard")].flatMap(([name, hard]) => {
    const was = before.get(name);
    return was === undefined || hard < was ? [name] : [];
  });
}

/** Of what there is more already than a quota will allow. */
export interface UsedBeyond {
  names: string[];
  /** `pods 5 of 3, count/secrets 2 of 1` */
  told: string;
}

/**
 * What a quota that allows less than before has no room for, though it is there: the server takes the quota and leaves all as it is.
 * What the same merge shrinks or deletes does not count.
 *
 * @param outcome of the quota
 * @param outcomes of the whole namespace
 */
export function usedBeyond(
  outcome: Outcome,
  outcomes: readonly Outcome[],
  { quotas, defaults }: Limits,
  deleted: readonly Counted[],
): UsedBeyond | undefined {
  const quota = quotas.find(({ name }) => name === outcome.after.metadata.name);
  if (quota === undefined) return undefined;
  const stays = new Map(quota.used);
  for (const one of outcomes) for (const more of [ownGrowth, podGrowth]) addTo(stays, onlyLess(more(one, defaults)));
  for (const one of deleted) addTo(stays, onlyLess(goneWith(one)));
  const beyond = tightened(outcome).flatMap((name) => {
    const [used, hard] = [stays.get(name) ?? 0n, quota.hard.get(name)];
    return hard === undefined || used <= hard
      ? []
      : [{ name, told: `${name} ${amountText(name, used)} of ${amountText(name, hard)}` }];
  });
  if (beyond.length === 0) return undefined;
  return { names: beyond.map(({ name }) => name), told: beyond.map(({ told }) => told).join(", ") };
}

const onlyLess = (amounts: Amounts): Amounts => new Map([...amounts].filter(([, amount]) => amount < 0n));
