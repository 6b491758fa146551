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
  "io.k8s.api.storage.v1.CSINode": ["spec"],
  "io.k8s.api.storage.v1.CSINodeSpec": ["drivers"],
  "io.k8s.api.storage.v1.TokenRequest": ["audience"],
  "io.k8s.api.storagemigration.v1.GroupResource": ["group"],
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionVersion": ["served", "storage"],
};

/**
 * Fields whose labels and annotations the server does not check, because no object carries them: they lose the
 * rules about what they refer to, and keep its types.
 */
export const unruled: { readonly [definition: string]: readonly string[] } = {
  "io.k8s.api.autoscaling.v2.MetricIdentifier": ["selector"],
  "io.k8s.api.batch.v1.JobTemplateSpec": ["metadata"],
};
