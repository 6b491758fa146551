import { allFields, filled, isFilled, onFields, type Rule } from "./rule.ts";
import { inLowerCase, qualifiedName } from "./syntax.ts";

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
      "events.v1.Event": "reportingController",
      "autoscaling.v2.ContainerResourceMetricSource": "name",
      "resource.v1.DeviceTaint": "key",
      "resource.v1.DeviceToleration": "key",
      "admissionregistration.v1.AuditAnnotation": "key",
    }),
    // Looked at in lower case.
    onFields((value) => qualifiedName(typeof value === "string" ? inLowerCase(value) : value), {
      "storage.v1.VolumeAttributesClass": "driverName",
      "storage.v1.StorageClass": "provisioner",
    }),
    onFields(filled(qualifiedName), {
      "core.v1.PodReadinessGate": "conditionType",
      "core.v1.PodSchedulingGate": "name",
      "batch.v1.PodFailurePolicyOnPodConditionsPattern": "type",
      "admissionregistration.v1.MatchCondition": "name",
    }),
  ),
  objects: {
    // Events without it are of the old kind, of which nobody asks that.
    "core.v1.Event": ({ eventTime, reportingComponent }) => {
      if (!isFilled(eventTime)) return [];
      const problem = qualifiedName(reportingComponent);
      return problem === undefined ? [] : [{ predicate: problem, at: ["reportingComponent"] }];
    },
  },
};
