import { withoutOffice } from "./compare.ts";
import type { ListSchema } from "./list-schema.ts";
import { isMapping, type Steps, type Thing, type Value } from "./values.ts";

/** What the server knows as one value: a scalar, an item of a set, a list or a mapping that is atomic, an empty one. */
export interface Cell {
  /** As in a tree of mappings: `spec`, `ports`, `[80/TCP]`, `name`. */
  steps: Steps;
  /** The same in the schema: `[]` for any item. */
  fields: Steps;
  value: Value;
}

/** By their steps, joined. */
export type Cells = ReadonlyMap<string, Cell>;

/** Everything in an object but what the server and its controllers write by their office. */
export function cellsOf(object: Thing, lists: ListSchema): Cells {
  const found = new Map<string, Cell>();
  const add = (steps: Steps, fields: Steps, value: Value) => found.set(nameOf(steps), { steps, fields, value });
  const walk = (value: Value, steps: Steps, fields: Steps): void => {
    if (isMapping(value) && Object.keys(value).length > 0 && !lists.isAtomicMapping(object, fields)) {
      for (const [name, inner] of Object.entries(value)) walk(inner, [...steps, name], [...fields, name]);
      return;
    }
    const items = Array.isArray(value) && value.length > 0 ? itemsOf(value, object, lists, fields) : undefined;
    if (items === undefined) add(steps, fields, value);
    else for (const [step, item] of items) walk(item, [...steps, step], [...fields, "[]"]);
  };
  walk(withoutOffice(object) as unknown as Value, [], []);
  return found;
}

/** The items of a list that the server tells apart, by what it knows them by. */
function itemsOf(list: Value[], type: Thing, lists: ListSchema, fields: Steps): [string, Value][] | undefined {
  const { by } = lists.listAt(type, fields);
  if (by === "nothing") return undefined;
  if (by === "keys" && !list.every(isMapping)) return undefined;
  const items = list.map((item): [string, Value] => [stepOf(item, type, lists, fields), item]);
  return new Set(items.map(([step]) => step)).size === items.length ? items : undefined;
}

function stepOf(item: Value, type: Thing, lists: ListSchema, fields: Steps): string {
  const list = lists.listAt(type, fields);
  if (list.by !== "keys" || !isMapping(item)) return `[${JSON.stringify(item)}]`;
  const keyOf = (key: string) => item[key] ?? list.defaults[key] ?? (key === "protocol" ? "TCP" : null);
  return `[${list.keys.map((key) => String(keyOf(key))).join("/")}]`;
}

export const nameOf = (steps: Steps): string => steps.join("\t");

/** Whether one leads to the other or into it. */
export const isAlong = (one: Steps, other: Steps): boolean =>
  one.slice(0, other.length).every((step, at) => step === other[at]);

/** The steps to a place that is known by indexes. */
export function stepsTo(object: Thing, place: Steps, lists: ListSchema): Steps {
  let value = object as unknown as Value;
  let [steps, fields]: [Steps, Steps] = [[], []];
  for (const step of place) {
    if (!Array.isArray(value)) {
      if (lists.isAtomicMapping(object, fields)) return steps;
      [steps, fields] = [
        [...steps, step],
        [...fields, step],
      ];
      value = isMapping(value) ? value[step]! : null;
      continue;
    }
    if (itemsOf(value, object, lists, fields) === undefined) return steps;
    const item = value[Number(step)]!;
    [steps, fields] = [
      [...steps, stepOf(item, object, lists, fields)],
      [...fields, "[]"],
    ];
    value = item;
  }
  return steps;
}

/** Whether a manifest says something of a cell, itself or as a part of what it says as one; an item's keys, even by default. */
export function describing(manifest: Thing, lists: ListSchema): (cell: Cell) => boolean {
  const cells = cellsOf(asStored(manifest), lists);
  const places = new Set([...cells.values()].flatMap(({ steps }) => steps.map((_, at) => nameOf(steps.slice(0, at)))));
  const isKey = ({ steps, fields }: Cell) => {
    if (fields.at(-2) !== "[]" || !places.has(nameOf(steps.slice(0, -1)))) return false;
    const list = lists.listAt(manifest, fields.slice(0, -2));
    return list.by === "keys" && list.keys.includes(steps.at(-1)!);
  };
  return (cell) =>
    isKey(cell) ||
    cell.steps.some((_, at) => {
      const said = cells.get(nameOf(cell.steps.slice(0, at + 1)));
      return said !== undefined && said.value !== null && (at === cell.steps.length - 1 || !isEmpty(said.value));
    });
}

/** Items of lists that a manifest describes, and of which cells are a part. */
export function itemsOfManifest(manifest: Thing, lists: ListSchema): (cell: Cell) => string[] {
  const itemsOf = ({ steps, fields }: Cell) =>
    fields.flatMap((field, at) => (field === "[]" ? [nameOf(steps.slice(0, at + 1))] : []));
  const described = new Set([...cellsOf(manifest, lists).values()].flatMap(itemsOf));
  return (cell) => itemsOf(cell).filter((name) => described.has(name));
}

/** Whether a manifest says `null` of a cell or of what it is in: some kinds take that for a value, and others for none. */
export function sayingNull(manifest: Thing, lists: ListSchema): (cell: Cell) => boolean {
  const cells = cellsOf(manifest, lists);
  return ({ steps }) => steps.some((_, at) => cells.get(nameOf(steps.slice(0, at + 1)))?.value === null);
}

/** A Secret's texts are written only, and read as data. */
function asStored({ stringData, ...object }: Thing & { stringData?: unknown }): Thing {
  if (object.kind !== "Secret" || !isMapping(stringData)) return object;
  const texts = Object.entries(stringData).map(([name, text]) => [name, Buffer.from(String(text)).toString("base64")]);
  return { ...object, data: { ...(object.data as object), ...Object.fromEntries(texts) } };
}

export const isEmpty = (value: Value | undefined): boolean =>
  typeof value === "object" && value !== null && Object.keys(value).length === 0;

export interface Holder {
  manager: string;
  operation: string;
  time?: string;
  subresource?: string;
}

/** Who holds a cell, as the cluster has written it down: https://kubernetes.io/docs/reference/using-api/server-side-apply/ */
export function holdersOf(object: Thing, cell: Cell, lists: ListSchema): Holder[] {
  const entries = (object.metadata.managedFields ?? []) as (Holder & { fieldsV1: Share })[];
  return entries.filter(({ fieldsV1 }) => {
    let place: Share = fieldsV1;
    for (const [at, step] of cell.steps.entries()) {
      const inner = cell.fields[at] === "[]" ? itemIn(place, step, cell.fields.slice(0, at)) : place[`f:${step}`];
      if (inner === undefined) return at > 0 && Object.keys(place).length === 0;
      place = inner;
    }
    return true;
  });

  function itemIn(place: Share, step: string, fields: Steps): Share | undefined {
    const isIt = ([name]: [string, Share]) =>
      /^[kv]:/.test(name) && stepOf(JSON.parse(name.slice(2)) as Value, object, lists, fields) === step;
    return Object.entries(place).find(isIt)?.[1];
  }
}

interface Share {
  [name: string]: Share;
}
