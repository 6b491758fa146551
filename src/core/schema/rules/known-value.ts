import { didYouMean } from "../did-you-mean.ts";
import { allFields, onFields, type Rule, type ValueCheck } from "./rule.ts";

/** A pointer in Go, where the empty text is a value of its own, and a wrong one. */
const notEmpty: ValueCheck = (value) => (value === "" ? "must not be empty; leave it out for the default" : undefined);

const containerResource = oneOf(
  "limits.cpu",
  "limits.memory",
  "limits.ephemeral-storage",
  "requests.cpu",
  "requests.memory",
  "requests.ephemeral-storage",
);

/** Pages of any size. */
function isOfHugePages(value: unknown): boolean {
  return typeof value === "string" && /^(?:limits|requests)\.hugepages-/.test(value);
}

/** Fields that take one of a few texts, which no schema lists. */
export const knownValue: Rule = {
  name: "invalid-value",
  fields: allFields(
    onFields(oneOf("In", "NotIn", "Exists", "DoesNotExist"), { "meta.v1.LabelSelectorRequirement": "operator" }),
    onFields(oneOf("ServiceAccount", "User", "Group"), { "rbac.v1.Subject": "kind", "flowcontrol.v1.Subject": "kind" }),
    onFields(oneOf("rbac.authorization.k8s.io", ""), { "rbac.v1.RoleRef": "apiGroup" }),
    onFields(oneOf("Namespaced", "Cluster"), { "apiextensions.v1.CustomResourceDefinitionSpec": "scope" }),
    onFields(oneOf("", "object", "array", "string", "integer", "number", "boolean"), {
      "apiextensions.v1.JSONSchemaProps": "type",
    }),
    onFields(oneOf("atomic", "set", "map"), { "apiextensions.v1.JSONSchemaProps": "x-kubernetes-list-type" }),
    onFields(oneOf("atomic", "granular"), { "apiextensions.v1.JSONSchemaProps": "x-kubernetes-map-type" }),
    onFields(oneOf("boolean", "date", "integer", "number", "string"), {
      "apiextensions.v1.CustomResourceColumnDefinition": "type",
    }),
    onFields(oneOf("None", "Webhook", ""), { "apiextensions.v1.CustomResourceConversion": "strategy" }),
    onFields(oneOf("Utilization", "Value", "AverageValue"), { "autoscaling.v2.MetricTarget": "type" }),
    onFields(oneOf("Pods", "Percent"), { "autoscaling.v2.HPAScalingPolicy": "type" }),
    onFields(oneOf("Max", "Min", "Disabled"), { "autoscaling.v2.HPAScalingRules": "selectPolicy" }),
    onFields(oneOf("Resource", "Pods", "Object", "External", "ContainerResource"), {
      "autoscaling.v2.MetricSpec": "type",
    }),
    onFields(oneOf("Retain", "Delete", ""), {
      "apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy": "whenDeleted whenScaled",
    }),
    onFields(oneOf("Persistent", "Ephemeral"), { "storage.v1.CSIDriverSpec": "volumeLifecycleModes[]" }),
    onFields(oneOf("ReadWriteOnceWithFSType", "File", "None"), { "storage.v1.CSIDriverSpec": "fsGroupPolicy" }),
    onFields(oneOf("linux", "windows", ""), { "core.v1.PodOS": "name" }),
    onFields(oneOf("cpu", "memory"), { "core.v1.ContainerResizePolicy": "resourceName" }),
    onFields(oneOf("NotRequired", "RestartContainer"), { "core.v1.ContainerResizePolicy": "restartPolicy" }),
    onFields(oneOf("True", "False", "Unknown", ""), { "batch.v1.PodFailurePolicyOnPodConditionsPattern": "status" }),
    onFields(oneOf("Allow", "Deny"), { "admissionregistration.v1.ParamRef": "parameterNotFoundAction" }),
    onFields(oneOf("Limited", "Exempt"), { "flowcontrol.v1.PriorityLevelConfigurationSpec": "type" }),
    onFields(oneOf("Queue", "Reject"), { "flowcontrol.v1.LimitResponse": "type" }),
    onFields(oneOf("ByUser", "ByNamespace"), { "flowcontrol.v1.FlowDistinguisherMethod": "type" }),
    onFields(oneOf("Cluster", "Namespace"), { "networking.v1.IngressClassParametersReference": "scope" }),
    onFields(oneOf("create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch", "*"), {
      "flowcontrol.v1.ResourcePolicyRule": "verbs[]",
      "flowcontrol.v1.NonResourcePolicyRule": "verbs[]",
    }),
    onFields((value) => (isOfHugePages(value) ? undefined : containerResource(value)), {
      "core.v1.ResourceFieldSelector": "resource",
    }),
    onFields(oneOf("PreferClose", "PreferSameZone", "PreferSameNode"), {
      "core.v1.ServiceSpec": "trafficDistribution",
    }),
    onFields(oneOf("None", "NoneOnDryRun"), {
      "admissionregistration.v1.ValidatingWebhook": "sideEffects",
      "admissionregistration.v1.MutatingWebhook": "sideEffects",
    }),
    onFields(notEmpty, {
      "core.v1.PersistentVolumeClaimSpec": "volumeMode",
      "core.v1.PersistentVolumeSpec": "volumeMode",
      "admissionregistration.v1.ValidatingWebhook": "failurePolicy matchPolicy",
      "admissionregistration.v1.MutatingWebhook": "failurePolicy matchPolicy reinvocationPolicy",
      "admissionregistration.v1.ValidatingAdmissionPolicySpec": "failurePolicy",
      "admissionregistration.v1.MutatingAdmissionPolicySpec": "failurePolicy",
      "admissionregistration.v1.MatchResources": "matchPolicy",
      "batch.v1.JobSpec": "podReplacementPolicy",
      "networking.v1.HTTPIngressPath": "pathType",
    }),
    onFields(oneOf("Always", "Never", "OnFailure"), { "core.v1.Container": "restartPolicy" }),
    onFields(oneOf("Normal", "Warning"), { "events.v1.Event": "type" }),
    onFields(oneOf("Forbidden", "Invalid", "RequestEntityTooLarge", "Unauthorized"), {
      "admissionregistration.v1.Validation": "reason",
    }),
  ),
};

function oneOf(...values: readonly string[]): ValueCheck {
  const names = values.filter((value) => value !== "");
  const told = names.map((value) => `\`${value}\``);
  const must = `must be ${told.length === 1 ? told[0] : `one of ${told.join(", ")}`}`;
  return (value) => {
    if (typeof value !== "string" || values.includes(value)) return undefined;
    const near = didYouMean(value, names);
    return near === undefined ? must : `${must} (did you mean \`${near}\`?)`;
  };
}
