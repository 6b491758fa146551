import type { Json, JsonObject, KubeObject, ManagedFieldsEntry } from "../manifest/kube-object.ts";
import { canonicalJson } from "./equal.ts";
import { appliedEntry, parsed } from "./field-ownership.ts";
import { type Segment, valueAt } from "./field-path.ts";

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
  return [...without(others, withKeys(lost), onlyItself), entry];
}

/**
 * Who holds what once an object is healed, whatever its values are until then: what goes by healing is ours, so that the next apply
 * takes it out.
 *
 * @param healed the answer to a dry run of applying what it is healed to
 * @param isTheirs as for {@link takenBack}
 */
export function heldOnceHealed(
  live: KubeObject,
  healed: KubeObject,
  manager: string,
  isTheirs: (path: readonly Segment[]) => boolean,
): ManagedFieldsEntry[] {
  const own = [live, healed].map(({ metadata }) => appliedEntry(metadata, manager));
  const others = (healed.metadata.managedFields ?? []).filter((entry) => !own.includes(entry));
  const then = { ...live, metadata: { ...live.metadata, managedFields: [...others, ...(own[0] ? [own[0]] : [])] } };
  const holders = takenBack(then, healed, manager, isTheirs) ?? healed.metadata.managedFields ?? [];
  const gone = (live.metadata.managedFields ?? [])
    .filter(({ subresource }) => subresource === undefined)
    .map(({ fieldsV1 }) => goneFrom(fieldsV1, { live, healed }, []))
    .reduce(plus, {});
  return holders.map((entry) => (entry === own[1] ? { ...entry, fieldsV1: plus(entry.fieldsV1, gone) } : entry));
}

/** Of a share, what is live and healing takes out. */
function goneFrom(
  fields: JsonObject,
  states: Record<"live" | "healed", KubeObject>,
  path: readonly Segment[],
): JsonObject {
  const found = stepsIn(fields, path).flatMap(({ name, inner, at }) => {
    if (valueAt(states.live as Json, at) === undefined) return [];
    // It goes whole, be it that its parts alone were held.
    if (valueAt(states.healed as Json, at) === undefined) return [[name, isEmpty(inner) ? {} : { ".": {}, ...inner }]];
    const within = goneFrom(inner, states, at);
    return isEmpty(within) ? [] : [[name, within]];
  });
  return Object.fromEntries(found);
}

/** Places that were ours before an object was written, and are no longer; the innermost ones. */
export function droppedFrom(before: KubeObject, after: KubeObject, manager: string): Segment[][] {
  const [was, now] = [before, after].map(({ metadata }) => appliedEntry(metadata, manager));
  // In another version the same may have another name.
  if (was === undefined || now === undefined || was.apiVersion !== now.apiVersion) return [];
  return placesIn(minus(was.fieldsV1, now.fieldsV1), []);
}

const placesIn = (fields: JsonObject, path: readonly Segment[]): Segment[][] =>
  stepsIn(fields, path).flatMap(({ inner, at }) => {
    const below = placesIn(inner, at);
    return below.length > 0 ? below : [at];
  });

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

/** The fields that a share names at a place, each with the way to it. */
export function stepsIn(
  fields: JsonObject,
  path: readonly Segment[],
): { name: string; inner: JsonObject; at: Segment[] }[] {
  return (Object.entries(fields) as [string, JsonObject][]).flatMap(([name, inner]) => {
    const segment = segmentOf(name);
    return segment === undefined ? [] : [{ name, inner, at: [...path, segment] }];
  });
}

/** A step to a field, as `managedFields` write it. @returns undefined for what is none, as `.` */
function segmentOf(name: string): Segment | undefined {
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
  const left = others
    .map((entry) => ({ ...entry, fieldsV1: withoutHollow(minus(entry.fieldsV1, given), entry.fieldsV1) }))
    .filter(({ fieldsV1 }) => !isEmpty(fieldsV1));
  return [...left, { ...own, fieldsV1: plus(own.fieldsV1, given) }];
}

/** Who holds what, with what was written under our name as applied by us: so it goes when Git drops it. */
export function asApplied(entries: readonly ManagedFieldsEntry[], manager: string): ManagedFieldsEntry[] {
  const own = appliedEntry({ name: "", managedFields: [...entries] }, manager);
  const written = entries.filter((entry) => isWritten(entry, manager));
  if (own === undefined || written.length === 0) return [...entries];
  const fieldsV1 = written.reduce((fields, entry) => plus(fields, entry.fieldsV1), own.fieldsV1);
  return entries
    .filter((entry) => !written.includes(entry))
    .map((entry) => (entry === own ? { ...own, fieldsV1 } : entry));
}

