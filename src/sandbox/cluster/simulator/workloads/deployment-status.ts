import { conditionOf, timestamp, withCondition, withoutCondition } from "./conditions.ts";
import type { Condition, Deployment, DeploymentStatus, ReplicaSet } from "./kinds.ts";
import { withoutZeros } from "./pods.ts";
import { limitsOf } from "./rollout.ts";

/** No deadline: the largest int32, which is what a client writes to have none. */
const noDeadline = 2 ** 31 - 1;

export function progressDeadline({ spec }: Deployment): number | undefined {
  const seconds = spec.progressDeadlineSeconds ?? 600;
  return seconds === noDeadline ? undefined : seconds * 1000;
}

/** Conditions of a Deployment also tell when they were last said; one with the same status and reason is not said again. */
export function say(
  conditions: readonly Condition[] | undefined,
  condition: Condition,
  now: Date,
  { again = false } = {},
): Condition[] {
  const before = conditionOf(conditions, condition.type);
  if (!again && before?.status === condition.status && before.reason === condition.reason) return [...conditions!];
  return withCondition(conditions, { ...condition, lastUpdateTime: timestamp(now) }, now);
}

/** The status by its ReplicaSets' statuses, but for its progress. */
export function countedStatus(
  deployment: Deployment,
  current: ReplicaSet | undefined,
  all: readonly ReplicaSet[],
  now: Date,
): DeploymentStatus {
  const { spec, status } = deployment;
  const { replicas = 1 } = spec;
  const sum = (count: (set: ReplicaSet) => number | undefined) => all.reduce((sum, set) => sum + (count(set) ?? 0), 0);
  const availableReplicas = sum((set) => set.status?.availableReplicas);
  const rolling = spec.strategy?.type !== "Recreate";
  const maxUnavailable = rolling ? limitsOf(replicas, spec.strategy?.rollingUpdate).maxUnavailable : 0;
  const enough = availableReplicas >= replicas - maxUnavailable;
  return {
    ...withoutZeros({
      observedGeneration: deployment.metadata.generation,
      replicas: sum((set) => set.status?.replicas),
      updatedReplicas: current?.status?.replicas,
      readyReplicas: sum((set) => set.status?.readyReplicas),
      availableReplicas,
      unavailableReplicas: Math.max(0, sum((set) => set.spec.replicas ?? 1) - availableReplicas),
      collisionCount: status?.collisionCount,
    }),
    terminatingReplicas: sum((set) => set.status?.terminatingReplicas),
    conditions: say(
      status?.conditions,
      {
        type: "Available",
        status: enough ? "True" : "False",
        reason: enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
        message: enough ? "Deployment has minimum availability." : "Deployment does not have minimum availability.",
      },
      now,
    ),
  };
}

export function isComplete({ spec: { replicas = 1 }, metadata }: Deployment, status: DeploymentStatus | undefined) {
  return (
    (status?.updatedReplicas ?? 0) === replicas &&
    (status?.replicas ?? 0) === replicas &&
    (status?.availableReplicas ?? 0) === replicas &&
    (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0)
  );
}

/**
 * The status with its `Progressing` condition.
 * @returns also the milliseconds until the rollout will have taken too long; undefined when it is not on its way
 */
export function withProgress(
  deployment: Deployment,
  counted: DeploymentStatus,
  current: ReplicaSet | undefined,
  now: Date,
): { status: DeploymentStatus; deadline: number | undefined } {
  const deadline = progressDeadline(deployment);
  const { conditions } = counted;
  if (deadline === undefined) {
    return { status: { ...counted, conditions: withoutCondition(conditions, "Progressing") }, deadline };
  }
  const before = conditionOf(conditions, "Progressing");
  const settled =
    (counted.replicas ?? 0) === (counted.updatedReplicas ?? 0) && before?.reason === "NewReplicaSetAvailable";
  if (settled) return { status: counted, deadline: undefined };

  const subject =
    current === undefined ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${current.metadata.name}"`;
  const progressing = (condition: Omit<Condition, "type">, options?: { again: boolean }) => ({
    ...counted,
    conditions: say(conditions, { type: "Progressing", ...condition }, now, options),
  });
  if (isComplete(deployment, counted)) {
    const message = `${subject} has successfully progressed.`;
    return { status: progressing({ status: "True", reason: "NewReplicaSetAvailable", message }), deadline: undefined };
  }
  if (hasProgressed(deployment.status ?? {}, counted)) {
    const message = `${subject} is progressing.`;
    const status = progressing({ status: "True", reason: "ReplicaSetUpdated", message }, { again: true });
    return { status, deadline };
  }
  if (before === undefined || before.reason === "ProgressDeadlineExceeded")
    return { status: counted, deadline: undefined };
  const left = Date.parse(before.lastUpdateTime ?? "") + deadline - now.getTime();
  if (left > 0) return { status: counted, deadline: left };
  const message = `${subject} has timed out progressing.`;
  return { status: progressing({ status: "False", reason: "ProgressDeadlineExceeded", message }), deadline: undefined };
}

/** More new pods, fewer old ones, or more that are ready or available. */
function hasProgressed(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const old = ({ replicas = 0, updatedReplicas = 0 }: DeploymentStatus) => replicas - updatedReplicas;
  return (
    (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    old(after) < old(before) ||
    (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}
