import type { JsonObject } from "../../../core/manifest/kube-object.ts";
import type { Definitions } from "../../../core/schema/kubernetes-schemas.ts";
import type { GoTypes } from "../resources/go-types.ts";

/** What Go writes of a struct in which nothing is set. */
export function blankStruct(definitions: Definitions, goTypes: GoTypes, definition: string): JsonObject {
  const { unset = {} } = goTypes[definition] ?? {};
  const fields = Object.entries(unset).map(([field, zero]) => {
    const target = definitions[definition]?.properties?.[field]?.$ref?.slice("#/definitions/".length);
    const isStruct = typeof zero === "object" && zero !== null && target !== undefined;
    return [field, isStruct ? blankStruct(definitions, goTypes, target) : zero] as const;
  });
  return Object.fromEntries(fields);
}
