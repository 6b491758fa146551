import type { KubeObject } from "../../manifest/kube-object.ts";
import { listAt } from "../risks/risk.ts";
import { type Amounts, amountsAt } from "./pod-amounts.ts";

/** How much of what there may be in a namespace, and how much there is. */
export interface Quota {
  name: string;
  hard: Amounts;
  used: Amounts;
}

/** Whether it is for some pods or claims only. */
export const hasScopes = (quota: KubeObject): boolean =>
  [...listAt(quota, "spec", "scopes"), ...listAt(quota, "spec", "scopeSelector", "matchExpressions")].length > 0;

/** What it limits, and nobody has counted for it yet: it is new, or limits more than before. */
export function uncounted(quota: KubeObject): string[] {
  const used = amountsAt(quota, "status", "used");
  return [...amountsAt(quota, "spec", "hard").keys()].filter((name) => !used.has(name));
}

/** @param counted what there is of what is {@link uncounted}; what is not known is passed over */
export function quotaOf(quota: KubeObject, counted: Amounts): Quota {
  const used = new Map([...counted, ...amountsAt(quota, "status", "used")]);
  const hard = new Map([...amountsAt(quota, "spec", "hard")].filter(([name]) => used.has(name)));
  return { name: quota.metadata.name, hard, used };
}
