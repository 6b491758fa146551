import { isMapping, type KubeObject } from "../../manifest/kube-object.ts";
import { conditionsOf, isWithin } from "./label-conditions.ts";
import { listAt, partAt } from "./risk.ts";

/**
 * ClusterRoles that the cluster fills up from others by label
 * (https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles).
 */
const prefix = "rbac.authorization.k8s.io/aggregate-to-";

/** Names of the roles that take in this one's rules, by the labels that the cluster's own roles look for. */
export function aggregates(role: KubeObject | undefined): string[] {
  if (role?.kind !== "ClusterRole") return [];
  const labels = partAt(role, "metadata", "labels");
  if (!isMapping(labels)) return [];
  const names = Object.keys(labels).filter((label) => label.startsWith(prefix) && labels[label] === "true");
  return names.map((label) => label.slice(prefix.length));
}

/** A selector comes to this many comparisons at most. */
const mostSelectors = 200;

/** Whose rules a role takes in that it did not before, in words. */
export function takenIn(live: KubeObject | undefined, after: KubeObject): string[] {
  const selectorsOf = (role: KubeObject | undefined) => listAt(role, "aggregationRule", "clusterRoleSelectors");
  const [before, now] = [selectorsOf(live), selectorsOf(after)];
  if (Math.max(before.length, now.length) > mostSelectors) return ["more ClusterRoles than can be listed"];
  const old = before.map(conditionsOf);
  const wider = now.filter((selector) => !old.some((one) => isWithin(conditionsOf(selector), one)));
  return wider.map((selector) => {
    const conditions = conditionsOf(selector);
    return conditions.length === 0 ? "every ClusterRole" : `ClusterRoles with ${conditions.join(" and ")}`;
  });
}
