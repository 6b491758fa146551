import type { KubeObject } from "../../../core/manifest/kube-object.ts";
import { ageColumn, type ColumnTable, column, wide } from "./column.ts";

interface ContainerStatus {
  name: string;
  ready?: boolean;
  restartCount?: number;
  state?: {
    running?: object;
    waiting?: { reason?: string };
    terminated?: { reason?: string; exitCode?: number; signal?: number };
  };
}

interface PodStatus {
  phase?: string;
  reason?: string;
  podIP?: string;
  nominatedNodeName?: string;
  conditions?: { type: string; status: string; reason?: string }[];
  containerStatuses?: ContainerStatus[];
  initContainerStatuses?: ContainerStatus[];
}

const specOf = (pod: KubeObject) =>
  (pod.spec ?? {}) as { containers?: object[]; initContainers?: object[]; nodeName?: string };
const statusOf = (pod: KubeObject) => (pod.status ?? {}) as PodStatus;

/** What keeps a pod from running, or else its phase, in one word as kubectl says it. */
function podReason(pod: KubeObject): string {
  const { phase = "", reason, conditions, containerStatuses = [], initContainerStatuses = [] } = statusOf(pod);
  const gated = conditions?.some((it) => it.type === "PodScheduled" && it.reason === "SchedulingGated");
  let word = gated ? "SchedulingGated" : (reason ?? phase);
  const first = initContainerStatuses.findIndex(({ state }) => state?.terminated?.exitCode !== 0);
  if (first >= 0) word = initReason(initContainerStatuses[first]!, first, specOf(pod).initContainers?.length ?? 0);
  else {
    let running = false;
    for (const { state, ready } of containerStatuses.toReversed()) {
      const { waiting, terminated } = state ?? {};
      if (waiting?.reason) word = waiting.reason;
      else if (terminated !== undefined) word = endReason(terminated);
      else if (ready === true && state?.running !== undefined) running = true;
    }
    if (word === "Completed" && running) {
      word = conditions?.some((it) => it.type === "Ready" && it.status === "True") ? "Running" : "NotReady";
    }
  }
  if (pod.metadata.deletionTimestamp === undefined) return word;
  if (reason === "NodeLost") return "Unknown";
  return phase === "Failed" || phase === "Succeeded" ? word : "Terminating";
}

function initReason({ state }: ContainerStatus, index: number, all: number): string {
  if (state?.terminated !== undefined) return `Init:${endReason(state.terminated)}`;
  const waiting = state?.waiting?.reason;
  return waiting !== undefined && waiting !== "" && waiting !== "PodInitializing"
    ? `Init:${waiting}`
    : `Init:${index}/${all}`;
}

function endReason({ reason, exitCode, signal }: { reason?: string; exitCode?: number; signal?: number }): string {
  if (reason) return reason;
  return signal ? `Signal:${signal}` : `ExitCode:${exitCode ?? 0}`;
}

function readinessGates(pod: KubeObject): string {
  const gates = (pod.spec as { readinessGates?: { conditionType: string }[] } | undefined)?.readinessGates ?? [];
  if (gates.length === 0) return "<none>";
  const met = gates.filter(({ conditionType }) =>
    statusOf(pod).conditions?.some(({ type, status }) => type === conditionType && status === "True"),
  );
  return `${met.length}/${gates.length}`;
}

const nodeInfo = (node: KubeObject) =>
  (node.status as { nodeInfo?: { [field: string]: string } } | undefined)?.nodeInfo ?? {};

function nodeAddress({ status }: KubeObject, type: string): string {
  const { addresses = [] } = (status ?? {}) as { addresses?: { type: string; address: string }[] };
  return addresses.find((it) => it.type === type)?.address ?? "<none>";
}

export const podColumns: ColumnTable = {
  pods: [
    column("Ready", (pod) => {
      const ready = (statusOf(pod).containerStatuses ?? []).filter((it) => it.ready === true).length;
      return `${ready}/${specOf(pod).containers?.length ?? 0}`;
    }),
    column("Status", podReason),
    column("Restarts", (pod) =>
      String((statusOf(pod).containerStatuses ?? []).reduce((sum, it) => sum + (it.restartCount ?? 0), 0)),
    ),
    column("IP", (pod) => statusOf(pod).podIP ?? "<none>", { priority: 1 }),
    column("Node", (pod) => specOf(pod).nodeName ?? "<none>", { priority: 1 }),
    column("Nominated Node", (pod) => statusOf(pod).nominatedNodeName || "<none>", { priority: 1 }),
    column("Readiness Gates", readinessGates, { priority: 1 }),
  ],
  nodes: [
    column("Status", (node) => {
      const { conditions } = statusOf(node);
      const ready = conditions?.find(({ type }) => type === "Ready");
      const word = ready === undefined ? "Unknown" : ready.status === "True" ? "Ready" : "NotReady";
      return (node.spec as { unschedulable?: boolean } | undefined)?.unschedulable
        ? `${word},SchedulingDisabled`
        : word;
    }),
    column("Roles", (node) => {
      const prefix = "node-role.kubernetes.io/";
      const roles = Object.keys(node.metadata.labels ?? {}).filter((label) => label.startsWith(prefix));
      return roles.length === 0
        ? "<none>"
        : roles
            .map((label) => label.slice(prefix.length))
            .toSorted()
            .join(",");
    }),
    ageColumn,
    column("Version", (node) => nodeInfo(node).kubeletVersion ?? ""),
    column("Internal-IP", (node) => nodeAddress(node, "InternalIP"), wide),
    column("External-IP", (node) => nodeAddress(node, "ExternalIP"), wide),
    column("OS-Image", (node) => nodeInfo(node).osImage || "<unknown>", wide),
    column("Kernel-Version", (node) => nodeInfo(node).kernelVersion || "<unknown>", wide),
    column("Container-Runtime", (node) => nodeInfo(node).containerRuntimeVersion || "<unknown>", wide),
  ],
};
