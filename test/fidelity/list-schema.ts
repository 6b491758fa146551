import { apiRequest } from "../harness/control-plane/api-request.ts";
import type { ControlPlane } from "../harness/control-plane.ts";
import type { Steps } from "./values.ts";

/** How the running server tells a list's items apart: by keys, by value (a set), or not at all (the list is one value). */
export type ListType =
  | { by: "keys"; keys: readonly string[]; defaults: Record<string, unknown> }
  | { by: "value" }
  | { by: "nothing" };

export interface ListSchema {
  /** @param steps field names to the list; what lies in between in lists is passed over by any step */
  listAt(type: { apiVersion: string; kind: string }, steps: Steps): ListType;
  /** Whether a mapping there is one value for the server. */
  isAtomicMapping(type: { apiVersion: string; kind: string }, steps: Steps): boolean;
}

interface Schema {
  $ref?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema;
  items?: Schema;
  default?: unknown;
  "x-kubernetes-list-type"?: string;
  "x-kubernetes-list-map-keys"?: string[];
  "x-kubernetes-map-type"?: string;
  "x-kubernetes-group-version-kind"?: { group: string; version: string; kind: string }[];
}

/** Reads it off the server's own description of itself, kinds of custom definitions included. */
export async function readListSchema(plane: ControlPlane): Promise<ListSchema> {
  const answer = await apiRequest(plane, "/openapi/v2");
  const { definitions } = answer.json() as { definitions: Record<string, Schema> };
  const ofKind = new Map<string, Schema>();
  for (const schema of Object.values(definitions)) {
    for (const { group, version, kind } of schema["x-kubernetes-group-version-kind"] ?? []) {
      ofKind.set(`${group === "" ? version : `${group}/${version}`} ${kind}`, schema);
    }
  }
  const resolved = (schema: Schema | undefined): Schema | undefined => {
    const { $ref, ...own } = schema ?? {};
    return $ref === undefined ? schema : { ...definitions[$ref.slice("#/definitions/".length)], ...own };
  };
  const at = ({ apiVersion, kind }: { apiVersion: string; kind: string }, steps: Steps): Schema | undefined => {
    let place = resolved(ofKind.get(`${apiVersion} ${kind}`));
    for (const step of steps) {
      place = resolved(place?.items ?? place?.properties?.[step] ?? place?.additionalProperties);
    }
    return place;
  };
  return {
    listAt(type, steps) {
      const schema = at(type, steps);
      const keys = schema?.["x-kubernetes-list-map-keys"];
      if (schema?.["x-kubernetes-list-type"] === "set") return { by: "value" };
      if (schema?.["x-kubernetes-list-type"] !== "map" || keys === undefined) return { by: "nothing" };
      const item = resolved(schema.items);
      const defaults = Object.fromEntries(keys.map((key) => [key, resolved(item?.properties?.[key])?.default]));
      return { by: "keys", keys, defaults };
    },
    isAtomicMapping: (type, steps) => at(type, steps)?.["x-kubernetes-map-type"] === "atomic",
  };
}
