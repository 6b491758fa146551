import type { KubeObject } from "../../manifest/kube-object.ts";
import { quantityOf } from "../../schema/rules/quantity.ts";
import { type Amounts, amountsAt } from "./pod-amounts.ts";

/** What the server says of an object that a quota has no room for. */
export interface QuotaRefusal {
  /** The quota's name. */
  quota: string;
  requested: Amounts;
  used: Amounts;
}

const words = /exceeded quota: ([^\s,]+), requested: ([^\s]+), used: ([^\s]+), limited: /;

/** @returns undefined for words about anything else */
export function quotaRefusal(message: string): QuotaRefusal | undefined {
  const [, quota, requested, used] = words.exec(message) ?? [];
  if (quota === undefined) return undefined;
  return { quota, requested: amountsIn(requested!), used: amountsIn(used!) };
}

/** `pods=1,requests.cpu=500m` */
function amountsIn(text: string): Amounts {
  const pairs = text.split(",").map((pair): [string, bigint | undefined] => {
    const at = pair.lastIndexOf("=");
    return [pair.slice(0, at), quantityOf(pair.slice(at + 1))];
  });
  return new Map(pairs.flatMap(([name, amount]) => (amount === undefined ? [] : [[name, amount]])));
}

/** Which quota the server means, also where it has not been counted for yet. */
export const refusingQuota = (message: string): string | undefined =>
  /(?:exceeded quota|status unknown for quota): ([^\s,]+)/.exec(message)?.[1];

/** Whether the quota as it will be has room for what it refuses as it is. */
export function fitsIn({ requested, used }: QuotaRefusal, quota: KubeObject): boolean {
  const hard = amountsAt(quota, "spec", "hard");
  return [...requested].every(([name, amount]) => {
    const limit = hard.get(name);
    return limit === undefined || (used.get(name) ?? 0n) + amount <= limit;
  });
}
