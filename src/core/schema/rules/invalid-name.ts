import { shown } from "../shown.ts";
import { inPodSpecs } from "./pod-specs.ts";
import { allFields, filled, onFields, type Rule, text, textOf, type Violation } from "./rule.ts";
import {
  dns1035Label,
  dnsLabel,
  dnsSubdomain,
  inLowerCase,
  isDnsSubdomain,
  objectName,
  portName,
  wildcardSubdomain,
} from "./syntax.ts";

const poolName = text("must be a name of DNS names with `/` between them", (name) =>
  name.split("/").every(isDnsSubdomain),
);

/** Names that stand in fields: of containers, ports, hosts, other objects. */
export const invalidName: Rule = {
  name: "invalid-name",
  fields: allFields(
    onFields(dnsLabel, {
      "core.v1.Container": "name",
      "core.v1.EphemeralContainer": "name",
      "core.v1.Volume": "name",
      "core.v1.ServicePort": "name",
      "core.v1.EndpointPort": "name",
      "core.v1.EndpointAddress": "hostname",
      "core.v1.PodResourceClaim": "name",
      "flowcontrol.v1.ServiceAccountSubject": "namespace",
      "discovery.v1.EndpointPort": "name",
      "networking.v1.IngressServiceBackend": "name",
      "node.v1.RuntimeClass": "handler",
      "autoscaling.v2.ContainerResourceMetricSource": "container",
      "apps.v1.StatefulSetSpec": "serviceName",
    }),
    onFields(filled(dnsLabel), {
      "core.v1.PodAffinityTerm": "namespaces[]",
      "discovery.v1.Endpoint": "hostname",
      "networking.v1.IngressClassParametersReference": "namespace",
      "resource.v1.DeviceRequest": "name",
      "resource.v1.DeviceSubRequest": "name",
      "resource.v1.Device": "name",
      "resource.v1.DeviceTaintSelector": "device",
    }),
    onFields((value) => (value === "*" ? undefined : objectName(value)), {
      "flowcontrol.v1.ServiceAccountSubject": "name",
    }),
    onFields((value) => (value === "*" ? undefined : filled(dnsLabel)(value)), {
      "flowcontrol.v1.ResourcePolicyRule": "namespaces[]",
    }),
    onFields(filled(dns1035Label), {
      "admissionregistration.v1.ValidatingWebhook": "admissionReviewVersions[]",
      "admissionregistration.v1.MutatingWebhook": "admissionReviewVersions[]",
      "apiextensions.v1.CustomResourceDefinitionVersion": "name",
      "apiextensions.v1.CustomResourceDefinitionNames": "shortNames[] categories[]",
      "apiextensions.v1.WebhookConversion": "conversionReviewVersions[]",
    }),
    onFields(dns1035Label, {
      "apiextensions.v1.CustomResourceDefinitionNames": "plural singular",
    }),
    onFields((value) => dns1035Label(typeof value === "string" ? inLowerCase(value) : value), {
      "apiextensions.v1.CustomResourceDefinitionNames": "kind listKind",
      "admissionregistration.v1.ParamKind": "kind",
    }),
    onFields(objectName, {
      "core.v1.ConfigMapKeySelector": "name",
      "core.v1.SecretKeySelector": "name",
      "core.v1.PodSpec": "serviceAccountName serviceAccount nodeName runtimeClassName priorityClassName",
      "core.v1.PersistentVolumeSpec": "storageClassName",
      "core.v1.PersistentVolumeClaimSpec": "storageClassName",
      "core.v1.EndpointAddress": "nodeName",
      "networking.v1.IngressTLS": "secretName",
      "storage.v1.CSIStorageCapacity": "storageClassName",
      "storage.v1.VolumeAttachmentSpec": "nodeName",
      "storage.v1.VolumeAttachmentSource": "persistentVolumeName",
      "admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec": "policyName",
      "admissionregistration.v1.MutatingAdmissionPolicyBindingSpec": "policyName",
      "resource.v1.ResourceSliceSpec": "nodeName",
      "resource.v1.ExactDeviceRequest": "deviceClassName",
      "resource.v1.DeviceSubRequest": "deviceClassName",
      "discovery.v1.Endpoint": "nodeName",
      "flowcontrol.v1.PriorityLevelConfigurationReference": "name",
    }),
    // What stands before a colon is the signer's name, of another shape.
    onFields((value) => (textOf(value).includes(":") ? undefined : objectName(value)), {
      "core.v1.ClusterTrustBundleProjection": "name",
    }),
    // Looked at as what a name may begin with, which may end with a dash.
    onFields((value) => objectName(typeof value === "string" ? value.replace(/.-$/, "a") : value), {
      "core.v1.ConfigMapEnvSource": "name",
      "core.v1.SecretEnvSource": "name",
    }),
    onFields(poolName, {
      "resource.v1.ResourcePool": "name",
      "resource.v1.DeviceTaintSelector": "pool",
    }),
    onFields(filled(objectName), {
      "networking.v1.IngressSpec": "ingressClassName",
      "core.v1.PodResourceClaim": "resourceClaimName resourceClaimTemplateName",
    }),
    onFields(dnsSubdomain, {
      "apiextensions.v1.CustomResourceDefinitionSpec": "group",
      "networking.v1.ParentReference": "group",
      "meta.v1.GroupResource": "group",
    }),
    onFields((value) => dnsSubdomain(typeof value === "string" ? inLowerCase(value) : value), {
      "core.v1.CSIVolumeSource": "driver",
      "core.v1.CSIPersistentVolumeSource": "driver",
      "storage.v1.CSINodeDriver": "name",
      "storage.v1.VolumeAttachmentSpec": "attacher",
      "resource.v1.ResourceSliceSpec": "driver",
      "resource.v1.OpaqueDeviceConfiguration": "driver",
      "resource.v1.DeviceTaintSelector": "driver",
    }),
    onFields(filled(dnsSubdomain), {
      "core.v1.HostAlias": "hostnames[]",
      "networking.v1.IngressClassParametersReference": "apiGroup",
    }),
    onFields(wildcardSubdomain, { "networking.v1.IngressRule": "host" }),
    onFields(filled(wildcardSubdomain), { "networking.v1.IngressTLS": "hosts[]" }),
    onFields(text("must be the name of an HTTP header: letters, digits and `-`", /^[-A-Za-z0-9]+$/), {
      "core.v1.HTTPHeader": "name",
    }),
    onFields(text("must be a name without `=` and control characters", /^[ -<>-~]+$/), {
      "core.v1.EnvVar": "name",
      "core.v1.EnvFromSource": "prefix",
    }),
    onFields(
      text(
        "must be a DNS name of at least three parts such as `checks.example.com`",
        (name) => isDnsSubdomain(name) && name.split(".").length >= 3,
      ),
      {
        "admissionregistration.v1.ValidatingWebhook": "name",
        "admissionregistration.v1.MutatingWebhook": "name",
      },
    ),
    onFields(text("must be a name after a DNS name such as `example.com/controller`", /^[^/]+\/.+$/), {
      "networking.v1.IngressClassSpec": "controller",
    }),
    onFields(text("must be a name without `/` and `%`", /^[^/%]+$/), {
      "autoscaling.v2.CrossVersionObjectReference": "kind name",
      "autoscaling.v1.CrossVersionObjectReference": "kind name",
    }),
    onFields(
      text("must be a DNS name", /^\.$|^[a-z0-9_]([-a-z0-9_]*[a-z0-9_])?(\.[a-z0-9_]([-a-z0-9_]*[a-z0-9_])?)*\.?$/),
      {
        "core.v1.PodDNSConfig": "searches[]",
      },
    ),
    onFields(portName, {
      "core.v1.ContainerPort": "name",
      "networking.v1.ServiceBackendPort": "name",
    }),
  ),
  // A StatefulSet gives its pods other ones, whatever its template says.
  objects: inPodSpecs((spec, at) =>
    ["hostname", "subdomain"].flatMap((name): Violation[] => {
      const problem = dnsLabel(spec[name]);
      return problem === undefined
        ? []
        : [{ predicate: `${problem}, but it is ${shown(spec[name])}`, at: [...at, name] }];
    }),
  ),
};
