/** When a version of a kind went out of Kubernetes (minor of 1.x), and what a person has to know to move on. */
export interface Retired {
  removed: number;
  /** What is written otherwise in the version that took its place; or what takes the place of the kind, when none does. */
  note?: string;
}

const webhooks = "`sideEffects` and `admissionReviewVersions` are required";
const selector = "`spec.selector` is required and cannot be changed";
const podSecurity = "nothing replaces it; label namespaces with `pod-security.kubernetes.io/enforce` instead";
const ingress =
  "a backend is `service: {name, port: {number}}`, `spec.backend` is `spec.defaultBackend`, and each path needs a `pathType`";

/**
 * From Kubernetes' own sources (`APILifecycleRemoved` of each type) and its guide:
 * https://kubernetes.io/docs/reference/using-api/deprecation-guide/
 */
const retired: { readonly [apiVersion: string]: { readonly [kind: string]: Retired } } = {
  "extensions/v1beta1": {
    DaemonSet: { removed: 16, note: selector },
    Deployment: { removed: 16, note: selector },
    ReplicaSet: { removed: 16, note: selector },
    NetworkPolicy: { removed: 16 },
    PodSecurityPolicy: { removed: 16, note: podSecurity },
    Ingress: { removed: 22, note: ingress },
  },
  "apps/v1beta1": {
    ...all(16, "ControllerRevision"),
    Deployment: { removed: 16, note: selector },
    StatefulSet: { removed: 16, note: selector },
  },
  "apps/v1beta2": {
    ...all(16, "ControllerRevision"),
    DaemonSet: { removed: 16, note: selector },
    Deployment: { removed: 16, note: selector },
    ReplicaSet: { removed: 16, note: selector },
    StatefulSet: { removed: 16, note: selector },
  },
  "batch/v2alpha1": all(21, "CronJob"),
  "batch/v1beta1": all(25, "CronJob"),
  "policy/v1beta1": {
    PodDisruptionBudget: { removed: 25, note: "an empty `selector` selects all pods of the namespace" },
    PodSecurityPolicy: { removed: 25, note: podSecurity },
  },
  "autoscaling/v2beta1": {
    HorizontalPodAutoscaler: {
      removed: 25,
      note: "a metric's `targetAverageUtilization` is `target: {type: Utilization, averageUtilization}`",
    },
  },
  "autoscaling/v2beta2": all(26, "HorizontalPodAutoscaler"),
  "networking.k8s.io/v1beta1": {
    Ingress: { removed: 22, note: ingress },
    ...all(22, "IngressClass"),
    ...all(37, "IPAddress", "ServiceCIDR"),
  },
  "admissionregistration.k8s.io/v1beta1": {
    MutatingWebhookConfiguration: { removed: 22, note: webhooks },
    ValidatingWebhookConfiguration: { removed: 22, note: webhooks },
    ...all(34, "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"),
  },
  "admissionregistration.k8s.io/v1alpha1": all(32, "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"),
  "apiextensions.k8s.io/v1beta1": {
    CustomResourceDefinition: {
      removed: 22,
      note: "each of `spec.versions` has its own structural `schema.openAPIV3Schema`",
    },
  },
  "apiregistration.k8s.io/v1beta1": all(22, "APIService"),
  "authentication.k8s.io/v1beta1": { ...all(22, "TokenReview"), ...all(33, "SelfSubjectReview") },
  "authorization.k8s.io/v1beta1": all(
    22,
    "LocalSubjectAccessReview",
    "SelfSubjectAccessReview",
    "SelfSubjectRulesReview",
    "SubjectAccessReview",
  ),
  "certificates.k8s.io/v1beta1": {
    CertificateSigningRequest: { removed: 22, note: "`signerName` and `usages` are required" },
  },
  "certificates.k8s.io/v1alpha1": all(37, "ClusterTrustBundle"),
  "coordination.k8s.io/v1beta1": all(22, "Lease"),
  "discovery.k8s.io/v1beta1": {
    EndpointSlice: { removed: 25, note: "an endpoint's `topology` is `nodeName` and `zone`" },
  },
  "events.k8s.io/v1beta1": all(25, "Event"),
  "flowcontrol.apiserver.k8s.io/v1beta1": all(26, "FlowSchema", "PriorityLevelConfiguration"),
  "flowcontrol.apiserver.k8s.io/v1beta2": all(29, "FlowSchema", "PriorityLevelConfiguration"),
  "flowcontrol.apiserver.k8s.io/v1beta3": all(32, "FlowSchema", "PriorityLevelConfiguration"),
  "node.k8s.io/v1beta1": all(25, "RuntimeClass"),
  "rbac.authorization.k8s.io/v1alpha1": all(22, "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"),
  "rbac.authorization.k8s.io/v1beta1": all(22, "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"),
  "scheduling.k8s.io/v1alpha1": all(17, "PriorityClass"),
  "scheduling.k8s.io/v1beta1": all(22, "PriorityClass"),
  "settings.k8s.io/v1alpha1": {
    PodPreset: { removed: 20, note: "nothing replaces it; a mutating webhook or admission policy can do its work" },
  },
  "storage.k8s.io/v1alpha1": {
    ...all(24, "CSIStorageCapacity", "VolumeAttachment"),
    ...all(35, "VolumeAttributesClass"),
  },
  "storage.k8s.io/v1beta1": {
    ...all(22, "CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"),
    ...all(27, "CSIStorageCapacity"),
    ...all(37, "VolumeAttributesClass"),
  },
};

/** Kinds that are still served, and that Kubernetes advises against; what to write instead. */
const deprecated: { readonly [apiVersionAndKind: string]: { since: number; instead: string } } = {
  "v1 Endpoints": { since: 33, instead: "write EndpointSlice of `discovery.k8s.io/v1`" },
  "v1 ComponentStatus": { since: 19, instead: "ask the components' own health endpoints" },
};

/** @returns undefined for what never was, or is still there */
export function retiredVersion(apiVersion: string, kind: string): Retired | undefined {
  const kinds = Object.hasOwn(retired, apiVersion) ? retired[apiVersion]! : {};
  return Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
}

/** Why one had better not write a kind that is served, as a sentence's end ("is deprecated …"); undefined for most. */
export function deprecation(apiVersion: string, kind: string): string | undefined {
  const key = `${apiVersion} ${kind}`;
  if (!Object.hasOwn(deprecated, key)) return undefined;
  const { since, instead } = deprecated[key]!;
  return `is deprecated since Kubernetes 1.${since}; ${instead}`;
}

function all(removed: number, ...kinds: readonly string[]): { [kind: string]: Retired } {
  return Object.fromEntries(kinds.map((kind) => [kind, { removed }]));
}
