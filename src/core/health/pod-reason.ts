import type { KubeObject } from "../manifest/kube-object.ts";
import { oneLine } from "./one-line.ts";
import { type Condition, conditionsOf, type Fields, list, mapping, specOf, statusOf, text } from "./status-fields.ts";
import { waitingFailure } from "./waiting-pods.ts";

/** Why a pod is not ready, in words for a person. */
export interface PodReason {
  words: string;
  /** They say that a container ended; it may have been a probe that had it ended, of which the status says nothing. */
  isEnd: boolean;
}

/** Those pods whose reasons count: not ready and not on their way out. What ended counts only where nothing has taken its place. */
export function unreadyPods(pods: readonly KubeObject[]): KubeObject[] {
  const unready = pods
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .filter((pod) => phaseOf(pod) !== "Succeeded" && conditionOf(pod, "Ready")?.status !== "True")
    .toSorted((one, other) => madeAt(other) - madeAt(one));
  const alive = unready.filter((pod) => phaseOf(pod) !== "Failed");
  return alive.length > 0 ? alive : unready;
}

/** What its status says, however long it has been so. @returns undefined when that tells nothing */
export function podReason(pod: KubeObject): PodReason | undefined {
  const told = (words: string | undefined) => (words === undefined ? undefined : { words, isEnd: false });
  return told(notScheduled(pod)) ?? ofContainers(pod) ?? ended(pod) ?? told(preparing(pod)) ?? told(gated(pod));
}

/** What several pods say, once: their own names and addresses in it make no difference. */
export function eachOnce(told: readonly { pod: KubeObject; words: string }[]): string[] {
  const known = new Set<string>();
  return told.flatMap(({ pod, words }) => {
    const own = [pod.metadata.uid, pod.metadata.name, text(statusOf(pod).podIP)].filter((one) => one);
    const alike = own.reduce<string>((rest, one) => rest.replaceAll(one!, ""), words);
    if (known.has(alike)) return [];
    known.add(alike);
    return [words];
  });
}

/** Why no node has the pod, which an autoscaler may still change. @returns undefined when one has, or nobody has looked yet */
export function notScheduled(pod: KubeObject): string | undefined {
  const condition = conditionOf(pod, "PodScheduled");
  if (condition?.status !== "False") return undefined;
  if (condition.reason === "SchedulingGated") {
    const gates = list(specOf(pod).schedulingGates).map(({ name }) => `\`${text(name)}\``);
    return oneLine(`its pod is held back by a scheduling gate: ${gates.join(", ")}`);
  }
  // What comes after is the same in almost every such message: that evicting others would not help.
  const why = oneLine(
    condition.message.replaceAll(/\s+/g, " ").replace(/\.? (?:no new claims to deallocate, )?preemption: .*$/, ""),
  );
  return why === "" ? "no node takes its pod" : `no node takes its pod: ${why}`;
}

function ofContainers(pod: KubeObject): PodReason | undefined {
  const failure = waitingFailure(pod);
  if (failure !== undefined) {
    return { words: oneLine(failure.message, mostWords), isEnd: failure.reason === "CrashLoopBackOff" };
  }
  for (const { name, state } of statusesOf(pod)) {
    const { reason, message } = mapping(mapping(state).waiting);
    if (text(reason) === "" || ofEveryStart.has(text(reason))) continue;
    const why = text(message) === "" ? "" : `: ${oneLine(text(message))}`;
    return { words: oneLine(`container \`${text(name)}\` waits: ${text(reason)}${why}`, mostWords), isEnd: false };
  }
  return undefined;
}

/** An image's name may stand beside the node's words. */
const mostWords = 500;

const ofEveryStart = new Set(["ContainerCreating", "PodInitializing"]);

/** How a container ended: of a pod that is over, or before it was started again. */
function ended(pod: KubeObject): PodReason | undefined {
  const isOver = phaseOf(pod) === "Failed";
  for (const { name, ready, state, lastState } of statusesOf(pod)) {
    const { exitCode, reason } = mapping(mapping(isOver ? state : lastState).terminated);
    if (typeof exitCode !== "number" || exitCode === 0 || (!isOver && ready === true)) continue;
    const how = reason === "OOMKilled" ? "ran out of memory" : `ended with exit code ${exitCode}`;
    const again = isOver ? "" : " and was started again";
    return { words: oneLine(`container \`${text(name)}\` ${how}${again}`), isEnd: !isOver };
  }
  if (!isOver) return undefined;
  const { reason, message } = statusOf(pod);
  const why = [text(reason), text(message)].filter((part) => part !== "").join(": ");
  return { words: why === "" ? "its pod failed" : `its pod failed: ${oneLine(why)}`, isEnd: false };
}

/** What comes before the containers is still at it, and says no more. */
function preparing(pod: KubeObject): string | undefined {
  const sidecars = new Set(
    list(specOf(pod).initContainers).flatMap(({ name, restartPolicy }) => (restartPolicy === "Always" ? [name] : [])),
  );
  const running = list(statusOf(pod).initContainerStatuses).find(
    ({ name, state }) => !sidecars.has(name) && mapping(state).running !== undefined,
  );
  return running === undefined ? undefined : oneLine(`init container \`${text(running.name)}\` still runs`);
}

function gated(pod: KubeObject): string | undefined {
  const ready = conditionOf(pod, "Ready");
  return ready?.reason === "ReadinessGatesNotReady" ? oneLine(`its pod is not ready: ${ready.message}`) : undefined;
}

function statusesOf(pod: KubeObject): Fields[] {
  const { initContainerStatuses, containerStatuses } = statusOf(pod);
  return [...list(initContainerStatuses), ...list(containerStatuses)];
}

function conditionOf(pod: KubeObject, wanted: string): Condition | undefined {
  return conditionsOf(pod).find(({ type }) => type === wanted);
}

const phaseOf = (pod: KubeObject): string => text(statusOf(pod).phase);
const madeAt = ({ metadata }: KubeObject): number => Date.parse(metadata.creationTimestamp ?? "") || 0;