const isWritten = (entry: ManagedFieldsEntry, manager: string): boolean =>
  entry.manager === manager && entry.operation === "Update" && entry.subresource === undefined;

/** Who holds what of an object that was written under our name, as if it were applied: what the server filled in is nobody's. */
export function asAppliedTo(written: KubeObject, applied: KubeObject, manager: string): ManagedFieldsEntry[] {
  const own = appliedEntry(applied.metadata, manager);
  const before = appliedEntry(written.metadata, manager);
  const others = (written.metadata.managedFields ?? []).filter((one) => one !== before && !isWritten(one, manager));
  return own === undefined ? others : [...others, own];
}

/** Who holds what, with these places ours as they are when they are empty. */
export function heldAsEmpty(
  { metadata }: KubeObject,
  places: readonly (readonly Segment[])[],
  manager: string,
): ManagedFieldsEntry[] {
  const given = places.map(fieldsAt).reduce(plus, {});
  const own = appliedEntry(metadata, manager);
  return (metadata.managedFields ?? []).map((entry) =>
    entry === own ? { ...own, fieldsV1: plus(minus(own.fieldsV1, given), given) } : entry,
  );
}

/** Without fields of which nothing is left but themselves: who put something into a list and had made the list for it holds neither. */
function withoutHollow(fields: JsonObject, before: JsonObject): JsonObject {
  const left = Object.entries(fields).flatMap(([name, inner]) => {
    const was = before[name] as JsonObject;
    const kept = withoutHollow(inner as JsonObject, was);
    // An item that is held by itself stays so.
    const itself = name.startsWith("f:") ? { ".": {} } : {};
    const isHollow = isEmpty(minus(kept, itself)) && !isEmpty(minus(was, itself));
    return isHollow ? [] : [[name, kept]];
  });
  return Object.fromEntries(left);
}

/**
 * Who holds what once something of others' has gone for ours, which no dry run of applying shows.
 *
 * @param applied what applying without ours in those places came to
 * @param swapped what a patch of ours for theirs came to: written under our name, it holds what it brought
 * @param places that are contested
 */
export function heldAfterSwap(
  applied: KubeObject,
  swapped: KubeObject,
  { places, theirs }: Record<"places" | "theirs", readonly (readonly Segment[])[]>,
  manager: string,
): ManagedFieldsEntry[] {
  const own = appliedEntry(applied.metadata, manager);
  if (own === undefined) return applied.metadata.managedFields ?? [];
  const brought = (swapped.metadata.managedFields ?? []).filter((entry) => isWritten(entry, manager));
  // A place of which nothing is applied meanwhile looks as if it were held as a whole.
  const kept = places.reduce(withoutEmpty, own.fieldsV1);
  const fieldsV1 = brought.reduce((fields, entry) => plus(fields, entry.fieldsV1), kept);
  const others = (applied.metadata.managedFields ?? []).filter((one) => one !== own);
  return [...without(others, theirs.map(fieldsAt).reduce(plus, {})), { ...own, fieldsV1 }];
}

function withoutEmpty(fields: JsonObject, [first, ...rest]: readonly Segment[]): JsonObject {
  const name = first === undefined ? "" : nameOf(first);
  if (!Object.hasOwn(fields, name)) return fields;
  const { [name]: inner, ...others } = fields;
  if (isEmpty(inner as JsonObject)) return others;
  return rest.length === 0 ? fields : { ...fields, [name]: withoutEmpty(inner as JsonObject, rest) };
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

function without(
  entries: readonly ManagedFieldsEntry[],
  fields: JsonObject,
  ofLeaf?: (inner: JsonObject) => JsonObject,
): ManagedFieldsEntry[] {
  return entries
    .map((entry) => ({ ...entry, fieldsV1: minus(entry.fieldsV1, fields, ofLeaf) }))
    .filter(({ fieldsV1 }) => !isEmpty(fieldsV1));
}

/** What is an empty mapping for the one: what others hold in it stays theirs. */
const onlyItself = (inner: JsonObject): JsonObject => minus(inner, { ".": {} });

/**
 * @param ofLeaf what is left of what `other` has as a whole
 * @returns `one` without what `other` has, and without what becomes empty by that
 */
function minus(one: JsonObject, other: JsonObject, ofLeaf: (inner: JsonObject) => JsonObject = () => ({})): JsonObject {
  const left = Object.entries(one).flatMap(([name, inner]) => {
    const taken = Object.hasOwn(other, name) ? (other[name] as JsonObject) : undefined;
    if (taken === undefined) return [[name, inner]];
    const rest = isEmpty(taken) ? ofLeaf(inner as JsonObject) : minus(inner as JsonObject, taken, ofLeaf);
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
