import { isMapping, type Json, type JsonObject, type KubeObject } from "../manifest/kube-object.ts";
import { canonicalJson } from "./equal.ts";
import { appliedEntry, parsed } from "./field-ownership.ts";
import { itemKeys, type ListIdentity, type SchemaPlace, type SchemaPlaces } from "./list-keys.ts";

/** A state of an object, as the server has it. */
export interface State {
  object: KubeObject;
  /** Of which applying makes that; undefined when nobody knows. */
  manifest: KubeObject | undefined;
}

/**
 * What is known of an object's lists: by its kind, or where nobody here knows that, by what the server has written down of it.
 * @param manager our own field manager
 */
export function placeOf(
  { apiVersion, kind }: Pick<KubeObject, "apiVersion" | "kind">,
  schemas: SchemaPlaces,
  states: readonly State[],
  manager: string,
): SchemaPlace | undefined {
  return schemas.ofKind(apiVersion, kind) ?? ownedPlace(states, manager);
}

/**
 * How the server tells the items of an object's lists apart, as it writes it down itself in `managedFields`: for kinds whose
 * schema nobody has here, as custom resources; and by what a manifest leaves out, what it fills into an item's keys. Nothing is known of
 * lists that nobody owns an item of.
 */
export function ownedPlace(states: readonly State[], manager: string): SchemaPlace | undefined {
  const entries = states.flatMap(({ object }) => object.metadata.managedFields ?? []);
  const shares = states.flatMap(({ object, manifest }): Share[] => {
    const entry = appliedEntry(object.metadata, manager);
    return entry === undefined || manifest === undefined ? [] : [{ said: manifest as Json, held: entry.fieldsV1 }];
  });
  return placeIn(
    entries.map(({ fieldsV1 }) => fieldsV1),
    shares,
  );
}

/** What a manifest says in one place, and what applying it has us hold there. */
interface Share {
  said: Json;
  held: JsonObject;
}

/** @param owned the shares of all writers in one place: `f:` fields, `k:` items by their keys, `v:` items of a set */
function placeIn(owned: readonly JsonObject[], applied: readonly Share[]): SchemaPlace | undefined {
  if (owned.length === 0) return undefined;
  const list = once((): ListIdentity => {
    const keys = [...new Set(owned.flatMap(keyedItems).flatMap((item) => Object.keys(item.keys)))];
    if (keys.length > 0) return { type: "map", keys, defaults: defaultsOf(keys, applied) };
    const isSet = owned.some((share) => Object.keys(share).some((name) => name.startsWith("v:")));
    return isSet ? { type: "set" } : { type: "index" };
  });
  const properties = new Map<string, SchemaPlace | undefined>();
  const property = (name: string) => {
    const inOwned = owned.flatMap((share) => mappingIn(share, `f:${name}`));
    const inApplied = applied.flatMap(({ said, held }) => {
      const inner = isMapping(said) && Object.hasOwn(said, name) ? said[name] : undefined;
      return inner === undefined ? [] : mappingIn(held, `f:${name}`).map((share) => ({ said: inner, held: share }));
    });
    return placeIn(inOwned, inApplied);
  };
  return {
    // Of fields that are no item's key nobody writes down the default.
    isOpen: true,
    // Of a kind that nobody here knows the server keeps a value as it was written.
    quantity: undefined,
    knowsQuantities: false,
    property(name) {
      if (!properties.has(name)) properties.set(name, property(name));
      return properties.get(name);
    },
    items: once(() => {
      const inOwned = owned.flatMap(keyedItems).map(({ inner }) => inner);
      return placeIn(
        inOwned,
        applied.flatMap((share) => itemShares(share, list())),
      );
    }),
    list,
  };
}

/** What a list's items share, each with what it says. */
function itemShares({ said, held }: Share, list: ListIdentity): Share[] {
  if (list.type !== "map") return [];
  const nameOf = (item: JsonObject) => canonicalJson(itemKeys(item, list));
  const own = new Map(keyedItems(held).map(({ keys, inner }) => [nameOf(keys), inner]));
  return itemsSaid(said).flatMap((item) => {
    const share = own.get(nameOf(item));
    return share === undefined ? [] : [{ said: item, held: share }];
  });
}

/** What the server filled into keys that manifests leave out. */
function defaultsOf(keys: readonly string[], applied: readonly Share[]): { [key: string]: Json } {
  const defaults: { [key: string]: Json } = {};
  const nameOf = (item: JsonObject, named: readonly string[]) => canonicalJson(named.map((key) => [key, item[key]!]));
  for (const { said, held } of applied) {
    const namedIn = (item: JsonObject) => keys.filter((key) => (item[key] ?? null) !== null);
    const items = itemsSaid(said).map((item) => ({ item, named: namedIn(item) }));
    const names = new Set(items.map(({ item, named }) => nameOf(item, named)));
    // Of the items that one may be, it is the one that says the most of its keys.
    const shapes = [...new Map(items.map(({ named }) => [named.join(), named])).values()];
    shapes.sort((one, other) => other.length - one.length);
    for (const { keys: filled } of keyedItems(held)) {
      const source = shapes.find((named) => names.has(nameOf(filled, named)));
      const left = source === undefined ? [] : keys.filter((key) => !source.includes(key));
      for (const key of left) if (filled[key] !== undefined) defaults[key] ??= filled[key];
    }
  }
  return defaults;
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

const itemsSaid = (said: Json): JsonObject[] => (Array.isArray(said) ? said.filter(isMapping) : []);

function keyedItems(share: JsonObject): { keys: JsonObject; inner: JsonObject }[] {
  return Object.entries(share).flatMap(([name, inner]) => {
    const keys = name.startsWith("k:") ? parsed(name) : undefined;
    return isMapping(keys) && isMapping(inner) ? [{ keys, inner }] : [];
  });
}

function mappingIn(share: JsonObject, name: string): JsonObject[] {
  const inner = Object.hasOwn(share, name) ? share[name] : undefined;
  return isMapping(inner) ? [inner] : [];
}
