type Verbs = { verbs: string[] };
type Kind = { group: string; version: string; kind: string };

type DiscoveryResource = Verbs & {
  resource: string;
  responseKind: Kind;
  scope: "Namespaced" | "Cluster";
  singularResource: string;
  shortNames?: string[];
  categories?: string[];
  subresources?: (Verbs & { subresource: string; responseKind: Kind })[];
};

type DiscoveryList = {
  items: { metadata?: { name?: string }; versions: { version: string; resources?: DiscoveryResource[] }[] }[];
};

/**
 * Flattens aggregated discovery (`apidiscovery.k8s.io/v2`).
 * @param core the answer of /api
 * @param named the answer of /apis
 * @returns groups in the server's order of preference, each with its versions in that order, and one row per resource
 */
export function resourceTable(core: unknown, named: unknown) {
  const items = [...(core as DiscoveryList).items, ...(named as DiscoveryList).items];
  const groups = items.map(({ metadata, versions }) => ({
    group: metadata?.name ?? "",
    versions: versions.map(({ version }) => version),
  }));
  const resources = items.flatMap(({ metadata, versions }) =>
    versions.flatMap(({ version, resources = [] }) =>
      resources.map((resource) => row(metadata?.name ?? "", version, resource)),
    ),
  );
  return { groups, resources };
}

function row(group: string, version: string, resource: DiscoveryResource) {
  // Discovery leaves group and version out where they are those of the resource itself.
  const kind = (of: Kind) => ({ group: of.group || group, version: of.version || version, kind: of.kind });
  const { shortNames, categories, subresources = [] } = resource;
  return {
    group,
    version,
    kind: resource.responseKind.kind,
    plural: resource.resource,
    singular: resource.singularResource,
    ...(shortNames && { shortNames }),
    ...(categories && { categories }),
    namespaced: resource.scope === "Namespaced",
    verbs: resource.verbs,
    ...(subresources.length > 0 && {
      subresources: subresources.map((subresource) => ({
        name: subresource.subresource,
        ...kind(subresource.responseKind),
        verbs: subresource.verbs,
      })),
    }),
  };
}
