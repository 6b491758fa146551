import type { KubeObject } from "../manifest/kube-object.ts";
import { failed, type Health } from "./health.ts";
import { oneLine } from "./one-line.ts";
import { conditionsOf, type Fields, list, mapping, number, specOf, statusOf, text } from "./status-fields.ts";

/** Shorter waits happen in healthy rollouts: a Secret that comes a moment later, a registry that asks to slow down. */
const patienceMs = 15_000;

/** What a container's waiting reason means to a person; other reasons pass by themselves. */
const causes: { readonly [reason: string]: (image: string, name: string, status: Fields) => string } = {
  ImagePullBackOff: (image) => `image \`${image}\` cannot be pulled`,
  ErrImagePull: (image) => `image \`${image}\` cannot be pulled`,
  ErrImageNeverPull: (image) => `image \`${image}\` is not on the node, and its \`imagePullPolicy\` is \`Never\``,
  InvalidImageName: (image) => `image \`${image}\` is no valid image name`,
  CreateContainerConfigError: (_, name) => `container \`${name}\` cannot be configured`,
  CreateContainerError: (_, name) => `container \`${name}\` cannot be created`,
  CrashLoopBackOff: (_, name, status) => `container \`${name}\` crashes again and again${lastEnd(status)}`,
};

/**
 * The first pod among these that has been waiting for 15 seconds or more for something that rarely mends itself.
 * @param pods of one workload and its current revision; see {@link currentPods}
 * @returns undefined when there is none
 */
export function podsFailure({ pods, now }: { pods: readonly KubeObject[]; now: Date }): Health | undefined {
  for (const pod of pods) {
    if (pod.metadata.deletionTimestamp !== undefined || now.getTime() - unchangedSince(pod) < patienceMs) continue;
    const failure = waitingFailure(pod);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

/** What one of its containers waits for that rarely mends itself, however long it has done so. */
export function waitingFailure(pod: KubeObject): Health | undefined {
  const { initContainerStatuses, containerStatuses } = statusOf(pod);
  for (const status of [...list(initContainerStatuses), ...list(containerStatuses)]) {
    const waiting = mapping(mapping(status.state).waiting);
    const reason = text(waiting.reason);
    if (!Object.hasOwn(causes, reason)) continue;
    const name = text(status.name);
    const why = oneLine(withoutRepeats(text(waiting.message)));
    const detail = why === "" ? reason : `${reason}: ${why}`;
    return failed(reason, `${causes[reason]!(imageOf(pod, name, status), name, status)} (${detail})`);
  }
  return undefined;
}

/** The node names the image at each step of its way to the cause, or the container that it starts again: both are told already. */
function withoutRepeats(message: string): string {
  const why = message
    .replace(/^Back-off pulling image "[^"]*"(?:: )?(?:ErrImagePull: )?/, "")
    .replace(/^back-off \S+ restarting failed container.*$/s, "");
  return why.replaceAll(/\b(image|reference) "[^"]*"/g, "$1");
}

/** As the manifest has it: the status names what the node resolved it to. */
function imageOf(pod: KubeObject, name: string, status: Fields): string {
  const { initContainers, containers } = specOf(pod);
  const container = [...list(initContainers), ...list(containers)].find((one) => one.name === name);
  return text(container?.image) || text(status.image);
}

/** Words of what runs containers, and not of what runs in them, which may say anything. */
const neverStarted = new Set(["StartError", "ContainerCannotRun"]);

function lastEnd({ lastState, restartCount }: Fields): string {
  const { exitCode, reason, message } = mapping(mapping(lastState).terminated);
  if (typeof exitCode !== "number") return "";
  if (neverStarted.has(text(reason))) return `, since it cannot be started: ${oneLine(text(message))}`;
  const why = reason === "OOMKilled" ? "out of memory" : `exit code ${exitCode}`;
  return `, last with ${why} after ${number(restartCount, 0)} restarts`;
}

/**
 * A pod does not say since when a container waits, but while it does nothing else about the pod changes, so that the last
 * change of its conditions is when the waiting began or later.
 * @returns milliseconds since 1970, `Infinity` for a pod without any time
 */
function unchangedSince(pod: KubeObject): number {
  const times = [
    pod.metadata.creationTimestamp ?? "",
    text(statusOf(pod).startTime),
    ...conditionsOf(pod).map(({ lastTransitionTime }) => lastTransitionTime),
  ].map((time) => Date.parse(time));
  const known = times.filter((time) => !Number.isNaN(time));
  return known.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...known);
}
