import { pointerTo } from "../../../src/core/schema/field-path.ts";

export interface Mutation {
  /** What was done and where, for the test's report. */
  title: string;
  object: unknown;
}

/**
 * The object with one slip each: at every place a value of another type, null, nothing at all, a text that fits nowhere;
 * in every mapping an unknown field and a misspelt one; in every list its first item once more.
 */
export function mutationsOf(object: unknown): Mutation[] {
  return places(object).flatMap(([steps, value]) => {
    const pointer = steps.reduce(pointerTo, "");
    const change = (title: string, replacement: unknown) => ({
      title: `${pointer || "(all)"}: ${title}`,
      object: withValue(object, steps, replacement),
    });
    const mutations = steps.length === 0 ? [] : replacements(value).map(([title, other]) => change(title, other));
    if (steps.length > 0) mutations.push(change("removed", removed));
    if (Array.isArray(value)) {
      mutations.push(change("first item doubled", [...value, value[0]]), change("null added", [...value, null]));
    }
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      mutations.push(change("unknown field", { ...value, surprise: 1 }));
      const [first] = Object.keys(value);
      if (first !== undefined) {
        const { [first]: moved, ...rest } = value as Record<string, unknown>;
        mutations.push(change(`${first} misspelt`, { ...rest, [`${first}x`]: moved }));
      }
    }
    return mutations;
  });
}

const removed = Symbol("removed");

function replacements(value: unknown): [string, unknown][] {
  const others: [string, unknown][] = [
    ["null", null],
    ["a text", "No_Such Thing!"],
    ["an empty text", ""],
    ["a number", 7],
    ["a negative number", -1],
    ["a fraction", 1.5],
    ["a number of 33 bits", 2 ** 33],
    ["a truth value", true],
    ["an empty list", []],
    ["an empty mapping", {}],
  ];
  return others.filter(([, other]) => other !== value);
}

function places(value: unknown, steps: string[] = []): [string[], unknown][] {
  const children = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return [[steps, value], ...children.flatMap(([step, child]) => places(child, [...steps, step]))];
}

function withValue(value: unknown, [step, ...rest]: string[], replacement: unknown): unknown {
  if (step === undefined) return replacement;
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => {
      if (String(index) !== step) return [item];
      const changed = withValue(item, rest, replacement);
      return changed === removed ? [] : [changed];
    });
  }
  return Object.fromEntries(
    Object.entries(value as object).flatMap(([key, item]) => {
      if (key !== step) return [[key, item]];
      const changed = withValue(item, rest, replacement);
      return changed === removed ? [] : [[key, changed]];
    }),
  );
}
