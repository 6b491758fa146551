import {
  isMapping,
  type Json,
  type JsonObject,
  type KubeObject,
  type ManagedFieldsEntry,
} from "../../manifest/kube-object.ts";
import { equalJson } from "../equal.ts";
import type { Segment } from "../field-path.ts";
import { itemKeys, type ListIdentity, type SchemaPlace } from "../list-keys.ts";

/**
 * A place where applying is refused, since what somebody put there instead of ours would stay beside it. Once theirs is recorded as
 * ours, applying takes it out.
 */
export interface Contested {
  /** What may have to go. That is more than has to: only the server knows what it will have beside ours. */
  theirs: Segment[][];
  /** What is to be asked to see it go. */
  swap(theirs: readonly Segment[][]): Swap;
}

/**
 * No single request could ask what becomes of a contested place: applying without ours shows everything but this place, and a patch
 * shows what the server makes of this place.
 */
export interface Swap {
  /** The mapping or list, as it is live. */
  path: Segment[];
  /** What Git says of it, and what of that can be applied while theirs is there. */
  manifest: Json;
  meanwhile: Json;
  /** Ours for theirs, as steps of a JSON patch (RFC 6902). */
  steps: { op: "add" | "remove"; path: string; value?: Json }[];
  /** Brings what the patch came to into what applying came to. */
  takeOver(applied: Json, swapped: Json): void;
}

export interface SwapStates {
  live: KubeObject;
  /** What was applied last: only what it has can have been put away by somebody. Undefined when nobody knows. */
  before: KubeObject | undefined;
  manifest: KubeObject;
  /** Our own field manager. */
  manager: string;
  /** The fields that the server named when it refused, as `spec.ports[1].name`. */
  named: readonly string[];
}

/** Who applies the object beside us: what is theirs stays. */
export const appliersOf = ({ live, manager }: SwapStates): ManagedFieldsEntry[] =>
  (live.metadata.managedFields ?? []).filter((entry) => entry.operation === "Apply" && entry.manager !== manager);

/** The manifest as it can be applied while theirs is there. */
export function meanwhile(manifest: KubeObject, swaps: readonly Swap[]): KubeObject {
  const replaced = new Map(swaps.map((one) => [one.manifest, one.meanwhile]));
  const walk = (value: Json): Json => {
    const other = replaced.get(value) ?? value;
    if (Array.isArray(other)) return other.map((item) => walk(item));
    if (!isMapping(other)) return other;
    return Object.fromEntries(Object.entries(other).map(([name, inner]) => [name, walk(inner)]));
  };
  return walk(manifest as Json) as unknown as KubeObject;
}

/** What applying {@link meanwhile} came to, with the places that the patch came to. */
export function withSwapped(applied: KubeObject, swapped: KubeObject, swaps: readonly Swap[]): KubeObject {
  const result = structuredClone(applied);
  for (const { takeOver } of swaps) takeOver(result as Json, swapped as Json);
  return result;
}

/** The names on the way to a field, without the items of lists. */
export const namesOn = (path: readonly Segment[]): string[] =>
  path.flatMap((segment) => (segment.type === "field" ? [segment.name] : []));

/** Likewise of a field as the server names one. */
export const namesIn = (field: string): string[] => field.replaceAll(/\[[^\]]*\]/g, "").split(".");

/** Whether the server names what is at such a place, or in it. */
export function isNamedWithin(field: string, place: readonly string[]): boolean {
  const names = namesIn(field);
  return place.every((name, at) => names[at] === name);
}

export interface Visits {
  /** Two mappings that are one and the same, and the way to the live one. */
  mapping?(now: JsonObject, wanted: JsonObject, path: Segment[]): void;
  /** Two lists whose items the server knows by keys. */
  list?(now: readonly Json[], wanted: Json[], list: ListIdentity & { type: "map" }, path: Segment[]): void;
}

/** Goes through what is live and what Git says side by side. */
export function visitBoth(live: KubeObject, manifest: KubeObject, schema: SchemaPlace | undefined, visits: Visits) {
  const walk = (now: Json | undefined, wanted: Json | undefined, place: SchemaPlace | undefined, path: Segment[]) => {
    if (isMapping(now) && isMapping(wanted)) {
      visits.mapping?.(now, wanted, path);
      for (const [name, inner] of Object.entries(wanted)) {
        if (Object.hasOwn(now, name)) walk(now[name], inner, place?.property(name), [...path, { type: "field", name }]);
      }
    }
    const list = place?.list();
    if (!Array.isArray(now) || !Array.isArray(wanted) || list?.type !== "map") return;
    visits.list?.(now, wanted, list, path);
    for (const item of wanted.filter(isMapping)) {
      const keys = itemKeys(item, list);
      const index = now.findIndex((one) => isMapping(one) && equalJson(itemKeys(one, list), keys));
      if (index >= 0) walk(now[index], item, place?.items(), [...path, { type: "key", keys, index }]);
    }
  };
  walk(live as Json, manifest as Json, schema, []);
}
