import { leavesNodes } from "./daemon-nodes.ts";
import {
  type Change,
  kindOf,
  listAt,
  numberAt,
  openly,
  partAt,
  podsNow,
  type RiskRule,
  textAt,
  textsAt,
} from "./risk.ts";
import { servicesLost, unanswered } from "./unanswered.ts";

const scaled = new Set(["Deployment.apps", "StatefulSet.apps", "ReplicaSet.apps", "ReplicationController"]);
const suspended = new Set(["CronJob.batch", "Job.batch"]);

/** Replicas to 0, jobs that are suspended, nodes that are left, and what is answered no more: a Service, a version of a kind. */
export const stops: RiskRule = (change) => {
  const { live, after } = change;
  const kind = kindOf(after);
  if (kind === "CustomResourceDefinition.apiextensions.k8s.io") return versions(change);
  if (kind === "Service") return unanswered(change);
  if (kind === "DaemonSet.apps") return leavesNodes(change);
  if (scaled.has(kind)) {
    const isZero = numberAt(after, "spec", "replicas") === 0;
    if (!isZero || live === undefined || numberAt(live, "spec", "replicas") === 0) return servicesLost(change);
    return [{ text: whichOf(podsNow(live)), withoutLive: "its pods" }];
  }
  if (!suspended.has(kind) || live === undefined) return [];
  const isSuspended = partAt(after, "spec", "suspend") === true && partAt(live, "spec", "suspend") !== true;
  return isSuspended ? [openly("it is suspended")] : [];
};

function whichOf(pods: ReturnType<typeof podsNow>): string {
  if (pods === undefined) return "its pods, of which none runs now";
  return pods.count === 1 ? "its only pod" : `all ${pods.words}`;
}

/** Whoever asks in such a version is refused from then on; what is stored in one that is gone cannot be read. */
function versions({ live, after }: Change): ReturnType<RiskRule> {
  const named = (definition: unknown, having: "served" | "storage") =>
    listAt(definition, "spec", "versions")
      .filter((version) => partAt(version, having) === true)
      .map((version) => textAt(version, "name") ?? "");
  const known = new Set(listAt(after, "spec", "versions").map((version) => textAt(version, "name") ?? ""));
  const served = new Set(named(after, "served"));
  const unserved = named(live, "served").filter((name) => !served.has(name));
  const stored = [...new Set([...textsAt(live, "status", "storedVersions"), ...named(live, "storage")])];
  const unknown = stored.filter((name) => !known.has(name));
  return [
    ...(unserved.length === 0 ? [] : [openly(`serving ${unserved.join(", ")}`)]),
    ...(unknown.length === 0
      ? []
      : [
          {
            text: `reading what is stored as ${unknown.join(", ")}`,
            withoutLive: "reading what is stored in a version",
          },
        ]),
  ];
}
