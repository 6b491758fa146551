import { fnv32a } from "../pace.ts";
import { timestamp, withCondition } from "../workloads/conditions.ts";
import type { Pod, PodStatus } from "../workloads/kinds.ts";
import { nodeAddress } from "./node.ts";

export type ContainerStatuses = Pick<PodStatus, "containerStatuses" | "initContainerStatuses">;

/** A pod's status with all that follows from its containers' statuses. */
export function podStatus(pod: Pod, statuses: ContainerStatuses, now: Date): PodStatus {
  const { spec, status = {} } = pod;
  const { containerStatuses = [], initContainerStatuses = [] } = statuses;
  const inits = spec.initContainers ?? [];
  const initialized = initContainerStatuses.every(
    ({ state }, index) =>
      state.terminated?.exitCode === 0 || (inits[index]?.restartPolicy === "Always" && state.running),
  );
  const over = containerStatuses.every(({ state }) => state.terminated !== undefined);
  const failed = containerStatuses.some(({ state }) => (state.terminated?.exitCode ?? 0) > 0);
  const begun = containerStatuses.some(({ state, lastState }) => !state.waiting || lastState.terminated);
  const phase = over ? (failed ? "Failed" : "Succeeded") : initialized && begun ? "Running" : "Pending";
  const unready = containerStatuses.filter(({ ready }) => !ready).map(({ name }) => name);
  const ready = unready.length === 0 && !over;
  const because = ready
    ? {}
    : phase === "Succeeded"
      ? { reason: "PodCompleted" }
      : phase === "Failed"
        ? { reason: "PodFailed" }
        : { reason: "ContainersNotReady", message: `containers with unready status: [${unready.join(" ")}]` };
  const missing = initContainerStatuses
    .filter(({ state }) => !state.terminated && !state.running)
    .map(({ name }) => name);
  const uninitialized = initialized
    ? {}
    : { reason: "ContainersNotInitialized", message: `containers with incomplete status: [${missing.join(" ")}]` };
  const said = [
    { type: "PodReadyToStartContainers", holds: initialized && begun && !over },
    { type: "Initialized", holds: initialized, ...uninitialized },
    { type: "Ready", holds: ready, ...because },
    { type: "ContainersReady", holds: ready, ...because },
    { type: "PodScheduled", holds: true },
  ];
  const podIP = status.podIP ?? addressOf(pod.metadata.uid);
  return {
    ...status,
    phase,
    conditions: said.reduce(
      (conditions, { holds, ...condition }) =>
        withCondition(conditions, { ...condition, status: holds ? "True" : "False" }, now),
      status.conditions ?? [],
    ),
    containerStatuses,
    ...(initContainerStatuses.length > 0 && { initContainerStatuses }),
    startTime: status.startTime ?? timestamp(now),
    hostIP: nodeAddress,
    hostIPs: [{ ip: nodeAddress }],
    ...(begun && { podIP, podIPs: [{ ip: podIP }] }),
  };
}

/** An address of the pods' network, which is nowhere. */
function addressOf(uid: string): string {
  const number = fnv32a(uid);
  return `10.244.${number & 0xff}.${1 + (((number >>> 8) & 0xff) % 254)}`;
}
