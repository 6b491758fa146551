import type { JsonObject } from "../../../../core/manifest/kube-object.ts";
import { StatusError } from "../../status-error.ts";
import type { ClusterStore } from "../../store.ts";
import type { Controller, Surroundings } from "../controller.ts";
import { conditionOf, withoutCondition } from "./conditions.ts";
import { countedStatus, isComplete, progressDeadline, say, withProgress } from "./deployment-status.ts";
import { as, type Condition, type Deployment, type DeploymentStatus, type ReplicaSet } from "./kinds.ts";
import { controllerManager } from "./ownership.ts";
import { writeStatus } from "./pods.ts";
import {
  created,
  createRevision,
  currentOf,
  desiredAnnotation,
  HashCollision,
  maxAnnotation,
  renumbered,
  replicaSetsOf,
  revisionAnnotation,
  revisionOf,
} from "./revisions.ts";
import { limitsOf, newSize, proportionalSizes, type Revision, rollingStep, type Sizes } from "./rollout.ts";

/** Rolls a Deployment out through its ReplicaSets: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/ */
export function deploymentController({ store, clock }: Surroundings): Controller {
  return {
    resource: "deployments.apps",
    reconcile(object) {
      const deployment = as<Deployment>(object);
      const { spec, metadata } = deployment;
      const now = clock.now();
      const sets = replicaSetsOf(store, deployment);
      if (metadata.deletionTimestamp !== undefined) {
        writeStatus(
          store,
          "deployments.apps",
          deployment,
          countedStatus(deployment, currentOf(deployment, sets), sets, now),
        );
        return undefined;
      }
      const { replicas = 1, paused = false } = spec;
      const rolling = spec.strategy?.type !== "Recreate";
      const limits = rolling
        ? limitsOf(replicas, spec.strategy?.rollingUpdate)
        : { replicas, maxSurge: 0, maxUnavailable: 0 };
      const allowed = replicas + limits.maxSurge;
      let current = currentOf(deployment, sets);
      const old = sets.filter((set) => set !== current);
      const conditions = spoken(deployment, paused, now);

      const scaled = sets.some(
        ({ spec, metadata }) =>
          (spec.replicas ?? 1) > 0 && Number(metadata.annotations?.[desiredAnnotation] ?? replicas) !== replicas,
      );
      let made: Condition | undefined;
      let sizes: Sizes = new Map();
      if (current !== undefined) current = renumbered(store, deployment, current, old);
      if (paused || scaled) {
        sizes = proportionalSizes(current && seen(current), old.map(seen), limits, rolling);
        // Every active one learns the new count, or this would look like scaling for ever.
        for (const set of sets) {
          const size = set.spec.replicas ?? 1;
          if (size > 0 && !sizes.has(set.metadata.name)) sizes.set(set.metadata.name, size);
        }
      } else if (!rolling && old.some((set) => (set.spec.replicas ?? 1) > 0 || stillThere(set))) {
        sizes = new Map(old.map((set) => [set.metadata.name, 0]));
      } else if (current === undefined) {
        try {
          const size = rolling ? newSize(undefined, old.map(seen), limits) : replicas;
          current = createRevision(store, deployment, old, { replicas: size, allowed });
          made = newReplicaSet(current.metadata.name);
        } catch (error) {
          if (!(error instanceof StatusError) && !(error instanceof HashCollision)) throw error;
          const failed = failedCreate(deployment, conditions, error, now);
          writeStatus(store, "deployments.apps", deployment, failed);
          if (error instanceof StatusError) throw error;
          return undefined;
        }
      } else if (rolling) {
        sizes = rollingStep(seen(current), old.map(seen), limits);
      } else {
        sizes = new Map([[current.metadata.name, replicas]]);
      }
      resize(store, sets, sizes, { replicas, allowed });
      if (isComplete(deployment, deployment.status) || paused) forget(store, deployment, old);

      const after = replicaSetsOf(store, deployment);
      const currentAfter = currentOf(deployment, after);
      const counted = countedStatus(
        { ...deployment, status: { ...deployment.status, conditions } },
        currentAfter,
        after,
        now,
      );
      const begun = begin(counted, deployment, made, currentAfter, now);
      const { status, deadline } =
        paused || scaled ? { status: begun, deadline: undefined } : withProgress(deployment, begun, currentAfter, now);
      writeStatus(store, "deployments.apps", deployment, withFailures(status, currentAfter, after), {
        ...(currentAfter !== undefined && {
          annotations: { [revisionAnnotation]: String(revisionOf(currentAfter)) },
        }),
      });
      return deadline;
    },
  };
}

