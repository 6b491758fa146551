import type { KubeObject } from "../../manifest/kube-object.ts";
import { podTemplateOf } from "../risks/pod-template.ts";
import { kindOf, listAt, partAt } from "../risks/risk.ts";
import { ownAmounts } from "./own-amounts.ts";
import { type Amounts, type ContainerDefaults, noDefaults, podAmounts, podsAskedBy, podsThere } from "./pod-amounts.ts";
import type { Counted } from "./usage.ts";

/** What becomes of one object of a namespace. */
export interface Outcome {
  key: string;
  /** Undefined for what is created. */
  live: KubeObject | undefined;
  after: KubeObject;
  /** As the server calls its kind; undefined where that is not known. */
  plural?: string | undefined;
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

/** What an object itself counts for more than now. */
export const ownGrowth = ({ live, after, plural }: Outcome, defaults: ContainerDefaults): Amounts =>
  less(ownAmounts(after, plural, defaults), live && ownAmounts(live, plural, defaults));

/** The same of a workload's pods: what there is of them now is counted already, and what never came is not. */
export function podGrowth({ live, after }: Outcome, defaults: ContainerDefaults): Amounts {
  const pods = podsAskedBy(after);
  if (pods === undefined) return new Map();
  const asked = times(templateAmounts(after, defaults), pods);
  return less(asked, live && times(templateAmounts(live, defaults), podsThere(live)));
}

/** What a deletion takes away, counted as what is less: the object, and the pods that go with it. */
export function goneWith({ object, plural }: Counted): Amounts {
  const own = ownAmounts(object, plural, noDefaults);
  if (podsAskedBy(object) === undefined) return less(new Map(), own);
  return less(less(new Map(), own), times(templateAmounts(object, noDefaults), podsThere(object)));
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
