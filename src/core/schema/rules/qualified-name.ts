import { allFields, filled, onFields, type Rule } from "./rule.ts";
import { qualifiedName } from "./syntax.ts";

/** Names of conditions, resources, gates and the like, which are written as label keys are. */
export const invalidQualifiedName: Rule = {
  name: "invalid-qualified-name",
  fields: allFields(
    onFields(qualifiedName, {
      "core.v1.Toleration": "key",
      "core.v1.Taint": "key",
      "core.v1.ServicePort": "appProtocol",
      "core.v1.ServiceSpec": "loadBalancerClass",
      "core.v1.LimitRangeItem": "type",
      "core.v1.Event": "reportingComponent",
      "events.v1.Event": "reportingController",
      "autoscaling.v2.ContainerResourceMetricSource": "name",
      "storage.v1.VolumeAttributesClass": "driverName",
      "storage.v1.StorageClass": "provisioner",
      "resource.v1.DeviceTaint": "key",
      "resource.v1.DeviceToleration": "key",
      "admissionregistration.v1.AuditAnnotation": "key",
    }),
    onFields(filled(qualifiedName), {
      "core.v1.PodReadinessGate": "conditionType",
      "core.v1.PodSchedulingGate": "name",
      "batch.v1.PodFailurePolicyOnPodConditionsPattern": "type",
      "admissionregistration.v1.MatchCondition": "name",
    }),
  ),
};
