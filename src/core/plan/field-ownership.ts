import type { Json, JsonObject, KubeObject, ManagedFieldsEntry } from "../manifest/kube-object.ts";
import { equalJson } from "./equal.ts";
import type { Segment } from "./field-path.ts";

/** Our own share of an object: what we applied, and nobody has taken since. */
export function appliedEntry(metadata: KubeObject["metadata"], manager: string): ManagedFieldsEntry | undefined {
  return metadata.managedFields?.find(
    (entry) => entry.manager === manager && entry.operation === "Apply" && entry.subresource === undefined,
  );
}

export interface Writer {
  /** The name that the client gave itself; `unknown` when no entry holds the field. */
  manager: string;
  time?: string;
}

/**
 * Entries that the server makes itself for what was written before it kept any: nobody's name
 * (https://kubernetes.io/docs/reference/using-api/server-side-apply/#clearing-managedfields).
 */
const nameless = new Set(["before-first-apply", "ancient-changes"]);

export const nameOfManager = (manager: string): string => (nameless.has(manager) ? "unknown" : manager);

/**
 * Who holds a field now, other than we ourselves; of several holders the latest is the writer. A removal leaves no entry, so it is
 * `unknown` who did it, unless the field was a part of a value that is held as a whole.
 */
export function writerOf(object: KubeObject, path: readonly Segment[], ourselves: string): Writer {
  const holders = (object.metadata.managedFields ?? [])
    .filter(({ manager, operation }) => !(manager === ourselves && operation === "Apply") && !nameless.has(manager))
    .filter(({ subresource }) => subresource !== "status")
    .filter(({ fieldsV1 }) => holds(fieldsV1, path));
  const latest = holders.reduce<ManagedFieldsEntry | undefined>(
    (best, entry) => (best === undefined || (entry.time ?? "") > (best.time ?? "") ? entry : best),
    undefined,
  );
  if (latest === undefined) return { manager: "unknown" };
  return latest.time === undefined ? { manager: latest.manager } : { manager: latest.manager, time: latest.time };
}

/**
 * Whether an entry of `managedFields` holds a field, by itself or as a part of a value that it holds as a whole.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management: `f:` fields, `k:` keys, `v:` values.
 */
export function holds(fields: JsonObject, path: readonly Segment[]): boolean {
  let place: JsonObject = fields;
  for (const [depth, segment] of path.entries()) {
    const inner = childOf(place, segment);
    // A leaf above the field: an atomic list or map that is held as a whole.
    if (inner === undefined) return depth > 0 && Object.keys(place).length === 0;
    place = inner;
  }
  return true;
}

/** What an entry holds at a place and in it; undefined when it holds nothing there by itself. */
export const shareAt = (fields: JsonObject, path: readonly Segment[]): JsonObject | undefined =>
  path.reduce<JsonObject | undefined>((place, segment) => place && childOf(place, segment), fields);

export const holdsItself = (fields: JsonObject, path: readonly Segment[]): boolean =>
  shareAt(fields, path) !== undefined;

function childOf(place: JsonObject, segment: Segment): JsonObject | undefined {
  for (const [name, child] of Object.entries(place)) {
    if (matches(name, segment)) return child as JsonObject;
  }
  return undefined;
}

function matches(name: string, segment: Segment): boolean {
  switch (segment.type) {
    case "field":
      return name === `f:${segment.name}`;
    case "key":
      return name.startsWith("k:") && equalJson(parsed(name), segment.keys);
    case "value":
      return name.startsWith("v:") && equalJson(parsed(name), segment.value);
    case "index":
      return name === `i:${segment.index}`;
  }
}

/** The keys or the value that such a name carries; undefined when it is none. */
export function parsed(name: string): Json | undefined {
  try {
    return JSON.parse(name.slice(2)) as Json;
  } catch {
    return undefined;
  }
}
