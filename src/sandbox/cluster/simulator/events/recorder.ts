import type { KubeObject } from "../../../../core/manifest/kube-object.ts";
import type { Clock } from "../../clock.ts";
import { StatusError } from "../../status-error.ts";
import type { ClusterStore } from "../../store.ts";
import { fnv32a } from "../pace.ts";
import { timestamp } from "../workloads/conditions.ts";
import type { Occurrence } from "./occurrence.ts";

const lifetime = 60 * 60_000;

/** Writes an Event, or counts one that tells the same. Nothing comes of it where it cannot be kept. */
export function recordEvent(store: ClusterStore, clock: Clock, occurrence: Occurrence): void {
  const { about, fieldPath, type, reason, message, source } = occurrence;
  const { name, namespace, uid, resourceVersion } = about.metadata;
  const now = timestamp(clock.now());
  const place = namespace ?? "default";
  const id = fnv32a([uid, fieldPath, type, reason, message, source].join("\n")).toString(16).padStart(8, "0");
  const eventName = `${name}.${id}`;
  const manager = source;
  const counted = store.update(
    "events",
    place,
    eventName,
    (copy) => ({ ...copy, count: Number(copy.count ?? 1) + 1, lastTimestamp: now }),
    { manager },
  );
  if (counted !== undefined) return;
  const event = {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: eventName, namespace: place },
    involvedObject: {
      apiVersion: about.apiVersion,
      kind: about.kind,
      name,
      ...(namespace !== undefined && { namespace }),
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
      ...(fieldPath !== undefined && { fieldPath }),
    },
    type,
    reason,
    message,
    source: { component: source },
    reportingComponent: source,
    reportingInstance: "",
    count: 1,
    firstTimestamp: now,
    lastTimestamp: now,
  };
  try {
    store.create(event as unknown as KubeObject, { manager });
  } catch (error) {
    // A namespace that ends takes no news any more.
    if (!(error instanceof StatusError)) throw error;
  }
}

/** Events are news: what was last told an hour ago is forgotten. */
export function forgetOldEvents(store: ClusterStore, now: Date): void {
  for (const { metadata, lastTimestamp, source } of store.list("events")) {
    const told = Date.parse(String(lastTimestamp ?? metadata.creationTimestamp));
    // An Event that a user wrote is the user's to delete.
    if (source === undefined || now.getTime() - told < lifetime) continue;
    store.delete("events", metadata.namespace, metadata.name);
  }
}
