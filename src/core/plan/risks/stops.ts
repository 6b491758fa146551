import { kindOf, numberAt, partAt, podsNow, type RiskRule } from "./risk.ts";

const scaled = new Set(["Deployment.apps", "StatefulSet.apps", "ReplicaSet.apps", "ReplicationController"]);
const suspended = new Set(["CronJob.batch", "Job.batch"]);

/** Replicas to 0, and jobs that are suspended. */
export const stops: RiskRule = ({ live, after }) => {
  const kind = kindOf(after);
  if (scaled.has(kind)) {
    const pods = podsNow(live);
    const isZero = numberAt(after, "spec", "replicas") === 0;
    if (!isZero || pods === undefined || numberAt(live, "spec", "replicas") === 0) return [];
    return [pods.count === 1 ? "its only pod" : `all ${pods.words}`];
  }
  if (!suspended.has(kind) || live === undefined) return [];
  const isSuspended = partAt(after, "spec", "suspend") === true && partAt(live, "spec", "suspend") !== true;
  return isSuspended ? ["it is suspended"] : [];
};
