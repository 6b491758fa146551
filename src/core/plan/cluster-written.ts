import { isMapping, type KubeObject } from "../manifest/kube-object.ts";

/**
 * The object without what the cluster fills in whatever a manifest says: the rules of a ClusterRole that aggregates others
 * (https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles). Applying `rules: []`, as the
 * documentation itself writes it, would take away what its controller gives, again and again.
 */
export function withoutClusterWritten(object: KubeObject): KubeObject {
  if (!isMapping(object.aggregationRule) || object.kind !== "ClusterRole") return object;
  const { rules: _, ...rest } = object;
  return rest as KubeObject;
}
