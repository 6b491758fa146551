import type { ListSchema } from "./list-schema.ts";
import { isMapping, type Steps, type Thing, type Value } from "./values.ts";

/** What a plan says of one field. */
export interface ToldField {
  path: string;
  cause: string;
  before?: unknown;
  after?: unknown;
  base?: unknown;
  manager?: string;
}

/** Where a told path leads in an object. */
export interface Place {
  /** As in a tree of mappings; inside of what is one value for the server, it ends at that. */
  steps: Steps;
  value: Value | undefined;
}

/** Stands for an item that is taken out, until all are. */
const gone = Symbol("gone") as unknown as Value;

/**
 * An object with a plan's fields carried out by hand.
 * @param take which fields, and the value that each leads to
 * @param actual where a masked value is taken from
 */
export function carriedOut(
  object: Thing,
  fields: readonly ToldField[],
  lists: ListSchema,
  actual: Thing | undefined,
): Thing {
  const result = structuredClone(object);
  // A key that goes must not hide what else is told of its item; without any it is gone.
  const items = new Map(fields.flatMap(({ path }) => itemsOn(result, path, lists)));
  for (const field of fields) {
    const after = field.after as Value | undefined;
    const value = isMasked(after) && actual !== undefined ? find(actual, field.path, lists).value : after;
    put(result, field.path, value, lists, items);
  }
  for (const { list, item, isKnownByKeys } of items.values())
    if (isKnownByKeys && Object.keys(item).length === 0 && list.includes(item)) list[list.indexOf(item)] = gone;
  return swept(result as unknown as Value) as unknown as Thing;
}

/** What a plan does not tell: a secret, or a value that the cluster picks only when it writes. */
export const isMasked = (value: unknown): boolean =>
  value !== undefined && /\*{8}|"chosen by the cluster"/.test(JSON.stringify(value));

/** Whether it tells in which order the items of a list with keys stand, not what they are. */
export function tellsOrder(object: Thing, { path, after }: ToldField, lists: ListSchema): boolean {
  const { value } = find(object, path, lists);
  const isNames = Array.isArray(after) && after.length > 1 && after.every((one) => typeof one === "string");
  return isNames && Array.isArray(value) && value.every(isMapping);
}

/** @throws when the path leads nowhere */
export function find(object: Thing, path: string, lists: ListSchema): Place {
  let value: Value | undefined = object as unknown as Value;
  let fields: Steps = [];
  let steps: Steps = [];
  let isWithin = false;
  for (const token of tokensOf(path)) {
    const at = stepInto(value, token, object, fields, lists);
    if (!isWithin) steps = at.isOne ? steps : [...steps, at.step];
    isWithin ||= at.isOne;
    fields = [...fields, at.field];
    value = at.value;
  }
  return { steps, value };
}

interface Item {
  list: Value[];
  item: { [name: string]: Value };
  isKnownByKeys: boolean;
}

/** The items that a path leads through, by the path up to each. */
function itemsOn(object: Thing, path: string, lists: ListSchema): [string, Item][] {
  const found: [string, Item][] = [];
  let place: Value | undefined = object as unknown as Value;
  let [fields, way]: [Steps, string] = [[], ""];
  for (const token of tokensOf(path).slice(0, -1)) {
    const at = stepInto(place, token, object, fields, lists);
    const isKnownByKeys = lists.listAt(object, fields).by === "keys";
    [fields, way] = [[...fields, at.field], way + token];
    if (Array.isArray(place) && isMapping(at.value)) found.push([way, { list: place, item: at.value, isKnownByKeys }]);
    place = at.value;
  }
  return found;
}

function put(object: Thing, path: string, value: Value | undefined, lists: ListSchema, items: Map<string, Item>): void {
  const tokens = tokensOf(path);
  let place = object as unknown as Value;
  let [fields, way]: [Steps, string] = [[], ""];
  for (const [depth, token] of tokens.slice(0, -1).entries()) {
    const at = stepInto(place, token, object, fields, lists);
    way += token;
    fields = [...fields, at.field];
    let inner = items.get(way)?.item ?? at.value;
    // Somebody took away the whole item or mapping, and a part of it is told.
    if (inner === undefined && Array.isArray(place)) {
      const item = {};
      place.push(item);
      items.set(way, { list: place, item, isKnownByKeys: true });
      inner = item;
    } else if (inner === undefined && isMapping(place)) {
      const next = tokens[depth + 1]!;
      const isList = next.startsWith("[") && (!next.startsWith('["') || lists.listAt(object, fields).by === "value");
      inner = isList ? [] : {};
      place[at.step] = inner;
    } else if (inner === undefined) throw new Error(`${path}: ${token} is not there`);
    place = inner;
  }
  const last = stepInto(place, tokens.at(-1)!, object, fields, lists);
  if (Array.isArray(place)) {
    if (last.index < 0) place.push(value!);
    else place[last.index] = value ?? gone;
  } else if (isMapping(place)) {
    if (value === undefined) delete place[last.step];
    else place[last.step] = value;
  } else throw new Error(`${path}: leads into ${JSON.stringify(place)}`);
}

interface Step {
  value: Value | undefined;
  /** In a tree of mappings. */
  step: string;
  /** In the schema. */
  field: string;
  /** In a list; -1 when it is not there. */
  index: number;
  /** An item of a list that is one value for the server. */
  isOne: boolean;
}

function stepInto(value: Value | undefined, token: string, type: Thing, fields: Steps, lists: ListSchema): Step {
  const isBracket = token.startsWith("[");
  const content = isBracket ? token.slice(1, -1) : token;
  if (!Array.isArray(value)) {
    const name = isBracket && content.startsWith('"') ? (JSON.parse(content) as string) : content;
    const inner = isMapping(value) && Object.hasOwn(value, name) ? value[name] : undefined;
    return { value: inner, step: name, field: name, index: -1, isOne: lists.isAtomicMapping(type, fields) };
  }
  const list = lists.listAt(type, fields);
  const at = (index: number, isOne: boolean): Step => ({
    value: value[index],
    step: `[${content}]`,
    field: "[]",
    index: index < value.length ? index : -1,
    isOne,
  });
  if (list.by === "value")
    return at(
      value.findIndex((item) => JSON.stringify(item) === content),
      true,
    );
  if (list.by === "nothing") return at(Number(content), true);
  const keyOf = (item: Value) =>
    isMapping(item) && list.keys.map((key) => String(item[key] ?? list.defaults[key] ?? null)).join("/");
  const found = value.findIndex((item) => keyOf(item) === content);
  // What lies in a list that is one value has no keys of its own for the server.
  return found < 0 && /^\d+$/.test(content) ? at(Number(content), true) : at(found, false);
}

/** `spec.containers[nginx].image` as `spec`, `containers`, `[nginx]`, `image`. */
function tokensOf(path: string): string[] {
  return path.match(/\["(?:[^"\\]|\\.)*"\]|\[[^\]]*\]|[^.[\]]+/g) ?? [];
}

function swept(value: Value): Value {
  if (Array.isArray(value)) return value.filter((item) => item !== gone).map(swept);
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, swept(inner)]));
}
