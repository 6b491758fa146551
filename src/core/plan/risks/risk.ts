import { groupOf, isMapping, type KubeObject } from "../../manifest/kube-object.ts";
import type { FieldChange, Risk } from "../plan.ts";

/** One change of an object, as the server would have it. */
export interface Change {
  /** What is live; undefined for what is created. */
  live: KubeObject | undefined;
  after: KubeObject;
  fields: readonly FieldChange[];
  /** Everything that Git describes in the system; absent when that is not known. */
  described?: Described;
}

/** After merging, and now. */
export interface Described {
  merge: readonly KubeObject[];
  base: readonly KubeObject[];
}

/** @returns texts of the risk, none when there is none; two of them where one holds what only the cluster knows */
export type RiskRule = (change: Change) => (string | Pick<Required<Risk>, "text" | "withoutLive">)[];

/** A text with nothing in it that only the cluster knows, though others of its kind have. */
export const openly = (text: string): Pick<Required<Risk>, "text" | "withoutLive"> => ({ text, withoutLive: text });

/** A part of an object that may be missing or of another type, as a cluster's definition has it. */
const part = (value: unknown, name: string): unknown =>
  isMapping(value) && Object.hasOwn(value, name) ? value[name] : undefined;

export const partAt = (value: unknown, ...names: string[]): unknown => names.reduce(part, value);

export const listAt = (value: unknown, ...names: string[]): unknown[] => {
  const found = partAt(value, ...names);
  return Array.isArray(found) ? found : [];
};

export const textsAt = (value: unknown, ...names: string[]): string[] =>
  listAt(value, ...names).filter((one) => typeof one === "string");

export const numberAt = (value: unknown, ...names: string[]): number | undefined => {
  const found = partAt(value, ...names);
  return typeof found === "number" ? found : undefined;
};

export const textAt = (value: unknown, ...names: string[]): string | undefined => {
  const found = partAt(value, ...names);
  return typeof found === "string" ? found : undefined;
};

export const annotationOf = (object: KubeObject, name: string): string | undefined =>
  textAt(object, "metadata", "annotations", name);

/** `53/UDP`; TCP goes without saying. */
export function portName(port: unknown): string {
  const protocol = textAt(port, "protocol") ?? "TCP";
  return `${numberAt(port, "port") ?? "?"}${protocol === "TCP" ? "" : `/${protocol}`}`;
}

/** `Deployment.apps`, as kubectl names a kind of a group. */
export const kindOf = ({ apiVersion, kind }: Pick<KubeObject, "apiVersion" | "kind">): string =>
  groupOf(apiVersion) === "" ? kind : `${kind}.${groupOf(apiVersion)}`;

const mostNamed = 5;

/** `a, b, c and 4 more`. */
export function fewNamed(names: readonly string[], between = ", "): string {
  const more = names.length - mostNamed;
  return more > 0 ? `${names.slice(0, mostNamed).join(between)} and ${more} more` : names.join(between);
}

/** What the second has and the first has not, each once. */
export function added(before: readonly string[], after: readonly string[]): string[] {
  const known = new Set(before);
  return [...new Set(after)].filter((one) => !known.has(one));
}

const podsOf = (object: KubeObject | undefined): number =>
  numberAt(object, "status", "replicas") ?? numberAt(object, "status", "currentNumberScheduled") ?? 0;

interface Pods {
  count: number;
  /** `5 pods` */
  words: string;
}

/** How many pods a workload has now; undefined when it has none. */
export const podsNow = (live: KubeObject | undefined): Pods | undefined => inWords(podsOf(live));

/** The same without those that a rollout which is under way, or stuck, has made besides. */
export const podsWanted = (live: KubeObject | undefined): Pods | undefined =>
  inWords(Math.min(podsOf(live), numberAt(live, "spec", "replicas") ?? Number.POSITIVE_INFINITY));

const inWords = (count: number): Pods | undefined => (count === 0 ? undefined : { count, words: countedPods(count) });

export const countedPods = (count: number): string => `${count} pod${count === 1 ? "" : "s"}`;
