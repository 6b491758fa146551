import type { Json, JsonObject, KubeObject, ManagedFieldsEntry } from "../manifest/kube-object.ts";
import { canonicalJson } from "./equal.ts";
import { appliedEntry, parsed } from "./field-ownership.ts";
import type { Segment } from "./field-path.ts";

/**
 * Who holds what, after what applying would make ours and is another's alone has been taken from them: what somebody changed there and
 * back again, or all of it where the record was cleared. Applying would only share it, so that it stayed when Git drops it.
 *
 * @param applied the answer to a dry run of applying
 * @param isTheirs whether somebody else keeps a field by the rules, so that it is left to them
 * @returns undefined when there is nothing to take
 */
export function takenBack(
  live: KubeObject,
  applied: KubeObject,
  manager: string,
  isTheirs: (path: readonly Segment[]) => boolean = () => false,
): ManagedFieldsEntry[] | undefined {
  const entry = appliedEntry(applied.metadata, manager);
  const now = appliedEntry(live.metadata, manager);
  if (entry === undefined) return undefined;
  const lost = ours(minus(entry.fieldsV1, now?.fieldsV1 ?? {}), [], isTheirs);
  if (isEmpty(lost)) return undefined;
  const others = (live.metadata.managedFields ?? []).filter((one) => one !== now);
  return [...without(others, withKeys(lost)), entry];
}

/** With the keys of items, be they left to their default: what an item is known by is whose the item is. */
function withKeys(fields: JsonObject): JsonObject {
  const entries = Object.entries(fields) as [string, JsonObject][];
  return Object.fromEntries(
    entries.map(([name, inner]) => {
      const segment = segmentOf(name);
      const keys = segment?.type === "key" && "." in inner ? Object.keys(segment.keys) : [];
      return [name, { ...Object.fromEntries(keys.map((key) => [`f:${key}`, {}])), ...withKeys(inner) }];
    }),
  );
}

/** Without what somebody else keeps. */
function ours(
  fields: JsonObject,
  path: readonly Segment[],
  isTheirs: (path: readonly Segment[]) => boolean,
): JsonObject {
  const left = Object.entries(fields).flatMap(([name, inner]) => {
    const segment = segmentOf(name);
    if (segment === undefined) return [[name, inner]];
    const at = [...path, segment];
    if (isTheirs(at)) return [];
    const kept = ours(inner as JsonObject, at, isTheirs);
    return isEmpty(kept) && !isEmpty(inner as JsonObject) ? [] : [[name, kept]];
  });
  return Object.fromEntries(left);
}

/** A step to a field, as `managedFields` write it. @returns undefined for what is none, as `.` */
export function segmentOf(name: string): Segment | undefined {
  if (name.startsWith("f:")) return { type: "field", name: name.slice(2) };
  const value = /^[kv]:/.test(name) ? parsed(name) : undefined;
  if (value === undefined) return undefined;
  if (name.startsWith("v:")) return { type: "value", value, index: -1 };
  return { type: "key", keys: value as { [key: string]: Json }, index: -1 };
}

/** Who holds what, with these places as ours alone: what we hold and do not apply goes. */
export function handedOver(
  { metadata }: KubeObject,
  places: readonly (readonly Segment[])[],
  manager: string,
): ManagedFieldsEntry[] {
  const own = appliedEntry(metadata, manager);
  if (own === undefined) return metadata.managedFields ?? [];
  const given = places.map(fieldsAt).reduce(plus);
  const others = (metadata.managedFields ?? []).filter((one) => one !== own);
  return [...without(others, given), { ...own, fieldsV1: plus(own.fieldsV1, given) }];
}

/** Who holds what after a dry run of applying, with these places as they were before: there it was not ours that was applied. */
export function heldAsBefore(
  applied: KubeObject,
  live: KubeObject,
  places: readonly (readonly Segment[])[],
  manager: string,
): ManagedFieldsEntry[] {
  const own = appliedEntry(applied.metadata, manager);
  const before = appliedEntry(live.metadata, manager)?.fieldsV1 ?? {};
  return (applied.metadata.managedFields ?? []).map((entry) => {
    if (entry !== own) return entry;
    return { ...entry, fieldsV1: plus(places.map(fieldsAt).reduce(minus, entry.fieldsV1), before) };
  });
}

/** One place as `managedFields` write it: an empty mapping stands for a field with all that is in it. */
function fieldsAt([first, ...rest]: readonly Segment[]): JsonObject {
  return first === undefined ? {} : { [nameOf(first)]: fieldsAt(rest) };
}

/** https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management: `f:` fields, `k:` keys, `v:` values. */
function nameOf(segment: Segment): string {
  switch (segment.type) {
    case "field":
      return `f:${segment.name}`;
    case "key":
      return `k:${canonicalJson(segment.keys)}`;
    case "value":
      return `v:${canonicalJson(segment.value)}`;
    case "index":
      return `i:${segment.index}`;
  }
}

function without(entries: readonly ManagedFieldsEntry[], fields: JsonObject): ManagedFieldsEntry[] {
  return entries
    .map((entry) => ({ ...entry, fieldsV1: minus(entry.fieldsV1, fields) }))
    .filter(({ fieldsV1 }) => !isEmpty(fieldsV1));
}

/** @returns `one` without what `other` has, and without what becomes empty by that */
function minus(one: JsonObject, other: JsonObject): JsonObject {
  const left = Object.entries(one).flatMap(([name, inner]) => {
    const taken = Object.hasOwn(other, name) ? (other[name] as JsonObject) : undefined;
    if (taken === undefined) return [[name, inner]];
    const rest = isEmpty(taken) ? {} : minus(inner as JsonObject, taken);
    return isEmpty(rest) ? [] : [[name, rest]];
  });
  return Object.fromEntries(left);
}

function plus(one: JsonObject, other: JsonObject): JsonObject {
  const added = Object.entries(other).map(([name, inner]) => {
    const known = Object.hasOwn(one, name) ? (one[name] as JsonObject) : {};
    return [name, plus(known, inner as JsonObject)];
  });
  return { ...one, ...Object.fromEntries(added) };
}

const isEmpty = (fields: JsonObject): boolean => Object.keys(fields).length === 0;
