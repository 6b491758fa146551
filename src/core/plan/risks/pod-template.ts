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

/** Where an object has what it makes pods from; undefined when it makes none. */
export function podTemplatePlace(object: KubeObject): readonly string[] | undefined {
  return places.get(kindOf(object));
}

/** What an object makes pods from, with `metadata` and `spec`; undefined when it makes none. */
export function podTemplateOf(object: KubeObject | undefined): unknown {
  const place = object && podTemplatePlace(object);
  return place === undefined ? undefined : partAt(object, ...place);
}
