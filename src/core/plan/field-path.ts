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

/** Whether an item of a list is the one with these keys. */
export function hasKeys(item: Json, keys: { [name: string]: Json }): boolean {
  if (item === null || typeof item !== "object" || Array.isArray(item)) return false;
  // A key that the manifest leaves to its default is the server's to fill in.
  return Object.entries(keys).every(([name, value]) => item[name] === undefined || equalJson(item[name], value));
}
