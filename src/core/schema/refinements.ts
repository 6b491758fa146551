import type { CheckName } from "./checks.ts";

export interface Refinement {
  check?: CheckName;
  minimum?: number;
  maximum?: number;
  enum?: readonly unknown[];
  items?: { readonly enum: readonly unknown[] };
}

const accessModes = {
  accessModes: { items: { enum: ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"] } },
};
const port = { minimum: 1, maximum: 65_535 };
const objectName = { name: { check: "objectName" } } as const;
const namedPort = { port: { check: "portReference" } } as const;

/**
 * What the API server checks in code and publishes in no schema, by definition and field. Only what it rejects for every
 * object of that definition belongs here; the cluster test asks the real server.
 */
export const refinements: { readonly [definition: string]: { readonly [field: string]: Refinement } } = {
  "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta": {
    labels: { check: "labels" },
    annotations: { check: "annotations" },
  },
  "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector": { matchLabels: { check: "labels" } },
  "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement": {
    operator: { enum: ["In", "NotIn", "Exists", "DoesNotExist"] },
  },
  "io.k8s.api.apps.v1.DeploymentSpec": { replicas: { minimum: 0 } },
  "io.k8s.api.apps.v1.ReplicaSetSpec": { replicas: { minimum: 0 } },
  "io.k8s.api.apps.v1.StatefulSetSpec": { replicas: { minimum: 0 } },
  "io.k8s.api.core.v1.ConfigMap": { data: { check: "dataKeys" }, binaryData: { check: "dataKeys" } },
  "io.k8s.api.core.v1.ConfigMapEnvSource": objectName,
  "io.k8s.api.core.v1.ConfigMapKeySelector": objectName,
  "io.k8s.api.core.v1.Container": { name: { check: "dnsLabel" } },
  "io.k8s.api.core.v1.ContainerPort": { containerPort: port, name: { check: "portName" } },
  "io.k8s.api.core.v1.HTTPGetAction": namedPort,
  "io.k8s.api.core.v1.PersistentVolumeClaimSpec": accessModes,
  "io.k8s.api.core.v1.PersistentVolumeSpec": accessModes,
  "io.k8s.api.core.v1.PodSpec": { nodeSelector: { check: "labels" } },
  "io.k8s.api.core.v1.Secret": { data: { check: "dataKeys" } },
  "io.k8s.api.core.v1.SecretEnvSource": objectName,
  "io.k8s.api.core.v1.SecretKeySelector": objectName,
  "io.k8s.api.core.v1.ServicePort": {
    port,
    name: { check: "dnsLabel" },
    targetPort: { check: "portReference" },
  },
  "io.k8s.api.core.v1.ServiceSpec": { selector: { check: "labels" } },
  "io.k8s.api.core.v1.TCPSocketAction": namedPort,
  "io.k8s.api.core.v1.Volume": { name: { check: "dnsLabel" } },
  "io.k8s.api.networking.v1.NetworkPolicyPort": namedPort,
  "io.k8s.api.rbac.v1.Subject": { kind: { enum: ["ServiceAccount", "User", "Group"] } },
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionSpec": {
    scope: { enum: ["Namespaced", "Cluster"] },
  },
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps": {
    type: { enum: ["", "object", "array", "string", "integer", "number", "boolean", null] },
  },
};

/** Rules of ./checks.ts that look at several fields of a definition at once. */
export const wholeChecks: { readonly [definition: string]: CheckName } = {
  "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement": "selectorRequirement",
};

/** Fields that the server misses, and that no definition calls required. */
export const alsoRequired: { readonly [definition: string]: readonly string[] } = {
  "io.k8s.api.admissionregistration.v1.RuleWithOperations": ["apiGroups", "apiVersions", "operations", "resources"],
  "io.k8s.api.core.v1.Container": ["image"],
  "io.k8s.api.core.v1.ExecAction": ["command"],
  "io.k8s.api.core.v1.PersistentVolumeClaimSpec": ["accessModes", "resources"],
  "io.k8s.api.core.v1.PersistentVolumeSpec": ["accessModes", "capacity"],
  "io.k8s.api.networking.v1.IngressClassSpec": ["controller"],
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionVersion": ["schema"],
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceValidation": ["openAPIV3Schema"],
};

/**
 * Fields that a definition calls required, and that the server does not miss: `required` only says that the Go struct
 * writes the field always.
 */
export const notRequired: { readonly [definition: string]: readonly string[] } = {
  "io.k8s.api.batch.v1.PodFailurePolicy": ["rules"],
  "io.k8s.api.core.v1.Event": ["involvedObject"],
  "io.k8s.api.core.v1.HTTPHeader": ["value"],
  "io.k8s.api.core.v1.ISCSIPersistentVolumeSource": ["lun"],
  "io.k8s.api.core.v1.ISCSIVolumeSource": ["lun"],
  "io.k8s.api.core.v1.LimitRangeSpec": ["limits"],
  "io.k8s.api.core.v1.PreferredSchedulingTerm": ["preference"],
  "io.k8s.api.core.v1.ScaleIOPersistentVolumeSource": ["secretRef"],
  "io.k8s.api.core.v1.ScaleIOVolumeSource": ["secretRef"],
  "io.k8s.api.core.v1.SleepAction": ["seconds"],
  "io.k8s.api.core.v1.Sysctl": ["value"],
  "io.k8s.api.resource.v1.DeviceCapacity": ["value"],
  "io.k8s.api.resource.v1.ResourcePool": ["generation"],
  "io.k8s.api.storage.v1.CSIDriver": ["spec"],
  "io.k8s.api.storage.v1.TokenRequest": ["audience"],
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionVersion": ["served", "storage"],
};

/**
 * Fields whose labels and annotations the server does not check, because no object carries them: they lose the
 * refinements of what they refer to, and keep its types.
 */
export const unrefined: { readonly [definition: string]: readonly string[] } = {
  "io.k8s.api.autoscaling.v2.MetricIdentifier": ["selector"],
  "io.k8s.api.batch.v1.JobTemplateSpec": ["metadata"],
};
