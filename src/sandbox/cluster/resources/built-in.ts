import type { KubernetesSchemas, ServedResource } from "../../../core/schema/kubernetes-schemas.ts";
import { type Resource, resourceName } from "./resource.ts";

/** Second versions of a resource whose objects would have to be converted. We keep each in its preferred version only. */
const otherVersions = new Set(["autoscaling/v1/horizontalpodautoscalers", "events.k8s.io/v1/events"]);

/** Subresources that need a kubelet, a token signer or the like to answer. */
const answered = new Set(["status", "scale", "finalize", "approval"]);

/** Reviews that are answered at once and kept nowhere. */
const reviews = new Set(["selfsubjectaccessreviews.authorization.k8s.io", "selfsubjectreviews.authentication.k8s.io"]);

/** The resources of Kubernetes that this cluster serves: all that are kept, and the reviews above. */
export function builtInResources(schemas: KubernetesSchemas): Resource[] {
  return schemas.resources
    .filter(
      (row) =>
        !otherVersions.has(`${row.group}/${row.version}/${row.plural}`) &&
        (row.verbs.includes("patch") || reviews.has(resourceName(row.group, row.plural))),
    )
    .map(toResource);
}

function toResource(row: ServedResource): Resource {
  return {
    group: row.group,
    version: row.version,
    kind: row.kind,
    listKind: `${row.kind}List`,
    plural: row.plural,
    singular: row.singular,
    shortNames: row.shortNames ?? [],
    categories: row.categories ?? [],
    namespaced: row.namespaced,
    verbs: row.verbs,
    subresources: (row.subresources ?? []).filter(({ name }) => answered.has(name)),
    name: resourceName(row.group, row.plural),
    definedBy: undefined,
  };
}
