import type { Controller, Surroundings } from "../controller.ts";
import { within } from "../pace.ts";
import { conditionOf, isTrue, timestamp, withCondition } from "./conditions.ts";
import { as, type Job, type Pod } from "./kinds.ts";
import { isActive, isReady, isTerminating } from "./pod-state.ts";
import { createPod, deletePod, ownPods, withoutZeros, writeStatus } from "./pods.ts";

/**
 * Runs a Job's pods until enough have succeeded or too many have failed: https://kubernetes.io/docs/concepts/workloads/controllers/job/
 * Pods of an Indexed job are not told their index.
 */
export function jobController({ store, clock, pace }: Surroundings): Controller {
  return {
    resource: "jobs.batch",
    reconcile(object) {
      const job = as<Job>(object);
      const { metadata, spec, status = {} } = job;
      if (metadata.deletionTimestamp !== undefined) return undefined;
      const now = clock.now();
      const { parallelism = 1, completions, suspend = false } = spec;
      if (isTrue(status.conditions, "Complete") || isTrue(status.conditions, "Failed")) return expire(job, now);

      let pods = ownPods(store, job);
      const succeeded = pods.filter((pod) => pod.status?.phase === "Succeeded").length;
      const failed = pods.filter((pod) => pod.status?.phase === "Failed").length;
      const verdict = suspend ? undefined : judge(job, pods, succeeded, failed, now);
      const active = pods.filter(isActive);
      // Without a number of completions the first success says that the work is done; the others finish theirs.
      const open = completions === undefined ? (succeeded > 0 ? 0 : parallelism) : completions - succeeded;
      const wanted = suspend || verdict !== undefined ? 0 : Math.max(0, Math.min(parallelism, open));
      const lets = completions === undefined && succeeded > 0 && verdict === undefined && !suspend;
      if (!lets) for (const pod of active.slice(wanted)) deletePod(store, pod);
      const wait = active.length < wanted ? untilRetry(pods, metadata.uid, now) : 0;
      if (wait === 0)
        for (let count = active.length; count < wanted; count++) createPod(store, job, job.spec.template, labels(job));
      pods = ownPods(store, job);

      const running = pods.filter(isActive);
      const begun = suspend ? undefined : (status.startTime ?? timestamp(now));
      let conditions = status.conditions ?? [];
      const said = isTrue(conditions, "Suspended");
      if (suspend !== said) {
        const [reason, message] = suspend ? ["JobSuspended", "Job suspended"] : ["JobResumed", "Job resumed"];
        conditions = withCondition(
          conditions,
          { type: "Suspended", status: suspend ? "True" : "False", reason, message },
          now,
        );
      }
      const over = verdict !== undefined && running.length === 0 && !pods.some(isTerminating);
      for (const type of verdict === undefined ? [] : [verdict.before, ...(over ? [verdict.type] : [])]) {
        const { reason, message } = verdict!;
        conditions = withCondition(conditions, { type, status: "True", reason, message }, now);
      }
      const written = {
        ...withoutZeros({ active: running.length, succeeded, failed }),
        ready: running.filter(isReady).length,
        terminating: pods.filter(isTerminating).length,
        ...(begun !== undefined && { startTime: begun }),
        ...(over && verdict?.type === "Complete" && { completionTime: timestamp(now) }),
        uncountedTerminatedPods: {},
        ...(conditions.length > 0 && {
          conditions: conditions.map((condition) => ({ lastProbeTime: timestamp(now), ...condition })),
        }),
      };
      writeStatus(store, "jobs.batch", job, written);
      const deadline = spec.activeDeadlineSeconds === undefined ? undefined : untilDeadline(job, begun, now);
      const waits = [wait, deadline ?? 0].filter((milliseconds) => milliseconds > 0);
      return waits.length > 0 && verdict === undefined ? Math.min(...waits) : undefined;
    },
  };

  function expire({ metadata, spec, status }: Job, now: Date): number | undefined {
    if (spec.ttlSecondsAfterFinished === undefined) return undefined;
    const finished = (status?.conditions ?? [])
      .filter(({ type }) => type === "Complete" || type === "Failed")
      .map(({ lastTransitionTime = "" }) => Date.parse(lastTransitionTime));
    const left = Math.max(...finished) + spec.ttlSecondsAfterFinished * 1000 - now.getTime();
    if (left > 0) return left;
    store.delete("jobs.batch", metadata.namespace, metadata.name, { uid: metadata.uid });
    return undefined;
  }

  /** A failed pod is replaced after a while, each time after twice as long. */
  function untilRetry(pods: readonly Pod[], uid: string, now: Date): number {
    const ends = pods
      .filter((pod) => pod.status?.phase === "Failed")
      .flatMap((pod) => pod.status?.containerStatuses ?? [])
      .map(({ state }) => Date.parse(state.terminated?.finishedAt ?? ""))
      .filter(Number.isFinite);
    if (ends.length === 0) return 0;
    const pause = within(pace.backOff, uid) * 2 ** (Math.min(ends.length, 7) - 1);
    return Math.max(0, Math.max(...ends) + pause - now.getTime());
  }
}

interface Verdict {
  before: "SuccessCriteriaMet" | "FailureTarget";
  type: "Complete" | "Failed";
  reason: string;
  message: string;
}

function judge(job: Job, pods: readonly Pod[], succeeded: number, failed: number, now: Date): Verdict | undefined {
  const { completions, backoffLimit = 6, activeDeadlineSeconds, template } = job.spec;
  // What was decided stays so, also when the pods that it was decided by are gone.
  for (const [before, type] of [
    ["FailureTarget", "Failed"],
    ["SuccessCriteriaMet", "Complete"],
  ] as const) {
    const decided = conditionOf(job.status?.conditions, before);
    if (decided?.status === "True") {
      return { before, type, reason: decided.reason ?? "", message: decided.message ?? "" };
    }
  }
  const failure = (reason: string, message: string): Verdict => ({
    before: "FailureTarget",
    type: "Failed",
    reason,
    message,
  });
  const restarts =
    template.spec.restartPolicy === "OnFailure"
      ? pods
          .flatMap((pod) => pod.status?.containerStatuses ?? [])
          .reduce((sum, { restartCount }) => sum + restartCount, 0)
      : 0;
  if (failed > backoffLimit || (restarts > 0 && restarts >= backoffLimit)) {
    return failure("BackoffLimitExceeded", "Job has reached the specified backoff limit");
  }
  if (activeDeadlineSeconds !== undefined && untilDeadline(job, job.status?.startTime, now) <= 0) {
    return failure("DeadlineExceeded", "Job was active longer than specified deadline");
  }
  const done = completions === undefined ? succeeded > 0 && !pods.some(isActive) : succeeded >= completions;
  return done
    ? {
        before: "SuccessCriteriaMet",
        type: "Complete",
        reason: "CompletionsReached",
        message: "Reached expected number of succeeded pods",
      }
    : undefined;
}

function untilDeadline({ spec }: Job, begun: string | undefined, now: Date): number {
  if (begun === undefined) return Number.POSITIVE_INFINITY;
  return Date.parse(begun) + (spec.activeDeadlineSeconds ?? 0) * 1000 - now.getTime();
}

/** What the API server puts into the template of a Job that leaves its selector open, in its old form too. */
function labels({ metadata: { name, uid } }: Job) {
  return {
    labels: {
      "batch.kubernetes.io/controller-uid": uid,
      "controller-uid": uid,
      "batch.kubernetes.io/job-name": name,
      "job-name": name,
    },
  };
}
