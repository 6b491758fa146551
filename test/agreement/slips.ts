import { pointerTo } from "../../src/core/schema/field-path.ts";

/** One object with one slip in it, as a person makes them. */
export interface Slip {
  /** What kind of slip it is: the report counts by it. */
  slip: string;
  /** The field concerned; of one that is gone or new, its parent's. */
  pointer: string;
  /** The field itself, when it stands in the object. */
  field: string;
  object: unknown;
}

/**
 * Every slip that can be made once in an object: a field misspelt, left out, unknown, null, of a wrong type, with a value that fits
 * nowhere, or out of range.
 */
export function slipsOf(object: unknown): Slip[] {
  return places(object).flatMap(([steps, value]) => {
    const pointer = steps.reduce(pointerTo, "");
    const parent = steps.slice(0, -1).reduce(pointerTo, "");
    const at = (slip: string, replacement: unknown, on = pointer, field = on): Slip => ({
      slip,
      pointer: on,
      field,
      object: withValue(object, steps, replacement),
    });
    const slips: Slip[] = [];
    if (steps.length > 0) {
      slips.push(at("removed", removed, parent), at("null", null));
      for (const other of otherTypes(value)) slips.push(at("wrong type", other));
      if (typeof value === "string") for (const other of otherTexts(value)) slips.push(at("wrong value", other));
      if (typeof value === "number") for (const other of otherNumbers(value)) slips.push(at("out of range", other));
    }
    if (Array.isArray(value) && value.length > 0) {
      const last = pointerTo(pointer, value.length);
      slips.push(at("doubled item", [...value, value[0]], pointer, last));
      slips.push(at("null item", [...value, null], pointer, last), at("emptied", []));
    }
    if (isMapping(value)) {
      slips.push(at("unknown field", { ...value, surprise: 1 }, pointer, pointerTo(pointer, "surprise")));
      for (const key of Object.keys(value)) {
        const typo = misspelt(key);
        const moved = Object.fromEntries(Object.entries(value).map(([name, it]) => [name === key ? typo : name, it]));
        slips.push(at("misspelt field", moved, pointer, pointerTo(pointer, typo)));
      }
      if (steps.length > 0 && Object.keys(value).length > 0) slips.push(at("emptied", {}));
    }
    return slips;
  });
}

const removed = Symbol("removed");

function otherTypes(value: unknown): unknown[] {
  if (typeof value === "string") return [7, true, [value], { a: value }];
  if (typeof value === "number") return [String(value), "three", true, [value], {}];
  if (typeof value === "boolean") return [String(value), 1, {}];
  if (Array.isArray(value)) return ["text", 1, { a: value[0] ?? null }];
  if (value === null) return [];
  return ["text", true, [value]];
}

function otherTexts(value: string): string[] {
  const others = ["", "No_Such Thing!", misspelt(value), value.toUpperCase(), `${value}-`, "x".repeat(300), "-1"];
  return [...new Set(others)].filter((other) => other !== value);
}

function otherNumbers(value: number): number[] {
  return [-1, 0, 1.5, 70_000, 2 ** 31, -(2 ** 33)].filter((other) => other !== value);
}

/** Two neighbouring letters swapped, or one more where there are none. */
function misspelt(word: string): string {
  const middle = Math.max(0, Math.floor(word.length / 2) - 1);
  const swapped = word.slice(0, middle) + (word[middle + 1] ?? "x") + (word[middle] ?? "") + word.slice(middle + 2);
  return swapped === word ? `${word}x` : swapped;
}

/** Every value in an object, itself among them, with the steps that lead to it. */
export function places(value: unknown, steps: string[] = []): [string[], unknown][] {
  const children = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return [[steps, value], ...children.flatMap(([step, child]) => places(child, [...steps, step]))];
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object with another value at one place; it shares what did not change. */
export function withValue(value: unknown, [step, ...rest]: string[], replacement: unknown): unknown {
  if (step === undefined) return replacement;
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => {
      const changed = String(index) === step ? withValue(item, rest, replacement) : item;
      return changed === removed ? [] : [changed];
    });
  }
  return Object.fromEntries(
    Object.entries(value as object).flatMap(([key, item]) => {
      const changed = key === step ? withValue(item, rest, replacement) : item;
      return changed === removed ? [] : [[key, changed]];
    }),
  );
}

/** `count` of the items, drawn without putting back; the same seed draws the same ones. */
export function drawn<T>(items: readonly T[], count: number, seed: number): T[] {
  const random = randomBy(seed);
  const pool = [...items];
  for (let at = 0; at < Math.min(count, pool.length); at++) {
    const other = at + Math.floor(random() * (pool.length - at));
    [pool[at], pool[other]] = [pool[other]!, pool[at]!];
  }
  return pool.slice(0, count);
}

/** Numbers from 0 up to 1 by a Weyl sequence of 32 bits: enough to draw by, and the same everywhere. */
export function randomBy(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
