import type { KubeObject } from "../../manifest/kube-object.ts";
import { quantityOf } from "../../schema/rules/quantity.ts";
import { kindOf, listAt, numberAt, partAt, textAt } from "../risks/risk.ts";

/** By the name of a resource, in billionths. */
export type Amounts = ReadonlyMap<string, bigint>;

/** What a LimitRange gives a container that says nothing itself. */
export interface ContainerDefaults {
  requests: Amounts;
  limits: Amounts;
}

export const noDefaults: ContainerDefaults = { requests: new Map(), limits: new Map() };

/** Without a prefix a quota means what is requested of these. */
const unprefixed = /^(?:cpu|memory|ephemeral-storage|hugepages-.+)$/;
const limited = new Set(["cpu", "memory", "ephemeral-storage"]);

/**
 * What a quota counts of one pod, by the quota's own names: `requests.cpu`, `limits.memory`, `pods`. Never more than it will be:
 * what admission adds to a pod (sidecars, a runtime's overhead) is not known.
 */
export function podAmounts(spec: unknown, defaults: ContainerDefaults): Amounts {
  const all = new Map([["pods", one]]);
  for (const [name, amount] of ofPod(spec, "requests", defaults)) {
    all.set(`requests.${name}`, amount);
    if (unprefixed.test(name)) all.set(name, amount);
  }
  for (const [name, amount] of ofPod(spec, "limits", defaults)) {
    if (limited.has(name)) all.set(`limits.${name}`, amount);
  }
  return all;
}

/** The default that is the least, where several ranges give one: which of them counts is not told. */
export function containerDefaults(limitRanges: readonly KubeObject[]): ContainerDefaults {
  const items = limitRanges
    .flatMap((range) => listAt(range, "spec", "limits"))
    .filter((item) => textAt(item, "type") === "Container");
  const leastOf = (...fields: string[]) => {
    const least = new Map<string, bigint>();
    for (const item of items) {
      // The server fills in what is not requested from the default, and that from the most there may be.
      const given = new Map(fields.toReversed().flatMap((field) => [...amountsAt(item, field)]));
      for (const [name, amount] of given) least.set(name, min(amount, least.get(name) ?? amount));
    }
    return least;
  };
  return { requests: leastOf("defaultRequest", "default", "max"), limits: leastOf("default", "max") };
}

export const one = 1_000_000_000n;

const min = (some: bigint, other: bigint): bigint => (some < other ? some : other);

function ofPod(spec: unknown, field: "requests" | "limits", defaults: ContainerDefaults): Amounts {
  const amountsOf = (container: unknown) => {
    const limits = amountsAt(container, "resources", "limits");
    if (field === "limits") return new Map([...defaults.limits, ...limits]);
    // What is limited and not requested is requested as it is limited.
    return new Map([...defaults.requests, ...limits, ...amountsAt(container, "resources", "requests")]);
  };
  const running = new Map<string, bigint>();
  const atStart: Amounts[] = [];
  for (const container of listAt(spec, "initContainers")) {
    const own = amountsOf(container);
    atStart.push(sum(running, own));
    if (textAt(container, "restartPolicy") === "Always") addTo(running, own);
  }
  for (const container of listAt(spec, "containers")) addTo(running, amountsOf(container));
  for (const [name, amount] of atStart.flatMap((amounts) => [...amounts])) {
    if (amount > (running.get(name) ?? 0n)) running.set(name, amount);
  }
  return new Map([...running, ...amountsAt(spec, "resources", field)]);
}

export function amountsAt(value: unknown, ...path: string[]): Amounts {
  const amounts = new Map<string, bigint>();
  for (const [name, written] of Object.entries(partAt(value, ...path) ?? {})) {
    const amount = quantityOf(written);
    if (amount !== undefined) amounts.set(name, amount);
  }
  return amounts;
}

export function addTo(total: Map<string, bigint>, amounts: Amounts): void {
  for (const [name, amount] of amounts) total.set(name, (total.get(name) ?? 0n) + amount);
}

function sum(some: Amounts, others: Amounts): Amounts {
  const total = new Map(some);
  addTo(total, others);
  return total;
}

const scaled = new Set(["Deployment.apps", "StatefulSet.apps", "ReplicaSet.apps", "ReplicationController"]);

/** How many pods a workload asks for; undefined for what says no number of them. */
export function podsAskedBy(object: KubeObject): number | undefined {
  if (scaled.has(kindOf(object))) {
    return partAt(object, "spec", "paused") === true ? 0 : (numberAt(object, "spec", "replicas") ?? 1);
  }
  if (kindOf(object) !== "Job.batch") return undefined;
  if (partAt(object, "spec", "suspend") === true) return 0;
  const atOnce = numberAt(object, "spec", "parallelism") ?? 1;
  return Math.min(atOnce, numberAt(object, "spec", "completions") ?? atOnce);
}

/** How many it has now, which a quota counts already. */
export function podsThere(live: KubeObject): number {
  return numberAt(live, "status", kindOf(live) === "Job.batch" ? "active" : "replicas") ?? 0;
}
