import { groupOf, isMapping, type Json, type JsonObject } from "../manifest/kube-object.ts";
import type { Definitions, OpenApiSchema } from "../schema/kubernetes-schemas.ts";

/** How the server tells the items of a list apart. */
export type ListIdentity =
  | { type: "map"; keys: readonly string[]; defaults: { [key: string]: unknown } }
  | { type: "set" }
  | { type: "index" };

/** By which the server knows an item of a list; a key that it leaves out is its default. */
export function itemKeys(item: JsonObject, list: ListIdentity & { type: "map" }): { [name: string]: Json } {
  return Object.fromEntries(list.keys.map((key) => [key, (item[key] ?? list.defaults[key] ?? null) as Json]));
}

/** A place in a schema; undefined where nothing is known. */
export interface SchemaPlace {
  /** A mapping whose names are anybody's, as of labels: none of them has a default. */
  isOpen: boolean;
  /** Written in several ways that say the same: `1000m` and `1`. Where the form counts, `1Gi` and `1073741824` are two things. */
  quantity: "by-amount" | "by-form" | undefined;
  /** Whether a schema has told what is one. */
  knowsQuantities: boolean;
  property(name: string): SchemaPlace | undefined;
  items(): SchemaPlace | undefined;
  list(): ListIdentity;
}

/** What a manifest says, with the keys that its items leave to a default: each is then found by just its keys. */
export function withItemKeys(said: Json, place: SchemaPlace | undefined): Json {
  if (place === undefined || said === null || typeof said !== "object") return said;
  if (!Array.isArray(said)) {
    const fields = Object.entries(said).map(([name, inner]) => [name, withItemKeys(inner, place.property(name))]);
    return Object.fromEntries(fields);
  }
  const list = place.list();
  const items = place.items();
  return said.map((item) => {
    const filled = withItemKeys(item, items);
    if (list.type !== "map" || !isMapping(filled)) return filled;
    const left = list.keys.filter((key) => list.defaults[key] !== undefined && (filled[key] ?? null) === null);
    return { ...filled, ...Object.fromEntries(left.map((key) => [key, list.defaults[key] as Json])) };
  });
}

export interface SchemaPlaces {
  ofKind(apiVersion: string, kind: string): SchemaPlace | undefined;
}

const quantity = "#/definitions/io.k8s.apimachinery.pkg.api.resource.Quantity";

/** Its controller compares templates as they are written, and replaces the pods of one that is written otherwise; no other does. */
const revised = "#/definitions/io.k8s.api.apps.v1.StatefulSetSpec";

/** Reads list identities off the API server's own definitions. */
export function createSchemaPlaces(definitions: Definitions): SchemaPlaces {
  const byKind = new Map<string, OpenApiSchema>();
  for (const definition of Object.values(definitions)) {
    for (const { group, version, kind } of definition["x-kubernetes-group-version-kind"] ?? []) {
      byKind.set(`${group}/${version}/${kind}`, definition);
    }
  }
  const resolve = (schema: OpenApiSchema | undefined): OpenApiSchema | undefined => {
    const name = schema?.$ref?.slice("#/definitions/".length);
    return name === undefined ? schema : definitions[name];
  };
  const place = (schema: OpenApiSchema | undefined, isRevised = false): SchemaPlace | undefined => {
    const resolved = resolve(schema);
    if (schema === undefined || resolved === undefined) return undefined;
    return {
      isOpen: resolved.properties === undefined && resolved.additionalProperties !== undefined,
      quantity: schema.$ref === quantity ? (isRevised ? "by-form" : "by-amount") : undefined,
      knowsQuantities: true,
      property: (name) =>
        place(
          resolved.properties?.[name] ?? resolved.additionalProperties,
          isRevised || (schema.$ref === revised && name === "template"),
        ),
      items: () => place(resolved.items, isRevised),
      list() {
        const type = schema["x-kubernetes-list-type"];
        const keys = schema["x-kubernetes-list-map-keys"];
        if (type === "map" && keys !== undefined) {
          const item = resolve(resolved.items);
          return {
            type: "map",
            keys,
            defaults: Object.fromEntries(keys.map((key) => [key, item?.properties?.[key]?.default])),
          };
        }
        return type === "set" ? { type: "set" } : { type: "index" };
      },
    };
  };
  return {
    ofKind: (apiVersion, kind) =>
      place(byKind.get(`${groupOf(apiVersion)}/${apiVersion.slice(apiVersion.indexOf("/") + 1)}/${kind}`)),
  };
}
