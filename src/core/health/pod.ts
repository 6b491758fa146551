import type { KubeObject } from "../manifest/kube-object.ts";
import { current, failed, type Health, inProgress } from "./health.ts";
import { conditionsOf, list, mapping, statusOf, text } from "./status-fields.ts";

/** How long a pod may wait for a node before that is a failure, as kstatus has it. */
const scheduleWindowMs = 15_000;

export function assessPod(pod: KubeObject, now: Date | undefined): Health {
  const status = statusOf(pod);
  const phase = text(status.phase);
  switch (phase) {
    case "Succeeded":
      return current("it completed");
    case "Failed":
      // kstatus calls it Current, since nothing more will happen; nobody who reads "healthy" means that.
      return failed(text(status.reason) || "PodFailed", text(status.message) || "the pod ended, but not successfully");
    case "Running":
      return assessRunning(pod);
    case "Pending":
      return assessPending(pod, now);
    case "":
      return inProgress("PodNotObserved", "it has no phase yet");
    default:
      return { status: "Unknown", reason: "UnknownPhase", message: `the phase ${phase} is not known` };
  }
}

function assessRunning(pod: KubeObject): Health {
  if (conditionsOf(pod).some(({ type, status }) => type === "Ready" && status === "True"))
    return current("it is ready");
  const crashing = list(statusOf(pod).containerStatuses)
    .filter(({ state }) => mapping(mapping(state).waiting).reason === "CrashLoopBackOff")
    .map(({ name }) => `\`${text(name)}\``);
  if (crashing.length === 0) return inProgress("PodRunningNotReady", "it runs, but is not ready yet");
  return failed("ContainerCrashLooping", `container ${crashing.join(", ")} crashes again and again`);
}

function assessPending(pod: KubeObject, now: Date | undefined): Health {
  const refusal = conditionsOf(pod).find(
    ({ type, status, reason }) => type === "PodScheduled" && status === "False" && reason === "Unschedulable",
  );
  if (refusal === undefined) return inProgress("PodPending", "it is about to start");
  const made = Date.parse(pod.metadata.creationTimestamp ?? "");
  const why = refusal.message === "" ? "" : ` (${refusal.message})`;
  if (now === undefined || !(now.getTime() - made >= scheduleWindowMs)) {
    return inProgress("PodNotScheduled", `no node has taken it yet${why}`);
  }
  return failed("PodUnschedulable", `no node can take it${why}`);
}