function seen(set: ReplicaSet): Revision {
  return {
    name: set.metadata.name,
    replicas: set.spec.replicas ?? 1,
    available: set.status?.availableReplicas ?? 0,
    created: created(set),
    allowedThen: Number(set.metadata.annotations?.[maxAnnotation]) || undefined,
  };
}

/** A Recreate waits until the last old pod has ended. */
function stillThere({ status }: ReplicaSet): boolean {
  return (status?.replicas ?? 0) + (status?.terminatingReplicas ?? 0) > 0;
}

function resize(
  store: ClusterStore,
  sets: readonly ReplicaSet[],
  sizes: Sizes,
  { replicas, allowed }: { replicas: number; allowed: number },
): void {
  for (const set of sets) {
    const size = sizes.get(set.metadata.name);
    if (size === undefined) continue;
    const annotations = { [desiredAnnotation]: String(replicas), [maxAnnotation]: String(allowed) };
    const noted = Object.entries(annotations).every(([name, value]) => set.metadata.annotations?.[name] === value);
    if (size === (set.spec.replicas ?? 1) && noted) continue;
    store.update(
      "replicasets.apps",
      set.metadata.namespace,
      set.metadata.name,
      (copy) => ({
        ...copy,
        metadata: { ...copy.metadata, annotations: { ...copy.metadata.annotations, ...annotations } },
        spec: { ...(copy.spec as JsonObject), replicas: size },
      }),
      controllerManager,
    );
  }
}

/** Deletes old revisions beyond `revisionHistoryLimit`, the oldest first. */
function forget(store: ClusterStore, { spec }: Deployment, old: readonly ReplicaSet[]): void {
  const limit = spec.revisionHistoryLimit ?? 10;
  const kept = old.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const oldest = kept.toSorted((a, b) => revisionOf(a) - revisionOf(b)).slice(0, Math.max(0, kept.length - limit));
  for (const { spec, status, metadata } of oldest) {
    const busy = (spec.replicas ?? 1) > 0 || (status?.replicas ?? 0) > 0;
    if (busy || (status?.observedGeneration ?? 0) < (metadata.generation ?? 0)) continue;
    store.delete("replicasets.apps", metadata.namespace, metadata.name, { uid: metadata.uid });
  }
}

/** The conditions, with what there is to say about pausing and resuming. */
function spoken(deployment: Deployment, paused: boolean, now: Date): Condition[] {
  const conditions = deployment.status?.conditions ?? [];
  const reason = conditionOf(conditions, "Progressing")?.reason;
  if (progressDeadline(deployment) === undefined || reason === "ProgressDeadlineExceeded") return conditions;
  const tell = (reason: string, message: string) =>
    say(conditions, { type: "Progressing", status: "Unknown", reason, message }, now);
  if (paused && reason !== "DeploymentPaused") return tell("DeploymentPaused", "Deployment is paused");
  if (!paused && reason === "DeploymentPaused") return tell("DeploymentResumed", "Deployment is resumed");
  return conditions;
}

function newReplicaSet(name: string): Condition {
  return {
    type: "Progressing",
    status: "True",
    reason: "NewReplicaSetCreated",
    message: `Created new replica set "${name}"`,
  };
}

/** The status with the beginning of a rollout in it: a ReplicaSet that was made, or found again. */
function begin(
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
function withFailures(
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

function failedCreate(
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
