import type { KubeObject } from "../../manifest/kube-object.ts";
import { added, fewNamed, kindOf, listAt, partAt, type RiskRule, textAt } from "./risk.ts";

const templates = new Map([
  ["Pod", ["spec"]],
  ["ReplicationController", ["spec", "template", "spec"]],
  ["CronJob.batch", ["spec", "jobTemplate", "spec", "template", "spec"]],
  ...["Deployment.apps", "StatefulSet.apps", "DaemonSet.apps", "ReplicaSet.apps", "Job.batch"].map(
    (kind) => [kind, ["spec", "template", "spec"]] as [string, string[]],
  ),
]);

/**
 * What the baseline of the Pod Security Standards forbids because it leads out of the container
 * (https://kubernetes.io/docs/concepts/security/pod-security-standards/).
 */
export const opensHost: RiskRule = ({ live, after }) => {
  const path = templates.get(kindOf(after));
  if (path === undefined) return [];
  const ways = added(waysOut(live, path), waysOut(after, path));
  return ways.length === 0 ? [] : [fewNamed(ways)];
};

function waysOut(object: KubeObject | undefined, path: readonly string[]): string[] {
  const spec = partAt(object, ...path);
  const shared = (["hostNetwork", "hostPID", "hostIPC"] as const).filter((name) => partAt(spec, name) === true);
  const paths = listAt(spec, "volumes").flatMap((volume) => {
    const host = textAt(volume, "hostPath", "path");
    return host === undefined ? [] : [`the node's ${host}`];
  });
  const containers = ["containers", "initContainers"].flatMap((name) => listAt(spec, name));
  const privileged = containers
    .filter((container) => partAt(container, "securityContext", "privileged") === true)
    .map((container) => `container ${textAt(container, "name") ?? ""} is privileged`);
  return [...privileged, ...shared, ...paths];
}
