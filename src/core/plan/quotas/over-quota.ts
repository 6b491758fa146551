import type { KubeObject } from "../../manifest/kube-object.ts";
import { podTemplateOf } from "../risks/pod-template.ts";
import { kindOf, listAt, partAt } from "../risks/risk.ts";
import { ownAmounts } from "./own-amounts.ts";
import {
  type Amounts,
  addTo,
  amountsAt,
  type ContainerDefaults,
  containerDefaults,
  noDefaults,
  podAmounts,
  podsAskedBy,
  podsThere,
} from "./pod-amounts.ts";
import { amountText } from "./quota-text.ts";

/** What becomes of one object of a namespace. */
export interface Outcome {
  key: string;
  /** Undefined for what is created. */
  live: KubeObject | undefined;
  after: KubeObject;
  /** As the server calls its kind; undefined where that is not known. */
  plural?: string | undefined;
}

/** What a namespace is held to once merged. */
export interface Limits {
  quotas: readonly KubeObject[];
  limitRanges: readonly KubeObject[];
}

export interface OverQuota {
  key: string;
  /** `refused`: the object itself; `pods`: it is taken, and pods of it are not made. */
  what: "refused" | "pods";
  /** `requests.cpu 4, and the quota `team` leaves 2`. Not inert. */
  needs: string;
}

const sized = new Set(["Service", "PersistentVolumeClaim"]);

/** Whether an object counts for more than it does now, so that a quota is worth looking at. */
export function grows({ live, after, plural }: Outcome): boolean {
  if (live === undefined) return true;
  if (sized.has(kindOf(after))) {
    return isMore(ownAmounts(after, plural, noDefaults), ownAmounts(live, plural, noDefaults));
  }
  const pods = podsAskedBy(after);
  if (pods === undefined || pods === 0) return false;
  const containers = (object: KubeObject) =>
    listAt(podTemplateOf(object), "spec", "containers").length +
    listAt(podTemplateOf(object), "spec", "initContainers").length;
  return (
    pods > (podsAskedBy(live) ?? 0) ||
    containers(after) > containers(live) ||
    isMore(templateAmounts(after, noDefaults), templateAmounts(live, noDefaults))
  );
}

/**
 * What of a namespace is more than its quotas leave, though each object alone would be taken. Only what is sure: quotas with scopes
 * are passed over, what is deleted goes after everything is applied, and a rolling update's surge is let go by.
 *
 * @param outcomes in the order of applying
 */
export function overQuota(outcomes: readonly Outcome[], { quotas, limitRanges }: Limits): OverQuota[] {
  const defaults = containerDefaults(limitRanges);
  const whole = quotas.filter((quota) => {
    const scopes = [...listAt(quota, "spec", "scopes"), ...listAt(quota, "spec", "scopeSelector", "matchExpressions")];
    return scopes.length === 0;
  });
  const used = new Map(whole.map((quota) => [quota, new Map(amountsAt(quota, "status", "used"))]));
  const found: OverQuota[] = [];

  function count(outcome: Outcome, what: OverQuota["what"], more: Amounts): void {
    const exceeded = whole.flatMap((quota) => {
      const before = used.get(quota)!;
      return [...amountsAt(quota, "spec", "hard")].flatMap(([name, hard]) => {
        const needed = more.get(name) ?? 0n;
        const left = hard - (before.get(name) ?? 0n);
        if (needed <= 0n || needed <= left) return [];
        const needs = `${name} ${amountText(name, needed)}`;
        return [`${needs}, and the quota \`${quota.metadata.name}\` leaves ${amountText(name, left)}`];
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

const ownGrowth = ({ live, after, plural }: Outcome, defaults: ContainerDefaults): Amounts =>
  less(ownAmounts(after, plural, defaults), live && ownAmounts(live, plural, defaults));

/** What there is of its pods now is counted already, and what never came is not. */
function podGrowth({ live, after }: Outcome, defaults: ContainerDefaults): Amounts {
  const asked = times(templateAmounts(after, defaults), podsAskedBy(after) ?? 0);
  return less(asked, live && times(templateAmounts(live, defaults), podsThere(live)));
}

function templateAmounts(workload: KubeObject, defaults: ContainerDefaults): Amounts {
  const amounts = podAmounts(partAt(podTemplateOf(workload), "spec"), defaults);
  return new Map([...amounts, ["count/pods", amounts.get("pods")!]]);
}

const times = (amounts: Amounts, count: number): Amounts =>
  new Map([...amounts].map(([name, amount]) => [name, amount * BigInt(Math.trunc(count))]));

function less(amounts: Amounts, by: Amounts | undefined): Amounts {
  const left = new Map(amounts);
  for (const [name, amount] of by ?? []) left.set(name, (left.get(name) ?? 0n) - amount);
  return left;
}

const isMore = (amounts: Amounts, than: Amounts): boolean =>
  [...amounts].some(([name, amount]) => amount > (than.get(name) ?? 0n));
