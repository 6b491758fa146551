/** A kind of custom resource as a CustomResourceDefinition describes it. */
export interface CustomResource {
  group: string;
  version: string;
  kind: string;
  plural: string;
  namespaced: boolean;
  served: boolean;
  /** What the definition says against this version, as a sentence's end: "is deprecated …". */
  deprecation?: string;
  /** Whether only a controller's own requests write the status. */
  statusSubresource: boolean;
  /** `openAPIV3Schema`, as it stands in the manifest, unchecked. */
  schema: unknown;
}

/**
 * The kinds that the CustomResourceDefinitions (`apiextensions.k8s.io/v1`) among some objects describe. One that is
 * malformed describes nothing; validating it says what is wrong with it.
 */
export function customResourcesIn(objects: readonly unknown[]): CustomResource[] {
  return objects.flatMap((object) => {
    const crd = record(object);
    if (crd.kind !== "CustomResourceDefinition" || crd.apiVersion !== "apiextensions.k8s.io/v1") return [];
    const spec = record(crd.spec);
    const { kind, plural } = record(spec.names);
    const { group, scope, versions } = spec;
    if (typeof kind !== "string" || typeof plural !== "string" || typeof group !== "string") return [];
    if (!Array.isArray(versions)) return [];
    return versions.flatMap((entry): CustomResource[] => {
      const { name, served, schema, deprecated, deprecationWarning, subresources } = record(entry);
      if (typeof name !== "string") return [];
      return [
        {
          group,
          version: name,
          kind,
          plural,
          namespaced: scope === "Namespaced",
          served: served !== false,
          ...(deprecated === true && { deprecation: deprecationOf(deprecationWarning) }),
          statusSubresource: (record(subresources).status ?? undefined) !== undefined,
          schema: record(schema).openAPIV3Schema,
        },
      ];
    });
  });
}

function deprecationOf(warning: unknown): string {
  const own = typeof warning === "string" && warning !== "" ? `: ${warning}` : "";
  return `is deprecated by its CustomResourceDefinition${own}`;
}

function record(value: unknown): { readonly [field: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as { [field: string]: unknown })
    : {};
}
