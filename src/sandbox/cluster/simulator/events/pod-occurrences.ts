import type { KubeObject } from "../../../../core/manifest/kube-object.ts";
import type { WatchEvent } from "../../store.ts";
import { conditionOf } from "../workloads/conditions.ts";
import { as, type ContainerStatus, type Pod } from "../workloads/kinds.ts";
import type { Occurrence } from "./occurrence.ts";

/** What scheduler and kubelet tell of a pod when it changes. */
export function podOccurrences({ type, object, previous }: WatchEvent): Occurrence[] {
  if (type !== "MODIFIED" || previous === undefined) return [];
  const [pod, before] = [as<Pod>(object), as<Pod>(previous)];
  return [...scheduling(object, pod, before), ...containers(object, pod, before), ...killing(object, pod, before)];
}

function scheduling(about: KubeObject, pod: Pod, before: Pod): Occurrence[] {
  const source = "default-scheduler";
  const { namespace, name } = pod.metadata;
  if (before.spec.nodeName === undefined && pod.spec.nodeName !== undefined) {
    const message = `Successfully assigned ${namespace}/${name} to ${pod.spec.nodeName}`;
    return [{ about, type: "Normal", reason: "Scheduled", message, source }];
  }
  const failed = (it: Pod) => {
    const condition = conditionOf(it.status?.conditions, "PodScheduled");
    return condition?.status === "False" && condition.reason === "Unschedulable" ? condition : undefined;
  };
  const condition = failed(pod);
  if (condition === undefined || failed(before) !== undefined) return [];
  return [{ about, type: "Warning", reason: "FailedScheduling", message: condition.message ?? "", source }];
}

const lists = [
  ["initContainerStatuses", "initContainers"],
  ["containerStatuses", "containers"],
] as const;

function containers(about: KubeObject, pod: Pod, before: Pod): Occurrence[] {
  return lists.flatMap(([statuses, list]) =>
    (pod.status?.[statuses] ?? []).flatMap((status) => {
      const old = before.status?.[statuses]?.find(({ name }) => name === status.name);
      const fieldPath = `spec.${list}{${status.name}}`;
      return told(pod, status, old).map(
        ([type, reason, message]): Occurrence => ({ about, fieldPath, type, reason, message, source: "kubelet" }),
      );
    }),
  );
}

type Told = [type: Occurrence["type"], reason: string, message: string];

function told({ metadata }: Pod, { name, image, state }: ContainerStatus, old: ContainerStatus | undefined): Told[] {
  const waits = state.waiting?.reason;
  if (waits !== undefined && waits === old?.state.waiting?.reason) return [];
  const { waiting } = state;
  switch (waits) {
    case "ContainerCreating":
    case "PodInitializing":
      return old?.image === image ? [] : [["Normal", "Pulling", `Pulling image "${image}"`]];
    case "ErrImagePull":
      return [
        ["Warning", "Failed", `Failed to pull image "${image}": ${waiting?.message ?? ""}`],
        ["Warning", "Failed", "Error: ErrImagePull"],
      ];
    case "ImagePullBackOff":
      return [
        ["Normal", "BackOff", `Back-off pulling image "${image}"`],
        ["Warning", "Failed", "Error: ImagePullBackOff"],
      ];
    case "CrashLoopBackOff": {
      const pod = `${metadata.name}_${metadata.namespace}(${metadata.uid})`;
      return [["Warning", "BackOff", `Back-off restarting failed container ${name} in pod ${pod}`]];
    }
  }
  const began = state.running?.startedAt ?? state.terminated?.startedAt;
  const before = old?.state.running?.startedAt ?? old?.state.terminated?.startedAt;
  if (began === undefined || began === before) return [];
  return [
    ["Normal", "Pulled", `Successfully pulled image "${image}"`],
    ["Normal", "Created", `Created container: ${name}`],
    ["Normal", "Started", `Started container ${name}`],
  ];
}

function killing(about: KubeObject, pod: Pod, before: Pod): Occurrence[] {
  if (pod.metadata.deletionTimestamp === undefined || before.metadata.deletionTimestamp !== undefined) return [];
  return (pod.status?.containerStatuses ?? [])
    .filter(({ state }) => state.running !== undefined)
    .map(({ name }) => ({
      about,
      fieldPath: `spec.containers{${name}}`,
      type: "Normal",
      reason: "Killing",
      message: `Stopping container ${name}`,
      source: "kubelet",
    }));
}
