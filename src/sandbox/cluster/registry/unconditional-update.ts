import type { KubeObject } from "../../../core/manifest/kube-object.ts";
import type { Resource } from "../resources/resource.ts";
import { invalid } from "../status-error.ts";
import { sentVersion } from "./sent-version.ts";

/** Kinds that are updated only by who says which version of them it has seen; custom resources are too. */
const conditional = new Set([
  "poddisruptionbudgets.policy",
  "leases.coordination.k8s.io",
  "leasecandidates.coordination.k8s.io",
  "runtimeclasses.node.k8s.io",
  "csidrivers.storage.k8s.io",
  "csinodes.storage.k8s.io",
  "csistoragecapacities.storage.k8s.io",
  "volumeattachments.storage.k8s.io",
  "storageversionmigrations.storagemigration.k8s.io",
  "clustertrustbundles.certificates.k8s.io",
  "podcertificaterequests.certificates.k8s.io",
  "customresourcedefinitions.apiextensions.k8s.io",
  "mutatingwebhookconfigurations.admissionregistration.k8s.io",
  "validatingwebhookconfigurations.admissionregistration.k8s.io",
  "mutatingadmissionpolicies.admissionregistration.k8s.io",
  "mutatingadmissionpolicybindings.admissionregistration.k8s.io",
  "validatingadmissionpolicies.admissionregistration.k8s.io",
  "validatingadmissionpolicybindings.admissionregistration.k8s.io",
]);

/** Throws the 422 for an update without a version, of a kind that is not updated so. */
export function needsVersion(resource: Resource, { metadata }: KubeObject): void {
  if (sentVersion(metadata.resourceVersion) !== undefined) return;
  if (resource.definedBy === undefined && !conditional.has(resource.name)) return;
  const message = "Invalid value: 0: must be specified for an update";
  throw invalid(resource.group, resource.plural, metadata.name, [
    { reason: "FieldValueInvalid", field: "metadata.resourceVersion", message },
  ]);
}
