import { isMapping, type JsonObject, type KubeObject } from "../manifest/kube-object.ts";
import { parsed } from "./field-ownership.ts";
import type { SchemaPlace } from "./list-keys.ts";

/**
 * How the server tells the items of an object's lists apart, as it writes it down itself in `managedFields`: for kinds whose
 * schema nobody has here, as custom resources. Nothing is known of lists that nobody owns an item of.
 */
export function ownedPlace(states: readonly KubeObject[]): SchemaPlace | undefined {
  const entries = states.flatMap(({ metadata }) => metadata.managedFields ?? []);
  return placeOf(entries.map(({ fieldsV1 }) => fieldsV1));
}

/** @param owned the shares of all writers in one place: `f:` fields, `k:` items by their keys, `v:` items of a set */
function placeOf(owned: readonly JsonObject[]): SchemaPlace | undefined {
  if (owned.length === 0) return undefined;
  const itemsOf = (kind: "k:" | "v:") =>
    owned.flatMap((share) => Object.entries(share).filter(([name]) => name.startsWith(kind)));
  return {
    // Nobody writes down which names have a default.
    isOpen: true,
    // Of a kind that nobody here knows the server keeps a value as it was written.
    quantity: undefined,
    property: (name) => placeOf(owned.flatMap((share) => mappingIn(share, `f:${name}`))),
    items: () => placeOf(itemsOf("k:").flatMap(([, item]) => (isMapping(item) ? [item] : []))),
    list() {
      const keys = itemsOf("k:").map(([name]) => parsed(name))[0];
      if (isMapping(keys)) return { type: "map", keys: Object.keys(keys), defaults: {} };
      return itemsOf("v:").length > 0 ? { type: "set" } : { type: "index" };
    },
  };
}

function mappingIn(share: JsonObject, name: string): JsonObject[] {
  const inner = Object.hasOwn(share, name) ? share[name] : undefined;
  return isMapping(inner) ? [inner] : [];
}
