/** The four kinds of patch. */
export const patches = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  apply: "application/apply-patch+yaml",
} as const;

const of = (form: string) => `application/json;as=${form};v=v1;g=meta.k8s.io`;

/** Forms of an answer that a client may ask for. */
export const forms = {
  table: of("Table"),
  metadata: of("PartialObjectMetadata"),
  metadataList: of("PartialObjectMetadataList"),
  aggregated: "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
} as const;
