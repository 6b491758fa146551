import type { JsonObject } from "../../../core/manifest/kube-object.ts";
import { type DefaultsTable, fill, inside } from "./rule.ts";

const apps = "io.k8s.api.apps.v1.";
const batch = "io.k8s.api.batch.v1.";

/** What once was a field of the spec, and is still counted. */
export const templateGeneration = "deprecated.daemonset.template.generation";

export const workloadDefaults: DefaultsTable = {
  [`${apps}DeploymentSpec`]: (spec) =>
    fill(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 }),
  [`${apps}DeploymentStrategy`]: (strategy) => {
    fill(strategy, { type: "RollingUpdate" });
    if (strategy.type === "RollingUpdate") {
      fill(inside(strategy, "rollingUpdate"), { maxUnavailable: "25%", maxSurge: "25%" });
    }
  },
  [`${apps}ReplicaSetSpec`]: (spec) => fill(spec, { replicas: 1 }),
  [`${apps}StatefulSetSpec`]: (spec) => {
    fill(spec, { podManagementPolicy: "OrderedReady", replicas: 1, revisionHistoryLimit: 10 });
    fill(inside(spec, "persistentVolumeClaimRetentionPolicy"), { whenDeleted: "Retain", whenScaled: "Retain" });
    for (const claim of (spec.volumeClaimTemplates ?? []) as JsonObject[]) {
      // Templates are read as objects of their own.
      claim.apiVersion ??= "v1";
      claim.kind ??= "PersistentVolumeClaim";
    }
  },
  [`${apps}StatefulSetUpdateStrategy`]: (strategy) => {
    fill(strategy, { type: "RollingUpdate" });
    if (strategy.type === "RollingUpdate") fill(inside(strategy, "rollingUpdate"), { partition: 0, maxUnavailable: 1 });
  },
  [`${apps}DaemonSet`]: (daemonSet) =>
    fill(inside(inside(daemonSet, "metadata"), "annotations"), { [templateGeneration]: "0" }),
  [`${apps}DaemonSetSpec`]: (spec) => fill(spec, { revisionHistoryLimit: 10 }),
  [`${apps}DaemonSetUpdateStrategy`]: (strategy) => {
    fill(strategy, { type: "RollingUpdate" });
    if (strategy.type === "RollingUpdate") {
      fill(inside(strategy, "rollingUpdate"), { maxUnavailable: 1, maxSurge: 0 });
    }
  },
  "io.k8s.api.core.v1.ReplicationController": (controller) => {
    const spec = inside(controller, "spec");
    fill(spec, { replicas: 1 });
    const labels = ((spec.template as JsonObject | undefined)?.metadata as JsonObject | undefined)?.labels;
    if (labels === undefined) return;
    fill(spec, { selector: labels });
    fill(inside(controller, "metadata"), { labels });
  },
  // Of a Job, not of a CronJob's template.
  [`${batch}Job`]: (job) => {
    const spec = inside(job, "spec");
    if (spec.completions === undefined && spec.parallelism === undefined) fill(spec, { completions: 1 });
    fill(spec, {
      parallelism: 1,
      backoffLimit: spec.backoffLimitPerIndex === undefined ? 6 : 2_147_483_647,
      completionMode: "NonIndexed",
      suspend: false,
      podReplacementPolicy: spec.podFailurePolicy === undefined ? "TerminatingOrFailed" : "Failed",
      manualSelector: false,
    });
    const labels = ((spec.template as JsonObject | undefined)?.metadata as JsonObject | undefined)?.labels;
    if (labels !== undefined) fill(inside(job, "metadata"), { labels });
  },
  [`${batch}CronJobSpec`]: (spec) =>
    fill(spec, {
      concurrencyPolicy: "Allow",
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    }),
  "io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerSpec": (spec) => {
    fill(spec, {
      minReplicas: 1,
      metrics: [
        { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } } },
      ],
    });
    const behavior = spec.behavior as JsonObject | undefined;
    if (behavior === undefined) return;
    fill(inside(behavior, "scaleUp"), {
      stabilizationWindowSeconds: 0,
      selectPolicy: "Max",
      policies: [
        { type: "Pods", value: 4, periodSeconds: 15 },
        { type: "Percent", value: 100, periodSeconds: 15 },
      ],
    });
    fill(inside(behavior, "scaleDown"), {
      selectPolicy: "Max",
      policies: [{ type: "Percent", value: 100, periodSeconds: 15 }],
    });
  },
};
