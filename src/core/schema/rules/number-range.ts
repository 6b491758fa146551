import { shown } from "../shown.ts";
import { allFields, int32, isFilled, isSet, lacks, onFields, type Rule, type ValueCheck } from "./rule.ts";

/** Numbers that the server counts with. */
export const numberRange: Rule = {
  name: "out-of-range",
  fields: allFields(
    onFields(within(0), {
      "apps.v1.DeploymentSpec": "replicas minReadySeconds revisionHistoryLimit progressDeadlineSeconds",
      "apps.v1.ReplicaSetSpec": "replicas minReadySeconds",
      "apps.v1.StatefulSetSpec": "replicas minReadySeconds revisionHistoryLimit",
      "apps.v1.RollingUpdateStatefulSetStrategy": "partition",
      "apps.v1.StatefulSetOrdinals": "start",
      "apps.v1.DaemonSetSpec": "minReadySeconds revisionHistoryLimit",
      "core.v1.ReplicationControllerSpec": "replicas minReadySeconds",
      "core.v1.Probe": "initialDelaySeconds timeoutSeconds periodSeconds successThreshold failureThreshold",
      "batch.v1.JobSpec":
        "parallelism completions backoffLimit backoffLimitPerIndex maxFailedIndexes ttlSecondsAfterFinished",
      "batch.v1.CronJobSpec": "successfulJobsHistoryLimit failedJobsHistoryLimit",
      // Some may be scaled to none: ./autoscaling.ts.
      "autoscaling.v1.HorizontalPodAutoscalerSpec": "minReplicas",
      "autoscaling.v2.HorizontalPodAutoscalerSpec": "minReplicas",
    }),
    onFields(wide(0), {
      "apps.v1.ControllerRevision": "revision",
      "batch.v1.JobSpec": "activeDeadlineSeconds",
      "batch.v1.CronJobSpec": "startingDeadlineSeconds",
    }),
    onFields(wide(0, 2 ** 31 - 1), {
      "core.v1.PodSecurityContext": "runAsUser runAsGroup fsGroup supplementalGroups[]",
      "core.v1.SecurityContext": "runAsUser runAsGroup",
    }),
    onFields(wide(1, 2 ** 31 - 1), { "core.v1.PodSpec": "activeDeadlineSeconds" }),
    onFields(wide(600, 2 ** 32), { "core.v1.ServiceAccountTokenProjection": "expirationSeconds" }),
    onFields(wide(600), { "storage.v1.TokenRequest": "expirationSeconds" }),
    onFields(wide(1), {
      "resource.v1.ResourcePool": "resourceSliceCount",
    }),
    onFields(wide(0), {
      "resource.v1.ExactDeviceRequest": "count",
      "resource.v1.DeviceSubRequest": "count",
      "resource.v1.ResourcePool": "generation",
      "core.v1.SleepAction": "seconds",
    }),
    onFields(within(1), {
      "core.v1.TopologySpreadConstraint": "maxSkew minDomains",
      "autoscaling.v2.HorizontalPodAutoscalerSpec": "maxReplicas",
      "autoscaling.v1.HorizontalPodAutoscalerSpec": "maxReplicas targetCPUUtilizationPercentage",
      "autoscaling.v2.HPAScalingPolicy": "value",
      "coordination.v1.LeaseSpec": "leaseDurationSeconds",
    }),
    onFields(within(1, 100), {
      "core.v1.PreferredSchedulingTerm": "weight",
      "core.v1.WeightedPodAffinityTerm": "weight",
    }),
    onFields(within(0, 100), { "flowcontrol.v1.LimitedPriorityLevelConfiguration": "lendablePercent" }),
    onFields(within(1, 1800), { "autoscaling.v2.HPAScalingPolicy": "periodSeconds" }),
    onFields(within(0, 3600), { "autoscaling.v2.HPAScalingRules": "stabilizationWindowSeconds" }),
    onFields(within(1, 86_400), { "core.v1.ClientIPConfig": "timeoutSeconds" }),
    onFields(within(1, 30), {
      "admissionregistration.v1.ValidatingWebhook": "timeoutSeconds",
      "admissionregistration.v1.MutatingWebhook": "timeoutSeconds",
    }),
    onFields(within(0, 255), {
      "core.v1.ISCSIVolumeSource": "lun",
      "core.v1.ISCSIPersistentVolumeSource": "lun",
    }),
    onFields(within(0, 0o777), {
      "core.v1.ConfigMapVolumeSource": "defaultMode",
      "core.v1.SecretVolumeSource": "defaultMode",
      "core.v1.DownwardAPIVolumeSource": "defaultMode",
      "core.v1.ProjectedVolumeSource": "defaultMode",
      "core.v1.KeyToPath": "mode",
      "core.v1.DownwardAPIVolumeFile": "mode",
    }),
    onFields(within(1, 20_000), { "apiregistration.v1.APIServiceSpec": "groupPriorityMinimum" }),
    onFields(within(0), {
      "flowcontrol.v1.LimitedPriorityLevelConfiguration": "nominalConcurrencyShares",
      "storage.v1.VolumeNodeResources": "count",
    }),
    onFields(within(0, 10_000), { "flowcontrol.v1.FlowSchemaSpec": "matchingPrecedence" }),
    onFields(within(600), { "certificates.v1.CertificateSigningRequestSpec": "expirationSeconds" }),
    onFields(within(1, 1000), { "apiregistration.v1.APIServiceSpec": "versionPriority" }),
  ),
  objects: {
    // Volumes that are named by themselves have none.
    "core.v1.FCVolumeSource": ({ targetWWNs, lun }) => {
      if (!isFilled(targetWWNs)) return [];
      if (!isSet(lun)) return [lacks("lun", "because it has `targetWWNs`")];
      const problem = within(0, 255)(lun);
      return problem === undefined ? [] : [{ predicate: `${problem}, but it is ${shown(lun)}`, at: ["lun"] }];
    },
  },
};

/** Of 32 bits, as most are. */
function within(least: number, most = Number.POSITIVE_INFINITY): ValueCheck {
  const check = wide(least, most);
  return (value) => check(int32(value));
}

/** Of 64 bits. */
function wide(least: number, most = Number.POSITIVE_INFINITY): ValueCheck {
  const must = most === Number.POSITIVE_INFINITY ? `must be at least ${least}` : `must be from ${least} to ${most}`;
  return (value) => (typeof value !== "number" || (value >= least && value <= most) ? undefined : must);
}
