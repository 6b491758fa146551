import type { Json } from "../manifest/kube-object.ts";
import { equalJson } from "./equal.ts";

/** One step from an object to a field inside it. */
export type Segment =
  | { type: "field"; name: string }
  /** An item of a list that the server merges by keys; `index` is where it stands now. */
  | { type: "key"; keys: { [name: string]: Json }; index: number }
  /** An item of a set. */
  | { type: "value"; value: Json; index: number }
  | { type: "index"; index: number };

/** As people read it: `spec.template.spec.containers[nginx].ports[80/TCP].name`, `metadata.labels["example.com/team"]`. */
export function showPath(path: readonly Segment[]): string {
  let shown = "";
  for (const segment of path) {
    switch (segment.type) {
      case "field":
        if (!/^[A-Za-z_$][\w$-]*$/.test(segment.name)) shown += `[${JSON.stringify(segment.name)}]`;
        else shown += shown === "" ? segment.name : `.${segment.name}`;
        break;
      case "key":
        shown += `[${Object.values(segment.keys).map(String).join("/")}]`;
        break;
      case "value":
        shown += `[${JSON.stringify(segment.value)}]`;
        break;
      case "index":
        shown += `[${segment.index}]`;
        break;
    }
  }
  return shown;
}

/** Whether a path, as it is shown, is another one or leads into it. */
export const isShownWithin = (path: string, other: string): boolean =>
  path === other || path.startsWith(`${other}.`) || path.startsWith(`${other}[`);

/** Whether a field is one of some, as they are shown, or lies in one, or holds one. */
export function meets(shown: readonly string[], path: readonly Segment[]): boolean {
  const own = showPath(path);
  return shown.some((one) => isShownWithin(one, own) || isShownWithin(own, one));
}

/** Whether a field is among some, or lies in one of them; of a list only the order may have been told. */
export const isTold = (
  fields: readonly { path: string; before?: Json; after?: Json }[],
  { path }: { path: string },
): boolean =>
  fields.some((one) => {
    const isList = Array.isArray(one.before) && Array.isArray(one.after);
    return isList ? path === one.path : isShownWithin(path, one.path);
  });

/**
 * Whether a JSON pointer names this field or one that holds it. `*` matches one segment; an item of a list is matched by
 * its place, and where it has a key (a container's name) by that too.
 */
export function pointerCovers(pointer: string, path: readonly Segment[]): boolean {
  const wanted = pointer
    .split("/")
    .slice(1)
    .map((one) => one.replaceAll("~1", "/").replaceAll("~0", "~"));
  if (wanted.length === 0 || wanted.length > path.length) return false;
  return wanted.every((name, at) => name === "*" || namesOf(path[at]!).includes(name));
}

function namesOf(segment: Segment): string[] {
  switch (segment.type) {
    case "field":
      return [segment.name];
    case "key":
      return [String(segment.index), Object.values(segment.keys).map(String).join("/")];
    case "value":
      return [String(segment.index), String(segment.value)];
    case "index":
      return [String(segment.index)];
  }
}

/** What the server fills into a key of an item that leaves it out, for all of its own kinds. */
const keyDefaults: { [name: string]: Json } = { protocol: "TCP" };

/** Whether an item of a list is the one with these keys; one that it leaves out, and whose default is not known, may be any. */
export function hasKeys(item: Json, keys: { [name: string]: Json }): boolean {
  if (item === null || typeof item !== "object" || Array.isArray(item)) return false;
  return Object.entries(keys).every(([name, value]) => {
    const own = item[name] ?? keyDefaults[name];
    return own === undefined || equalJson(own, value);
  });
}

/** Where a field stands, as a JSON pointer (RFC 6901); items of lists by their places. */
export function pointerTo(path: readonly Segment[]): string {
  const step = (segment: Segment) => (segment.type === "field" ? segment.name : String(segment.index));
  return path.map((segment) => `/${step(segment).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** What stands there; items of lists are found by their keys and values, wherever they stand by now. */
export function valueAt(value: Json | undefined, path: readonly Segment[]): Json | undefined {
  let place = value;
  for (const segment of path) {
    if (Array.isArray(place)) place = itemOf(place, segment);
    else if (segment.type !== "field" || typeof place !== "object" || place === null) return undefined;
    else place = Object.hasOwn(place, segment.name) ? place[segment.name] : undefined;
  }
  return place;
}

function itemOf(list: readonly Json[], segment: Segment): Json | undefined {
  switch (segment.type) {
    case "key":
      return list.find((item) => hasKeys(item, segment.keys));
    case "value":
      return list.find((item) => equalJson(item, segment.value));
    case "index":
      return list[segment.index];
    case "field":
      return undefined;
  }
}

/** Whether a field is another one or lies in it. */
export const isWithin = (path: readonly Segment[], other: readonly Segment[]): boolean =>
  other.length <= path.length && pointerTo(path.slice(0, other.length)) === pointerTo(other);

/** A copy without these fields and items; a mapping that becomes empty by it goes too. */
export function withoutFields<T extends object>(object: T, paths: readonly (readonly Segment[])[]): T {
  const copy = structuredClone(object);
  for (const path of paths) takeOut(copy as Json, path);
  return copy;
}

/** Leaves a place empty, as a list where a manifest has one there; nothing where nothing is around it. */
export function leaveEmpty(object: Json, path: readonly Segment[], said: Json | undefined): void {
  const around = valueAt(object, path.slice(0, -1));
  const last = path.at(-1);
  if (around === null || typeof around !== "object" || Array.isArray(around) || last?.type !== "field") return;
  (around as { [name: string]: Json })[last.name] = Array.isArray(said) ? [] : {};
}

function takeOut(value: Json | undefined, [first, ...rest]: readonly Segment[]): void {
  if (value === undefined || value === null || typeof value !== "object" || first === undefined) return;
  if (Array.isArray(value)) {
    const item = itemOf(value, first);
    if (item === undefined) return;
    if (rest.length === 0) value.splice(value.indexOf(item), 1);
    else takeOut(item, rest);
    return;
  }
  if (first.type !== "field") return;
  if (rest.length > 0) takeOut(value[first.name], rest);
  const left = value[first.name];
  const isEmpty = typeof left === "object" && left !== null && Object.keys(left).length === 0;
  if (rest.length === 0 || isEmpty) delete value[first.name];
}
