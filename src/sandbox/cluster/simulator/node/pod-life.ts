import { timestamp } from "../workloads/conditions.ts";
import type { Container, ContainerState, ContainerStatus, Pod, PodStatus } from "../workloads/kinds.ts";
import { cannotBePulled, exitCode } from "./container-outcome.ts";
import { type ContainerStatuses, podStatus } from "./pod-status.ts";

/** What happens next in a pod, in the pace's words. */
export interface Step {
  takes: "nothing" | "start" | "run" | "fail" | "backOff";
  status(now: Date): PodStatus;
}

/** What becomes of a pod on the node next, by its status alone; undefined when it stays as it is. */
export function nextStep(pod: Pod): Step | undefined {
  const { spec, status = {} } = pod;
  const inits = spec.initContainers ?? [];
  const before = statusesOf(inits, status.initContainerStatuses);
  const main = statusesOf(spec.containers, status.containerStatuses);
  const step = (takes: Step["takes"], change: (now: string) => ContainerStatuses): Step => ({
    takes,
    status: (now) => podStatus(pod, change(timestamp(now)), now),
  });

  const changed = (containers: Container[], statuses: (ContainerStatus | undefined)[]) =>
    containers.some(({ image = "" }, index) => statuses[index]?.image !== image);
  if (changed(inits, before) || changed(spec.containers, main)) {
    return step("nothing", () => ({
      initContainerStatuses: inits.map((container, index) => prepared(container, before[index], "PodInitializing")),
      containerStatuses: spec.containers.map((container, index) =>
        prepared(container, main[index], inits.length > 0 ? "PodInitializing" : "ContainerCreating"),
      ),
    }));
  }
  const all = [...before, ...main].filter((status) => status !== undefined);
  const waits = (...reasons: string[]) => all.some(({ state }) => reasons.includes(state.waiting?.reason ?? ""));
  const both = (change: (container: Container, status: ContainerStatus) => ContainerStatus) => ({
    initContainerStatuses: inits.map((container, index) => change(container, before[index]!)),
    containerStatuses: spec.containers.map((container, index) => change(container, main[index]!)),
  });

  if (waits("ErrImagePull")) {
    return step("fail", () =>
      both((_, status) => (status.state.waiting?.reason === "ErrImagePull" ? backingOff(status) : status)),
    );
  }
  const initFails = before.some((status) => status?.state.waiting?.reason === "ImagePullBackOff");
  if (waits("ContainerCreating") || (waits("PodInitializing") && !initFails)) {
    return step("start", (now) => started(inits, both, now));
  }
  if (waits("CrashLoopBackOff")) {
    return step("backOff", (now) =>
      both((_, status) => (status.state.waiting?.reason === "CrashLoopBackOff" ? running(status, now) : status)),
    );
  }
  const ends = (container: Container, status: ContainerStatus | undefined) =>
    status?.state.running !== undefined &&
    spec.containers.includes(container) &&
    (exitCode(container) > 0 || spec.restartPolicy === "Never" || spec.restartPolicy === "OnFailure");
  if (spec.containers.some((container, index) => ends(container, main[index]))) {
    return step("run", (now) =>
      both((container, status) => (ends(container, status) ? ended(pod, container, status, now) : status)),
    );
  }
  return undefined;
}

function statusesOf(containers: Container[], statuses: ContainerStatus[] = []): (ContainerStatus | undefined)[] {
  return containers.map(({ name }) => statuses.find((status) => status.name === name));
}

/** A container before its start. One that runs with its image already goes on; one whose image was changed starts anew. */
function prepared(
  { name, image = "" }: Container,
  before: ContainerStatus | undefined,
  reason: string,
): ContainerStatus {
  if (before?.image === image) return before;
  return {
    name,
    image,
    imageID: "",
    ready: false,
    started: false,
    restartCount: (before?.restartCount ?? -1) + (before?.state.running === undefined && before !== undefined ? 0 : 1),
    state: { waiting: { reason } },
    lastState: {},
  };
}

function started(
  inits: Container[],
  both: (change: (container: Container, status: ContainerStatus) => ContainerStatus) => ContainerStatuses,
  now: string,
): ContainerStatuses {
  const broken = inits.find(({ image = "" }) => cannotBePulled(image));
  const reached = (container: Container) =>
    broken === undefined || (inits.includes(container) && inits.indexOf(container) <= inits.indexOf(broken));
  return both((container, status) => {
    const { waiting } = status.state;
    if (!["ContainerCreating", "PodInitializing"].includes(waiting?.reason ?? "") || !reached(container)) return status;
    if (cannotBePulled(status.image)) {
      return { ...status, state: { waiting: { reason: "ErrImagePull", message: pullError(status.image) } } };
    }
    const ends = inits.includes(container) && container.restartPolicy !== "Always";
    return ends ? { ...finished(status, 0, now, now), ready: true } : running(status, now);
  });
}

function pullError(image: string): string {
  const host = image.slice(0, image.indexOf("/"));
  return `failed to pull and unpack image "${image}": failed to resolve image: failed to do request: dial tcp: lookup ${host.replace(/:\d+$/, "")}: no such host`;
}

function backingOff(status: ContainerStatus): ContainerStatus {
  const why = status.state.waiting?.message ?? "";
  const message = `Back-off pulling image "${status.image}": ErrImagePull: ${why}`;
  return { ...status, state: { waiting: { reason: "ImagePullBackOff", message } } };
}

function running(status: ContainerStatus, now: string): ContainerStatus {
  return {
    ...status,
    imageID: `sandbox://${status.image}`,
    ready: true,
    started: true,
    state: { running: { startedAt: now } },
  };
}

function finished(status: ContainerStatus, code: number, startedAt: string, finishedAt: string): ContainerStatus {
  const reason = code === 0 ? "Completed" : "Error";
  const terminated = { exitCode: code, reason, startedAt, finishedAt };
  return {
    ...status,
    imageID: `sandbox://${status.image}`,
    ready: false,
    started: false,
    state: { terminated },
  };
}

/** A container that ran to its end: done, or to be started again after a while. */
function ended({ spec, metadata }: Pod, container: Container, status: ContainerStatus, now: string): ContainerStatus {
  const code = exitCode(container);
  const done = finished(status, code, status.state.running?.startedAt ?? now, now);
  if (spec.restartPolicy === "Never" || code === 0) return done;
  const { name, namespace, uid } = metadata;
  const message = `back-off 10s restarting failed container=${container.name} pod=${name}_${namespace}(${uid})`;
  const state: ContainerState = { waiting: { reason: "CrashLoopBackOff", message } };
  return { ...done, state, lastState: done.state, restartCount: status.restartCount + 1 };
}
