import type { KubeObject } from "../../../core/manifest/kube-object.ts";
import type { FieldViolation } from "../status-error.ts";
import { dnsLabel, dnsSubdomain, labelValue, qualifiedName, words } from "./rule.ts";

/** Kinds whose names are a single DNS label, and those with names of their own rules, by resource. */
const labelNamed = new Set(["namespaces", "statefulsets.apps"]);
const otherwiseNamed = new Set([
  "services",
  "events",
  "events.events.k8s.io",
  "certificatesigningrequests.certificates.k8s.io",
  "poddisruptionbudgets.policy",
  "clusterroles.rbac.authorization.k8s.io",
  "clusterrolebindings.rbac.authorization.k8s.io",
  "roles.rbac.authorization.k8s.io",
  "rolebindings.rbac.authorization.k8s.io",
  "ipaddresses.networking.k8s.io",
  "customresourcedefinitions.apiextensions.k8s.io",
]);

/** What is wrong with an object's metadata, in the API server's words. */
export function metadataViolations(
  resource: string,
  { metadata }: KubeObject,
  before: KubeObject | undefined,
): FieldViolation[] {
  const { name, labels, annotations, finalizers = [], ownerReferences = [] } = metadata;
  const found: FieldViolation[] = [];
  if (before === undefined && !otherwiseNamed.has(resource)) {
    found.push(...(labelNamed.has(resource) ? dnsLabel : dnsSubdomain)(name, "metadata.name"));
  }
  found.push(...labelViolations(labels, "metadata.labels"));
  for (const key of Object.keys(annotations ?? {})) {
    found.push(...qualifiedName(key.toLowerCase(), "metadata.annotations"));
  }
  for (const finalizer of finalizers) found.push(...qualifiedName(finalizer, "metadata.finalizers"));
  if (before?.metadata.deletionTimestamp !== undefined) {
    const added = finalizers.filter((it) => !(before.metadata.finalizers ?? []).includes(it));
    if (added.length > 0) {
      const list = added.map((it) => JSON.stringify(it)).join(", ");
      const why = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`;
      found.push(words.forbidden("metadata.finalizers", why));
    }
  }
  ownerReferences.forEach((owner, index) => {
    for (const part of ["apiVersion", "kind", "name", "uid"] as const) {
      if (owner[part]) continue;
      const what = part === "apiVersion" ? "version must not be empty" : "must not be empty";
      const at = `metadata.ownerReferences[${index}].${part}`;
      found.push(
        part === "uid" || part === "name" || part === "kind" ? words.required(at, what) : words.invalid(at, "", what),
      );
    }
  });
  if (ownerReferences.filter(({ controller }) => controller === true).length > 1) {
    const why = "Only one reference can have Controller set to true";
    found.push(words.invalid("metadata.ownerReferences", ownerReferences, why));
  }
  return found;
}

export function labelViolations(labels: { [key: string]: string } | undefined, at: string): FieldViolation[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [...qualifiedName(key, at), ...labelValue(value, at)]);
}
