import type { Definitions, OpenApiSchema } from "../../../core/schema/kubernetes-schemas.ts";
import { patchFailed } from "./patch-failed.ts";

/** What a strategic merge patch goes by at one place of an object. */
export interface PatchedField {
  /** Undefined where nothing is known of what is in it. */
  schema: PatchSchema | undefined;
  strategy: "merge" | "replace" | undefined;
  mergeKey: string;
}

export interface PatchSchema {
  /** The field's type, or the one of its items. Throws a 500 where Kubernetes' type has no such field. */
  field(name: string): PatchedField;
}

/** @param definition the kind's */
export function patchSchema(definitions: Definitions, definition: string): PatchSchema {
  const of = (schema: OpenApiSchema | undefined, name: string): PatchSchema => ({
    field(key) {
      if (schema?.additionalProperties !== undefined) {
        throw patchFailed("merging an object in json but data type is not struct, instead is: map");
      }
      const property = schema?.properties?.[key];
      if (property === undefined) {
        throw patchFailed(`unable to find api field in struct ${name} for the json field ${JSON.stringify(key)}`);
      }
      const item = property.type === "array" ? property.items : property;
      const strategy = property["x-kubernetes-patch-strategy"]?.split(",").find((it) => it !== "retainKeys");
      return {
        schema: resolved(item),
        strategy: strategy as PatchedField["strategy"],
        mergeKey: property["x-kubernetes-patch-merge-key"] ?? "",
      };
    },
  });
  const resolved = (schema: OpenApiSchema | undefined): PatchSchema | undefined => {
    if (schema === undefined) return undefined;
    const name = schema.$ref?.slice("#/definitions/".length);
    return name === undefined ? of(schema, "") : of(definitions[name], shortName(name));
  };
  return of(definitions[definition], shortName(definition));
}

function shortName(definition: string): string {
  return definition.slice(definition.lastIndexOf(".") + 1);
}
