import { isMapping, type KubeObject } from "../manifest/kube-object.ts";

/**
 * The object without what the cluster fills in whatever a manifest says: the rules of a ClusterRole that aggregates others
 * (https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles). Applying `rules: []`, as the
 * documentation itself writes it, would take away what its controller gives, again and again.
 */
export function withoutClusterWritten(object: KubeObject): KubeObject {
  const { apiVersion, kind, aggregationRule } = object;
  const isRole = kind === "ClusterRole" && apiVersion.startsWith("rbac.authorization.k8s.io/");
  if (!isRole || !isMapping(aggregationRule)) return object;
  const { rules: _, ...rest } = object;
  return rest as KubeObject;
}
