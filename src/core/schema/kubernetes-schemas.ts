/** A schema as an API server publishes it (OpenAPI v2, without descriptions). */
export interface OpenApiSchema {
  readonly type?: string;
  readonly format?: string;
  readonly $ref?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: { readonly [name: string]: OpenApiSchema };
  readonly items?: OpenApiSchema;
  readonly additionalProperties?: OpenApiSchema;
  readonly "x-kubernetes-group-version-kind"?: readonly { group: string; version: string; kind: string }[];
  readonly "x-kubernetes-list-type"?: "atomic" | "set" | "map";
  readonly "x-kubernetes-list-map-keys"?: readonly string[];
  readonly "x-kubernetes-map-type"?: "atomic" | "granular";
  readonly "x-kubernetes-patch-strategy"?: string;
  readonly "x-kubernetes-patch-merge-key"?: string;
}

export interface Definitions {
  readonly [name: string]: OpenApiSchema;
}

/** A kind that an API server serves, from its discovery. */
export interface ServedResource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly subresources?: readonly {
    readonly name: string;
    readonly group: string;
    readonly version: string;
    readonly kind: string;
    readonly verbs: readonly string[];
  }[];
}

/** What `schemas/kubernetes/` holds; see the README there. */
export interface KubernetesSchemas {
  /** Of Kubernetes, for example `v1.37.2`. */
  readonly version: string;
  readonly definitions: Definitions;
  /** In the server's order of preference; `""` is the core group. */
  readonly groups: readonly { readonly group: string; readonly versions: readonly string[] }[];
  readonly resources: readonly ServedResource[];
}
