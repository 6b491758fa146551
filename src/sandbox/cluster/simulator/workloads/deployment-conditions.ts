import type { StatusError } from "../../status-error.ts";
import { conditionOf, withoutCondition } from "./conditions.ts";
import { progressDeadline, say } from "./deployment-status.ts";
import type { Condition, Deployment, DeploymentStatus, ReplicaSet } from "./kinds.ts";
import { HashCollision } from "./revisions.ts";

/** The conditions, with what there is to say about pausing and resuming. */
export function spoken(deployment: Deployment, now: Date): Condition[] {
  const { paused = false } = deployment.spec;
  const conditions = deployment.status?.conditions ?? [];
  const reason = conditionOf(conditions, "Progressing")?.reason;
  if (progressDeadline(deployment) === undefined || reason === "ProgressDeadlineExceeded") return conditions;
  const tell = (reason: string, message: string) =>
    say(conditions, { type: "Progressing", status: "Unknown", reason, message }, now);
  if (paused && reason !== "DeploymentPaused") return tell("DeploymentPaused", "Deployment is paused");
  if (!paused && reason === "DeploymentPaused") return tell("DeploymentResumed", "Deployment is resumed");
  return conditions;
}

export function newReplicaSet(name: string): Condition {
  return {
    type: "Progressing",
    status: "True",
    reason: "NewReplicaSetCreated",
    message: `Created new replica set "${name}"`,
  };
}

/** The status with the beginning of a rollout in it: a ReplicaSet that was made, or found again. */
export function begin(
  status: DeploymentStatus,
  deployment: Deployment,
  made: Condition | undefined,
  current: ReplicaSet | undefined,
  now: Date,
): DeploymentStatus {
  if (progressDeadline(deployment) === undefined) return status;
  const found =
    made === undefined && current !== undefined && conditionOf(status.conditions, "Progressing") === undefined
      ? {
          ...newReplicaSet(current.metadata.name),
          reason: "FoundNewReplicaSet",
          message: `Found new replica set "${current.metadata.name}"`,
        }
      : undefined;
  const condition = made ?? found;
  return condition === undefined ? status : { ...status, conditions: say(status.conditions, condition, now) };
}

/** What keeps a ReplicaSet from making pods is the Deployment's failure too, the current one's first. */
export function withFailures(
  status: DeploymentStatus,
  current: ReplicaSet | undefined,
  all: readonly ReplicaSet[],
): DeploymentStatus {
  const failure = [current, ...all]
    .map((set) => conditionOf(set?.status?.conditions, "ReplicaFailure"))
    .find((condition) => condition !== undefined);
  const others = withoutCondition(status.conditions, "ReplicaFailure");
  if (failure === undefined) return { ...status, conditions: others };
  const { lastTransitionTime } = failure;
  return {
    ...status,
    conditions: [...others, { ...failure, ...(lastTransitionTime && { lastUpdateTime: lastTransitionTime }) }],
  };
}

export function failedCreate(
  deployment: Deployment,
  conditions: readonly Condition[],
  error: StatusError | HashCollision,
  now: Date,
): DeploymentStatus {
  const status = deployment.status ?? {};
  if (error instanceof HashCollision) return { ...status, collisionCount: (status.collisionCount ?? 0) + 1 };
  if (progressDeadline(deployment) === undefined) return status;
  const message = `Failed to create new replica set: ${error.message}`;
  const condition = { type: "Progressing", status: "False", reason: "ReplicaSetCreateError", message } as const;
  return { ...status, conditions: say(conditions, condition, now) };
}
