import type { KubeObject } from "../../../core/manifest/kube-object.ts";
import type { ResourceName } from "../store.ts";

/** One served resource: a group, a version and a plural. */
export interface Resource {
  group: string;
  version: string;
  kind: string;
  listKind: string;
  plural: string;
  singular: string;
  shortNames: readonly string[];
  categories: readonly string[];
  namespaced: boolean;
  verbs: readonly string[];
  subresources: readonly Subresource[];
  /** Under what its objects are kept; all versions of a resource share it. */
  name: ResourceName;
  /** The CustomResourceDefinition that describes it; undefined for what Kubernetes brings itself. */
  definedBy: KubeObject | undefined;
}

export interface Subresource {
  name: string;
  group: string;
  version: string;
  kind: string;
  verbs: readonly string[];
}

export function resourceName(group: string, plural: string): ResourceName {
  return group === "" ? plural : `${plural}.${group}`;
}

export function apiVersionOf({ group, version }: { group: string; version: string }): string {
  return group === "" ? version : `${group}/${version}`;
}

export function hasSubresource(resource: Resource, name: string): boolean {
  return resource.subresources.some((subresource) => subresource.name === name);
}
