import { isMapping, type Json } from "../manifest/kube-object.ts";

/** From a document to a value in it: names of fields and places in lists. */
export type Place = readonly (string | number)[];

/** One thing to do to a document. */
export type Edit = { path: Place /** As people read it. */; shown: string } & (
  | { type: "set"; to: Json }
  /** A list's new item, before the one that stands at that place now, or after the last. */
  | { type: "insert"; to: Json }
  | { type: "remove" }
);

/** The value after an edit; what did not change is shared. Undefined when the path leads nowhere. */
export function edited(value: Json, edit: Edit, depth = 0): Json | undefined {
  const step = edit.path[depth];
  if (step === undefined) return edit.type === "set" ? edit.to : undefined;
  const isLast = depth === edit.path.length - 1;
  if (Array.isArray(value) && typeof step === "number") {
    if (isLast && edit.type === "insert") return step <= value.length ? value.toSpliced(step, 0, edit.to) : undefined;
    if (step >= value.length) return undefined;
    if (isLast && edit.type === "remove") return value.toSpliced(step, 1);
    const inner = edited(value[step]!, edit, depth + 1);
    return inner === undefined ? undefined : value.with(step, inner);
  }
  if (!isMapping(value) || typeof step !== "string") return undefined;
  if (isLast && edit.type === "set") return { ...value, [step]: edit.to };
  if (!Object.hasOwn(value, step)) return undefined;
  if (isLast && edit.type === "remove") {
    const { [step]: _, ...rest } = value;
    return rest;
  }
  const inner = edited(value[step]!, edit, depth + 1);
  return inner === undefined ? undefined : { ...value, [step]: inner };
}

/** In an order in which none moves what a later one names: values first, then new items, then what goes, each from the end. */
export function inOrder(edits: readonly Edit[]): Edit[] {
  const backwards = edits.toReversed().sort((one, other) => comparePlaces(other.path, one.path));
  return (["set", "insert", "remove"] as const).flatMap((type) =>
    (type === "set" ? edits : backwards).filter((edit) => edit.type === type),
  );
}

function comparePlaces(one: Place, other: Place): number {
  for (const [depth, step] of one.entries()) {
    const against = other[depth];
    if (against === undefined) return 1;
    if (step === against) continue;
    if (typeof step === "number" && typeof against === "number") return step - against;
    return String(step) < String(against) ? -1 : 1;
  }
  return one.length - other.length;
}
