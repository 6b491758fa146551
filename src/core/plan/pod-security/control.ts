import { listAt, partAt, textAt } from "../risks/risk.ts";

/** What a workload makes pods from. */
export interface PodTemplate {
  spec: unknown;
  annotations: unknown;
  containers: readonly unknown[];
}

/** Of which level and version a pod is judged by. */
export interface Standard {
  level: "baseline" | "restricted";
  /** Of Kubernetes 1. */
  minor: number;
}

/** In the server's words: its name of it, and which parts of the pod it is about. */
export interface Violation {
  name: string;
  detail: string;
}

/** @param who undefined where nobody does */
export const violation = (name: string, who: string | undefined, does: string): Violation | undefined =>
  who === undefined ? undefined : { name, detail: `${who} ${does}` };

/** One control of the standards; nothing where a pod keeps to it. */
export type Control = (pod: PodTemplate, standard: Standard) => Violation | undefined;

export function podTemplate(template: unknown): PodTemplate {
  const spec = partAt(template, "spec");
  const containers = ["initContainers", "containers", "ephemeralContainers"].flatMap((list) => listAt(spec, list));
  return { spec, annotations: partAt(template, "metadata", "annotations"), containers };
}

export const isThere = (value: unknown, ...path: string[]): boolean =>
  (partAt(value, ...path) ?? undefined) !== undefined;

const nameOf = (one: unknown): string => textAt(one, "name") ?? "";

/** `container "a"`, `containers "a", "b"`; undefined for none. */
export function named(noun: string, those: readonly unknown[]): string | undefined {
  return those.length === 0 ? undefined : `${numbered(noun, those)} ${inQuotes(those.map(nameOf))}`;
}

export const numbered = (noun: string, { length }: { length: number }): string => (length === 1 ? noun : `${noun}s`);

export const inQuotes = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(", ");

export const eachOnce = (names: readonly string[]): string[] => [...new Set(names)].toSorted();

/** The pod itself where its own security context is bad, and the containers where theirs is; undefined for neither. */
export function setters(pod: PodTemplate, isBad: (securityContext: unknown) => boolean): string | undefined {
  const isSo = (holder: unknown) => isBad(partAt(holder, "securityContext"));
  const containers = named("container", pod.containers.filter(isSo));
  const all = [...(isSo(pod.spec) ? ["pod"] : []), ...(containers === undefined ? [] : [containers])];
  return all.length === 0 ? undefined : all.join(" and ");
}

/** The pod or those containers, that leave open what neither sets. */
export function silent(pod: PodTemplate, ...field: string[]): string | undefined {
  if (isThere(pod.spec, "securityContext", ...field)) return undefined;
  const open = named(
    "container",
    pod.containers.filter((one) => !isThere(one, "securityContext", ...field)),
  );
  return open === undefined ? undefined : `pod or ${open}`;
}

/** The values of a field of security contexts, the pod's and its containers'. */
export const valuesOf = ({ spec, containers }: PodTemplate, ...field: string[]): unknown[] =>
  [spec, ...containers].map((holder) => partAt(holder, "securityContext", ...field) ?? undefined);

export const isWindows = ({ spec }: PodTemplate): boolean => textAt(spec, "os", "name") === "windows";

/** In a user namespace of its own root is nobody on the node; before 1.35 a feature gate has it count. */
export const hasOwnUsers = ({ spec }: PodTemplate): boolean => partAt(spec, "hostUsers") === false;
