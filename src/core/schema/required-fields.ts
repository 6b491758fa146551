/** Fields that the server misses, and that no definition calls required. */
export const alsoRequired: { readonly [definition: string]: readonly string[] } = {
  "io.k8s.api.admissionregistration.v1.ApplyConfiguration": ["expression"],
  "io.k8s.api.admissionregistration.v1.JSONPatch": ["expression"],
  "io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicy": ["spec"],
  "io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyBindingSpec": ["policyName"],
  "io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicySpec": ["mutations", "reinvocationPolicy"],
  "io.k8s.api.admissionregistration.v1.NamedRuleWithOperations": [
    "apiGroups",
    "apiVersions",
    "operations",
    "resources",
  ],
  "io.k8s.api.admissionregistration.v1.ParamKind": ["apiVersion", "kind"],
  "io.k8s.api.admissionregistration.v1.ParamRef": ["parameterNotFoundAction"],
  "io.k8s.api.admissionregistration.v1.RuleWithOperations": ["apiGroups", "apiVersions", "operations", "resources"],
  "io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicy": ["spec"],
  "io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec": ["policyName"],
  "io.k8s.api.apps.v1.ReplicaSetSpec": ["template"],
  "io.k8s.api.batch.v1.Job": ["spec"],
  "io.k8s.api.batch.v1.JobTemplateSpec": ["spec"],
  "io.k8s.api.certificates.v1.CertificateSigningRequestSpec": ["usages"],
  "io.k8s.api.core.v1.ConfigMapEnvSource": ["name"],
  "io.k8s.api.core.v1.ConfigMapKeySelector": ["name"],
  "io.k8s.api.core.v1.ConfigMapProjection": ["name"],
  "io.k8s.api.core.v1.ConfigMapVolumeSource": ["name"],
  "io.k8s.api.core.v1.Container": ["image"],
  "io.k8s.api.core.v1.EphemeralVolumeSource": ["volumeClaimTemplate"],
  "io.k8s.api.core.v1.ExecAction": ["command"],
  "io.k8s.api.core.v1.ImageVolumeSource": ["reference"],
  "io.k8s.api.core.v1.PersistentVolume": ["spec"],
  "io.k8s.api.core.v1.PersistentVolumeClaim": ["spec"],
  "io.k8s.api.core.v1.PersistentVolumeClaimSpec": ["accessModes", "resources"],
  "io.k8s.api.core.v1.PersistentVolumeSpec": ["accessModes"],
  "io.k8s.api.core.v1.Pod": ["spec"],
  "io.k8s.api.core.v1.PodTemplate": ["template"],
  "io.k8s.api.core.v1.PodTemplateSpec": ["spec"],
  "io.k8s.api.core.v1.SecretEnvSource": ["name"],
  "io.k8s.api.core.v1.SecretKeySelector": ["name"],
  "io.k8s.api.core.v1.SecretProjection": ["name"],
  "io.k8s.api.core.v1.SecretVolumeSource": ["secretName"],
  "io.k8s.api.core.v1.Service": ["spec"],
  "io.k8s.api.core.v1.VolumeNodeAffinity": ["required"],
  "io.k8s.api.events.v1.Event": ["action", "reason", "reportingController", "reportingInstance", "type"],
  "io.k8s.api.networking.v1.Ingress": ["spec"],
  "io.k8s.api.networking.v1.IngressClass": ["spec"],
  "io.k8s.api.networking.v1.IngressClassSpec": ["controller"],
  "io.k8s.api.networking.v1.ServiceCIDR": ["spec"],
  "io.k8s.api.networking.v1.ServiceCIDRSpec": ["cidrs"],
  "io.k8s.api.resource.v1.DeviceClaimConfiguration": ["opaque"],
  "io.k8s.api.resource.v1.DeviceClassConfiguration": ["opaque"],
  "io.k8s.api.resource.v1.DeviceSelector": ["cel"],
  "io.k8s.api.storage.v1.VolumeAttributesClass": ["parameters"],
  "io.k8s.api.storagemigration.v1.StorageVersionMigration": ["spec"],
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionVersion": ["schema"],
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceValidation": ["openAPIV3Schema"],
  "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService": ["spec"],
  "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.ServiceReference": ["name", "namespace"],
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
  // By ./rules/references.ts, where the server looks at them.
  "io.k8s.api.core.v1.TypedLocalObjectReference": ["kind", "name"],
  "io.k8s.api.core.v1.TypedObjectReference": ["kind", "name"],
  "io.k8s.api.resource.v1.DeviceCapacity": ["value"],
  "io.k8s.api.resource.v1.ResourcePool": ["generation"],
  "io.k8s.api.storage.v1.CSIDriver": ["spec"],
  "io.k8s.api.storage.v1.CSINode": ["spec"],
  "io.k8s.api.storage.v1.CSINodeSpec": ["drivers"],
  "io.k8s.api.storage.v1.TokenRequest": ["audience"],
  "io.k8s.apimachinery.pkg.apis.meta.v1.GroupResource": ["group"],
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionVersion": ["served", "storage"],
};

/**
 * Fields whose labels and annotations the server does not check, because no object carries them: they lose the
 * rules about what they refer to, and keep its types. Each is named with the fields on the way to it.
 */
export const unruled: { readonly [definition: string]: readonly string[] } = {
  "io.k8s.api.autoscaling.v2.MetricIdentifier": ["selector"],
  "io.k8s.api.apps.v1.StatefulSetSpec": ["volumeClaimTemplates.metadata"],
  "io.k8s.api.batch.v1.JobTemplateSpec": ["metadata"],
};
