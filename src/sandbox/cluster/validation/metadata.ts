import type { KubeObject } from "../../../core/manifest/kube-object.ts";
import type { FieldViolation } from "../status-error.ts";
import { annotationsTooLong } from "./config-data.ts";
import { finalizerViolations, ownerViolations } from "./ownership.ts";
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
  { builtIn } = { builtIn: true },
): FieldViolation[] {
  const { name, generateName, labels, annotations, finalizers = [], ownerReferences = [] } = metadata;
  const found: FieldViolation[] = [];
  if (before === undefined && !otherwiseNamed.has(resource)) {
    const rule = labelNamed.has(resource) ? dnsLabel : dnsSubdomain;
    // What comes after the dash is the server's.
    if (typeof generateName === "string" && generateName !== "") {
      const masked = rule(generateName.replace(/-$/, "a"), "metadata.generateName");
      found.push(...masked.map((it) => ({ ...it, message: withValue(it.message, generateName) })));
    }
    found.push(...rule(name, "metadata.name"));
  }
  if (before?.metadata.deletionTimestamp !== undefined) {
    const added = finalizers.filter((it) => !(before.metadata.finalizers ?? []).includes(it));
    if (added.length > 0) {
      const list = added.map((it) => JSON.stringify(it)).join(", ");
      const why = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`;
      found.push(words.forbidden("metadata.finalizers", why));
    }
  }
  for (const part of ["deletionTimestamp", "deletionGracePeriodSeconds"] as const) {
    const value = metadata[part];
    if (before === undefined || value === undefined || value === before.metadata[part]) continue;
    found.push(words.invalid(`metadata.${part}`, value, "field is immutable"));
  }
  found.push(...labelViolations(labels, "metadata.labels"));
  for (const key of Object.keys(annotations ?? {})) {
    found.push(...qualifiedName(key.toLowerCase(), "metadata.annotations"));
  }
  found.push(...annotationsTooLong(annotations));
  found.push(...ownerViolations(ownerReferences));
  found.push(...finalizerViolations(finalizers, builtIn));
  return found;
}

function withValue(message: string, value: string): string {
  return message.replace(/^Invalid value: "[^"]*"/, `Invalid value: ${JSON.stringify(value)}`);
}

export function labelViolations(labels: { [key: string]: string } | undefined, at: string): FieldViolation[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [...qualifiedName(key, at), ...labelValue(value, at)]);
}
