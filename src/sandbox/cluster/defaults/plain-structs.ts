import type { OpenApiSchema } from "../../../core/schema/kubernetes-schemas.ts";
import { structFields } from "../apply/struct-fields.ts";

/** Plain structs in Go that stand in lists or behind pointers; those nearer to the object are `structFields`. */
const nested: { readonly [definition: string]: readonly string[] } = {
  "io.k8s.api.core.v1.Container": ["resources"],
  "io.k8s.api.core.v1.EphemeralContainer": ["resources"],
  "io.k8s.api.core.v1.ContainerStatus": ["state", "lastState"],
};

/** The optional fields of a struct that Go writes as `{}` when nothing in them is set. */
export function plainStructs(
  definition: string,
  properties: { readonly [name: string]: OpenApiSchema },
): readonly string[] {
  if (definition.startsWith("io.k8s.apimachinery.")) return [];
  return [...structFields(definition), ...(nested[definition] ?? [])].filter(
    (field) => properties[field]?.$ref !== undefined,
  );
}
