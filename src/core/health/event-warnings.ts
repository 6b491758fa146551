import type { KubeObject } from "../manifest/kube-object.ts";
import { oneLine } from "./one-line.ts";
import { refusedPods } from "./refused-pods.ts";
import { mapping, text } from "./status-fields.ts";

/** An Event of the core group, `v1`: https://kubernetes.io/docs/reference/kubernetes-api/core/event-v1/ */
type Event = KubeObject;

/** Warnings that hold nothing up, or tell again what the pod's own status tells better. */
const asides = new Set([
  "BackOff",
  "DNSConfigForming",
  "FailedToRetrieveImagePullSecret",
  "MissingClusterDNS",
  "PolicyViolation",
  "ProbeWarning",
]);

/** Of type `Normal`, and yet why a claim stays without a volume. */
const waits = new Set(["ExternalProvisioning", "FailedBinding", "WaitForFirstConsumer", "WaitForPodScheduled"]);

/** A mount that fails tells its cause in one event and which volumes wait for it in another; more only repeat. */
const mostOfOneReason = 2;

/**
 * The newest warning, and what else is told for the same reason: earlier ones may long be over.
 * @param events about one object, in any order
 * @returns newest first, each once
 */
export function warningsIn(events: readonly Event[]): string[] {
  return newest(
    events.filter((one) => (isWarning(one) && !asides.has(text(one.reason))) || waits.has(text(one.reason))),
  );
}

/** The same of probes that have a container ended. */
export function endingProbesIn(events: readonly Event[]): string[] {
  const isEnding = ({ message }: Event) => /^(?:Liveness|Startup) probe/.test(text(message));
  return newest(events.filter((one) => isWarning(one) && one.reason === "Unhealthy" && isEnding(one)));
}

const isWarning = ({ type }: Event): boolean => type === "Warning";

function newest(events: readonly Event[]): string[] {
  const worded = events.filter(({ message }) => text(message) !== "");
  const sorted = worded.toSorted((one, other) => timeOf(other) - timeOf(one));
  const alike = sorted.filter(({ reason }) => reason === sorted[0]?.reason);
  return [...new Set(alike.map(wordsOf))].slice(0, mostOfOneReason);
}

function wordsOf({ reason, message }: Event): string {
  return oneLine(`${text(reason)}: ${refusedPods(text(message))}`);
}

/** Writers fill in one or the other: a series counts what repeats, older ones count in the event itself. */
function timeOf({ series, lastTimestamp, eventTime, firstTimestamp, metadata }: Event): number {
  const times = [
    mapping(series).lastObservedTime,
    lastTimestamp,
    eventTime,
    firstTimestamp,
    metadata.creationTimestamp,
  ];
  return Math.max(0, ...times.map((time) => Date.parse(text(time))).filter((time) => !Number.isNaN(time)));
}
