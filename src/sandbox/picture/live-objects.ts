import type { KubeObject } from "../../core/manifest/kube-object.ts";
import { groupOf } from "../../core/manifest/kube-object.ts";
import type { KubernetesSchemas } from "../../core/schema/kubernetes-schemas.ts";
import { StatusError } from "../cluster/status-error.ts";
import type { ClusterStore, ResourceName } from "../cluster/store.ts";

/** Under which resource objects of a kind are kept. */
export interface ResourceNames {
  /** undefined for a kind that the cluster does not serve. */
  of(object: Pick<KubeObject, "apiVersion" | "kind">): ResourceName | undefined;
}

const definitions = "customresourcedefinitions.apiextensions.k8s.io";

export function resourceNames(store: ClusterStore, schemas: KubernetesSchemas): ResourceNames {
  const named = (group: string, plural: string): ResourceName => (group === "" ? plural : `${plural}.${group}`);
  const builtIn = new Map(
    schemas.resources.map(({ group, kind, plural }) => [`${group}/${kind}`, named(group, plural)]),
  );
  return {
    of({ apiVersion, kind }) {
      const group = groupOf(apiVersion);
      const known = builtIn.get(`${group}/${kind}`);
      if (known !== undefined) return known;
      for (const { spec } of store.list(definitions)) {
        const described = spec as { group?: string; names?: { kind?: string; plural?: string } } | undefined;
        if (described?.group === group && described.names?.kind === kind && described.names.plural !== undefined) {
          return named(group, described.names.plural);
        }
      }
      return undefined;
    },
  };
}

/** Every live object of the kinds that Git names, and the pods that they come to. */
export function liveObjects(store: ClusterStore, names: ResourceNames, desired: readonly KubeObject[]): KubeObject[] {
  const resources = new Set<ResourceName>(["pods", "replicasets.apps"]);
  for (const object of desired) {
    const resource = names.of(object);
    if (resource !== undefined) resources.add(resource);
  }
  return [...resources].flatMap((resource) => listed(store, resource));
}

/** A definition is there before its resource is served, and goes after it. */
function listed(store: ClusterStore, resource: ResourceName): KubeObject[] {
  try {
    return store.list(resource);
  } catch (error) {
    if (error instanceof StatusError && error.code === 404) return [];
    throw error;
  }
}
