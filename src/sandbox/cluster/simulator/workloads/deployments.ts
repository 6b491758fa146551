import type { JsonObject } from "../../../../core/manifest/kube-object.ts";
import { StatusError } from "../../status-error.ts";
import type { ClusterStore } from "../../store.ts";
import type { Controller, Surroundings } from "../controller.ts";
import { begin, failedCreate, newReplicaSet, spoken, withFailures } from "./deployment-conditions.ts";
import { countedStatus, isComplete, withProgress } from "./deployment-status.ts";
import { as, type Condition, type Deployment, type ReplicaSet } from "./kinds.ts";
import { controllerManager } from "./ownership.ts";
import { writeStatus } from "./pods.ts";
import {
  created,
  createRevision,
  currentOf,
  desiredAnnotation,
  HashCollision,
  maxAnnotation,
  renumber,
  replicaSetsOf,
  revisionAnnotation,
  revisionOf,
} from "./revisions.ts";
import {
  type Limits,
  limitsOf,
  newSize,
  proportionalSizes,
  type Revision,
  rollingStep,
  type Sizes,
} from "./rollout.ts";

/** Rolls a Deployment out through its ReplicaSets: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/ */
export function deploymentController({ store, clock }: Surroundings): Controller {
  return {
    resource: "deployments.apps",
    reconcile(object) {
      const deployment = as<Deployment>(object);
      const { metadata } = deployment;
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
      const conditions = spoken(deployment, now);
      const step = nextStep(deployment, sets);
      let made: Condition | undefined;
      try {
        made = take(store, deployment, sets, step);
      } catch (error) {
        if (!(error instanceof StatusError) && !(error instanceof HashCollision)) throw error;
        writeStatus(store, "deployments.apps", deployment, failedCreate(deployment, conditions, error, now));
        if (error instanceof StatusError) throw error;
        return undefined;
      }
      const after = replicaSetsOf(store, deployment);
      const current = currentOf(deployment, after);
      const told = { ...deployment, status: { ...deployment.status, conditions } };
      const begun = begin(countedStatus(told, current, after, now), deployment, made, current, now);
      const { status, deadline } = step.rollsOut
        ? withProgress(deployment, begun, current, now)
        : { status: begun, deadline: undefined };
      writeStatus(store, "deployments.apps", deployment, withFailures(status, current, after), {
        ...(current !== undefined && { annotations: { [revisionAnnotation]: String(revisionOf(current)) } }),
      });
      return deadline;
    },
  };
}

interface Step {
  current: ReplicaSet | undefined;
  old: ReplicaSet[];
  limits: Limits;
  /** False while it is paused or only scaled: then it makes no progress, and none is missed. */
  rollsOut: boolean;
  /** Of a ReplicaSet that is to be made for the template; undefined when none is. */
  newSize: number | undefined;
  sizes: Sizes;
}

function nextStep({ spec, ...deployment }: Deployment, sets: ReplicaSet[]): Step {
  const { replicas = 1, paused = false, strategy } = spec;
  const rolling = strategy?.type !== "Recreate";
  const limits = rolling ? limitsOf(replicas, strategy?.rollingUpdate) : { replicas, maxSurge: 0, maxUnavailable: 0 };
  const current = currentOf({ spec, ...deployment }, sets);
  const old = sets.filter((set) => set !== current);
  const scaled = sets.some(
    (set) => sizeOf(set) > 0 && Number(set.metadata.annotations?.[desiredAnnotation] ?? replicas) !== replicas,
  );
  const step = { current, old, limits, rollsOut: !paused && !scaled, newSize: undefined, sizes: new Map() };
  if (paused || scaled) {
    // Every active one learns the new count, or this would look like scaling for ever.
    const kept = sets.filter((set) => sizeOf(set) > 0).map((set): [string, number] => [set.metadata.name, sizeOf(set)]);
    const changed = proportionalSizes(current && seen(current), old.map(seen), limits, rolling);
    return { ...step, sizes: new Map([...kept, ...changed]) };
  }
  if (!rolling && old.some((set) => sizeOf(set) > 0 || stillThere(set))) {
    return { ...step, sizes: new Map(old.map((set) => [set.metadata.name, 0])) };
  }
  if (current === undefined) {
    return { ...step, newSize: rolling ? newSize(undefined, old.map(seen), limits) : replicas };
  }
  const sizes = rolling
    ? rollingStep(seen(current), old.map(seen), limits)
    : new Map([[current.metadata.name, replicas]]);
  return { ...step, sizes };
}

/** @returns what there is to say when a ReplicaSet was made. Throws as `createRevision` does. */
function take(
  store: ClusterStore,
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  step: Step,
): Condition | undefined {
  const { current, old, limits, sizes } = step;
  const allowed = limits.replicas + limits.maxSurge;
  if (current !== undefined) renumber(store, deployment, current, old);
  resize(store, sets, sizes, { replicas: limits.replicas, allowed });
  if (isComplete(deployment, deployment.status) || deployment.spec.paused) forget(store, deployment, old);
  if (step.newSize === undefined) return undefined;
  const made = createRevision(store, deployment, old, { replicas: step.newSize, allowed });
  return newReplicaSet(made.metadata.name);
}

function sizeOf({ spec }: ReplicaSet): number {
  return spec.replicas ?? 1;
}

function seen(set: ReplicaSet): Revision {
  return {
    name: set.metadata.name,
    replicas: sizeOf(set),
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
    if (size === sizeOf(set) && noted) continue;
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
