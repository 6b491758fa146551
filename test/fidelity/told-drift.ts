import type { FieldChange, PlannedObject } from "../../src/core/plan/plan.ts";
import { revertsDrift } from "../../src/core/plan/reverts-drift.ts";
import { carriedOut, find, isMasked, type ToldField, tellsOrder } from "./as-told.ts";
import { cellsOf, isAlong, isEmpty } from "./cells.ts";
import { reordered, withoutOffice } from "./compare.ts";
import { changedCells, type Expected, type States, verdictOf } from "./drift-oracle.ts";
import type { ListSchema } from "./list-schema.ts";
import { isMapping, type Steps, same, textOf, type Value } from "./values.ts";

type Told = ToldField & { time?: string };

export interface Comparison {
  wrong: string[];
  expected: Expected[];
}

/** Every way in which what a plan tells of an object is not what is so. @param since before the first drift, in milliseconds */
export function comparedDrift(
  told: PlannedObject | undefined,
  states: States,
  wroteOf: (name: string) => string | undefined,
  since: number,
  lists: ListSchema,
): Comparison {
  const { expected, wrong } = verdictOf(states, wroteOf, lists);
  const { after, settled, merged } = states;
  const live = withoutOffice(states.live);
  const all = (told?.fields ?? []) as Told[];
  const orders = all.filter((field) => tellsOrder(live, field, lists));
  // An empty mapping that goes with what was in it, or without.
  const idle = all.filter(({ before, after }) => nothing(before) && nothing(after) && !same(before, after));
  const fields = all.filter((field) => !orders.includes(field) && !idle.includes(field));
  const isIdle = ({ cell }: Expected) => idle.some((field) => isAlong(cell.steps, stepsOf(field, states, lists)));
  const say = (what: string) => wrong.push(what);
  const shown = (field: Told) => `${field.path} (${field.cause}${field.manager ? ` by ${field.manager}` : ""})`;

  const covered = new Map<Told, Expected[]>();
  const isCauseOf = (one: Expected, { cause }: Told) => one.causes.some((right) => right === cause);
  for (const field of fields) {
    const steps = stepsOf(field, states, lists);
    const its = expected.filter(({ cell }) => isAlong(cell.steps, steps));
    covered.set(field, its);
    const fit = its.filter((one) => isCauseOf(one, field));
    if (fit.length === 0) say(`${shown(field)} is told, and ${its.length === 0 ? "is nothing" : `is ${text(its)}`}`);
    if (field.cause === "foreign" && !same(field.before, field.after)) say(`${shown(field)} is told as changing`);
    if (fit.length > 0) checkWriter(field, fit);
    for (const { overDrift } of fit) if (overDrift && field.cause === "pull-request") checkBase(field, overDrift);
  }
  // What is as it was applied is not looked at for what others added to it.
  const [one, other] = [states.base, states.merge].map((manifest) => unordered(manifest as unknown as Value));
  const isLookedAt = told !== undefined || !same(one, other);
  for (const one of expected) {
    if (one.isOptional || (one.causes[0] === "foreign" && !isLookedAt) || isIdle(one)) continue;
    const its = fields.filter((field) => covered.get(field)!.includes(one));
    if (!its.some((field) => isCauseOf(one, field)))
      say(`${text([one])} is not told${its.length > 0 ? `, but ${its.map(shown).join()}` : ""}`);
    else for (const field of its) if (!isCauseOf(one, field)) say(`${shown(field)} is told too`);
  }
  checkValues();
  checkOrders();
  checkObject();
  return { expected, wrong: [...new Set(wrong)] };

  function checkWriter(field: Told, fit: readonly Expected[]): void {
    const managers = new Set(fit.flatMap((one) => one.managers ?? []));
    if (managers.size === 0 && field.manager !== undefined) say(`${shown(field)}: nobody drifted`);
    const needs = ["drift", "foreign"].includes(field.cause) || field.manager !== undefined;
    if (managers.size > 0 && needs && !managers.has(field.manager ?? ""))
      say(`${shown(field)}: it was ${[...managers].join(" or ")}`);
    const time = Date.parse(field.time ?? "");
    const isRight = field.time === undefined ? isTimeless(field) : time >= since - 1000 && time <= Date.now() + 1000;
    if (revertsDrift(field as FieldChange) && !isRight) say(`${shown(field)}: at ${field.time}`);
  }

  /** A value that holds more than the cell is not looked into. */
  function checkBase(field: Told, { base }: { base: Value | undefined }): void {
    if (field.manager === undefined) say(`${shown(field)}: is not told as drifted`);
    const isWhole = typeof field.base !== "object" && !isMasked(field.base);
    if (isWhole && !same(field.base, base)) say(`${shown(field)}: base ${textOf(field.base)}, is ${textOf(base)}`);
  }

  /** Whoever took something out left no entry, and an entry need not have a time: one of `scale` has none. */
  function isTimeless({ manager }: Told): boolean {
    const entries = (states.live.metadata.managedFields ?? []) as { manager: string; time?: string }[];
    return manager === "unknown" || entries.some((entry) => entry.manager === manager && entry.time === undefined);
  }

  function checkValues(): void {
    try {
      for (const field of fields) {
        const is = find(live, field.path, lists).value;
        if ((is === undefined) !== (field.before === undefined) || (!isMasked(field.before) && !same(is, field.before)))
          say(`${shown(field)}: before ${textOf(field.before)}, was ${textOf(is)}`);
      }
      const changes = [...fields, ...idle].filter(
        ({ cause }) => !["foreign", "ignored", "already-live"].includes(cause),
      );
      const result = carriedOut(live, changes, lists, after);
      const [planned, is] = [cellsOf(result, lists), cellsOf(after, lists)];
      for (const name of changedCells(result, after, lists)) {
        const [one, other] = [planned.get(name)?.value, is.get(name)?.value];
        if (!(nothing(one) && nothing(other)) && !same(unordered(one), unordered(other)))
          say(`${name.replaceAll("\t", ".")}: by the plan ${textOf(one)}, in the end ${textOf(other)}`);
      }
    } catch (thrown) {
      say(`${thrown}: told ${JSON.stringify(fields)}`);
    }
  }

  function checkOrders(): void {
    const moved = reordered(live, after, lists);
    const told = orders.filter(({ cause }) => cause !== "already-live");
    if (moved.size !== told.length) say(`order: ${textOf([...moved])}, told ${orders.map(shown).join()}`);
    const ofMerge = reordered(settled, merged, lists);
    for (const field of orders) {
      // What somebody brought for the pull request may stand elsewhere than it wants it.
      if (moved.size === 0 && (field.cause === "drift" || ofMerge.size === 0))
        say(`${shown(field)}: the order is not of that`);
    }
  }

  function checkObject(): void {
    const drifts = all.some((field) => revertsDrift(field as FieldChange));
    const changes =
      expected.some(({ causes }) => causes[0] !== "foreign" && causes[0] !== "already-live") ||
      orders.some(({ cause }) => cause !== "already-live");
    const isDrifted =
      expected.some(({ causes, overDrift }) => overDrift || (causes[0] === "drift" && causes.length === 1)) || drifts;
    if ((told?.drifted ?? false) !== isDrifted) say(`drifted: ${told?.drifted}`);
    const action = told?.action ?? "unchanged";
    if (action !== (changes ? "update" : "unchanged") && idle.length === 0) say(`told as ${action}`);
  }
}

