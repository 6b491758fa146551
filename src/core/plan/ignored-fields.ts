import type { IgnoreRule } from "../config/system.ts";
import { isMapping, type Json, type KubeObject } from "../manifest/kube-object.ts";

/** The JSON pointers whose values are not ours to change in this object. */
export function ignoredPointers({ kind, metadata }: KubeObject, rules: readonly IgnoreRule[]): string[] {
  return rules
    .filter(
      (rule) =>
        (rule.kind === undefined || rule.kind === kind) &&
        (rule.name === undefined || rule.name === metadata.name) &&
        (rule.namespace === undefined || rule.namespace === metadata.namespace),
    )
    .flatMap(({ paths }) => paths);
}

/**
 * What to apply so that ignored fields stay what they are: the live value stands in the manifest's place. Leaving the field
 * out would not do, since the server removes what its only owner no longer applies.
 */
export function withLiveIgnored(desired: KubeObject, live: KubeObject, rules: readonly IgnoreRule[]): KubeObject {
  return ignoredPointers(desired, rules).reduce<Json>(
    (object, pointer) => carried(object, live as Json, segmentsOf(pointer)) ?? object,
    desired as Json,
  ) as unknown as KubeObject;
}

const segmentsOf = (pointer: string): string[] =>
  pointer
    .split("/")
    .slice(1)
    .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));

/** `desired` with the live value at a path; undefined when the field is live nowhere and so goes away. */
function carried(
  desired: Json | undefined,
  live: Json | undefined,
  [first, ...rest]: readonly string[],
): Json | undefined {
  // Only what the manifest names is applied: a field that it does not name is not ours anyway.
  if (first === undefined) return live;
  if (Array.isArray(desired)) {
    return desired.map((item, index) => {
      const matches = first === "*" || first === String(index) || first === nameOf(item);
      return matches ? (carried(item, counterpart(live, item, index), rest) ?? item) : item;
    });
  }
  if (!isMapping(desired)) return desired;
  const names = first === "*" ? Object.keys(desired) : Object.hasOwn(desired, first) ? [first] : [];
  const result = { ...desired };
  for (const name of names) {
    const value = carried(desired[name], isMapping(live) ? live[name] : undefined, rest);
    if (value === undefined) delete result[name];
    else result[name] = value;
  }
  return result;
}

function counterpart(live: Json | undefined, item: Json, index: number): Json | undefined {
  if (!Array.isArray(live)) return undefined;
  const name = nameOf(item);
  return name === undefined ? live[index] : live.find((one) => nameOf(one) === name);
}

const nameOf = (item: Json): string | undefined =>
  isMapping(item) && typeof item.name === "string" ? item.name : undefined;
