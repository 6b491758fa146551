import { isMapping, type Json } from "../manifest/kube-object.ts";
import { quoted } from "../manifest/quoted.ts";
import { equalJson } from "../plan/equal.ts";
import { hasKeys, type Segment, showPath } from "../plan/field-path.ts";
import type { Edit, Place } from "./edit.ts";
import { Refusal } from "./refusal.ts";

/** A field that is to be in Git as it is in the cluster. */
export interface AdoptedChange {
  /** Places of items with a key or a value (`containers[nginx]`) are looked for by that; their `index` counts for nothing. */
  path: readonly Segment[];
  /** Absent: the field is to go. */
  to?: Json;
}

export interface Resolved {
  /** Only of changes to what the file does not say already. */
  edits: Map<AdoptedChange, Edit>;
  refused: Map<AdoptedChange, Refusal>;
}

/**
 * Where in what a file says of an object its changes lead.
 * @param prefix where the object stands in its document
 */
export function resolveChanges(object: Json, changes: readonly AdoptedChange[], prefix: Place): Resolved {
  const edits = new Map<AdoptedChange, Edit>();
  const refused = new Map<AdoptedChange, Refusal>();
  for (const change of changes) {
    const before = [...edits.values()];
    const found = resolveChange(object, change, before);
    const other = found instanceof Refusal || found === undefined ? undefined : before.find((one) => meet(one, found));
    if (other !== undefined) {
      const names = `${quoted(showPath(change.path))} and ${quoted(other.shown)}`;
      refused.set(change, new Refusal(`${names} are one inside the other; adopt them one after the other.`));
    } else if (found instanceof Refusal) refused.set(change, found);
    else if (found !== undefined) edits.set(change, found);
  }
  for (const edit of edits.values()) edit.path = [...prefix, ...edit.path];
  return { edits, refused };
}

function resolveChange(object: Json, { path, to }: AdoptedChange, before: readonly Edit[]): Edit | undefined | Refusal {
  const shown = showPath(path);
  const at: (string | number)[] = [];
  let place: Json = object;
  for (const [number, segment] of path.entries()) {
    const isLast = number === path.length - 1;
    if (segment.type === "field") {
      if (place !== null && !isMapping(place)) return elsewhere(shown, path.slice(0, number));
      const inner: Json | undefined =
        place !== null && Object.hasOwn(place, segment.name) ? place[segment.name] : undefined;
      if (inner === undefined) {
        if (to === undefined) return undefined;
        const made = wrapped(path.slice(number + 1), to);
        if (made === undefined) return elsewhere(shown, path.slice(0, number + 1));
        // A mapping that is there in name only (`annotations:`) is made with it.
        return place === null
          ? { type: "set", path: at, to: { [segment.name]: made }, shown }
          : { type: "set", path: [...at, segment.name], to: made, shown };
      }
      at.push(segment.name);
      place = inner;
      continue;
    }
    if (!Array.isArray(place))
      return to === undefined && place === null ? undefined : elsewhere(shown, path.slice(0, number));
    const list: readonly Json[] = place;
    const found = indexesOf(list, segment);
    if (found.length > 1) {
      return new Refusal(
        `The file has ${quoted(showPath(path.slice(0, number + 1)))} ${found.length} times, so that it is not clear which one is meant; edit it by hand.`,
      );
    }
    const [index] = found;
    if (index === undefined) {
      if (to === undefined) return undefined;
      const added = before.filter((edit) => edit.type === "insert" && equalJson(edit.path.slice(0, -1), at)).length;
      const fits = segment.type !== "index" || segment.index === list.length + added;
      if (!isLast || !fits) return elsewhere(shown, path.slice(0, number + 1));
      return { type: "insert", path: [...at, list.length], to, shown };
    }
    at.push(index);
    place = list[index]!;
  }
  if (at.length === 0) return new Refusal("A whole object is not adopted; change its fields.");
  if (to === undefined) return { type: "remove", path: at, shown };
  if (equalJson(place, to)) return undefined;
  if (isOrder(place, to)) {
    return new Refusal(
      `The items of ${quoted(shown)} stand in another order in the cluster; move them in the file by hand.`,
    );
  }
  return { type: "set", path: at, to, shown };
}

function indexesOf(list: readonly Json[], segment: Exclude<Segment, { type: "field" }>): number[] {
  if (segment.type === "index") return segment.index < list.length ? [segment.index] : [];
  const isIt = (item: Json): boolean =>
    segment.type === "key" ? hasKeys(item, segment.keys) : equalJson(item, segment.value);
  return list.flatMap((item, index) => (isIt(item) ? [index] : []));
}

/** The value inside the mappings that lead to it. */
function wrapped(path: readonly Segment[], value: Json): Json | undefined {
  return path.reduceRight<Json | undefined>(
    (inner, segment) => (segment.type === "field" && inner !== undefined ? { [segment.name]: inner } : undefined),
    value,
  );
}

/** A plan tells that items stand in another order by their names alone. */
function isOrder(before: Json, to: Json): boolean {
  return (
    Array.isArray(before) &&
    Array.isArray(to) &&
    before.length > 0 &&
    to.length > 0 &&
    before.every(isMapping) &&
    to.every((one) => typeof one === "string")
  );
}

function elsewhere(shown: string, missing: readonly Segment[]): Refusal {
  const place = missing.length === 0 ? "the object" : quoted(showPath(missing));
  return new Refusal(
    `${quoted(shown)} cannot be written, for the file says nothing, or something of another shape, in ${place}; edit it by hand.`,
  );
}

/** Whether one of them is about a part of what the other is about. */
function meet(one: Edit, other: Edit): boolean {
  if (one.type === "insert" && other.type === "insert") return false;
  const [shorter, longer] = one.path.length < other.path.length ? [one.path, other.path] : [other.path, one.path];
  return shorter.every((step, depth) => step === longer[depth]);
}