const nothing = (value: unknown) => value === undefined || isEmpty(value as Value);

/** Where a set lies in a value that is one for the server, its order is nothing that is told; nor are items without fields. */
function unordered(value: Value | undefined): Value | undefined {
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value.toSorted();
  if (Array.isArray(value)) return value.filter((item) => !isEmpty(item)).map((item) => unordered(item)!);
  if (!isMapping(value)) return value;
  const fields = Object.entries(value).filter(([, inner]) => !isEmpty(inner));
  return Object.fromEntries(fields.map(([name, inner]) => [name, unordered(inner)!]));
}

const text = (all: readonly Expected[]): string =>
  all
    .slice(0, 4)
    .map(({ cell, causes, managers, before, after }) => {
      const by = managers === undefined ? "" : ` by ${managers.join(" or ")}`;
      return `${cell.steps.join(".")} (${causes[0]}${by}: ${textOf(before)} → ${textOf(after)})`;
    })
    .join(", ");

/** Where a told path leads; the item itself in a set. */
function stepsOf({ path }: Told, { live, after }: States, lists: ListSchema): Steps {
  const now = find(live, path, lists);
  const { steps } = now.value === undefined ? find(after, path, lists) : now;
  const item = /\["(?:[^"\\]|\\.)*"\]$/.exec(path)?.[0];
  const isItem = item !== undefined && steps.at(-1) !== JSON.parse(item.slice(1, -1));
  const list = isItem
    ? lists.listAt(
        live,
        steps.map((step) => (step.startsWith("[") ? "[]" : step)),
      )
    : undefined;
  return list?.by === "value" ? [...steps, item!] : steps;
}
