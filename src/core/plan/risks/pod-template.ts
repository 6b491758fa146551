import type { KubeObject } from "../../manifest/kube-object.ts";
import { kindOf, partAt } from "./risk.ts";

const places = new Map<string, readonly string[]>([
  ["Pod", []],
  ["PodTemplate", ["template"]],
  ["ReplicationController", ["spec", "template"]],
  ["CronJob.batch", ["spec", "jobTemplate", "spec", "template"]],
  ...["Deployment.apps", "StatefulSet.apps", "DaemonSet.apps", "ReplicaSet.apps", "Job.batch"].map(
    (kind) => [kind, ["spec", "template"]] as const,
  ),
]);

/** What an object makes pods from, with `metadata` and `spec`; undefined when it makes none. */
export function podTemplateOf(object: KubeObject | undefined): unknown {
  const place = object === undefined ? undefined : places.get(kindOf(object));
  return place === undefined ? undefined : partAt(object, ...place);
}
