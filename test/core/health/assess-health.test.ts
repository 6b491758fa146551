import { load } from "js-yaml";
import { describe, expect, test } from "vitest";
import { assessHealth } from "../../../src/core/health/assess-health.ts";
import type { KubeObject } from "../../../src/core/manifest/kube-object.ts";

/** Live objects, as `kubectl get -o yaml` prints what matters of them. */
function live(apiVersion: string, kind: string, rest: string, metadata = "generation: 2"): KubeObject {
  return load(`apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: x, ${metadata}}\n${rest}`) as KubeObject;
}

const word = (object: KubeObject) => {
  const { status, reason } = assessHealth(object);
  return reason === "" ? status : `${status} ${reason}`;
};

describe("a Deployment", () => {
  const deployment = (status: string, spec = "replicas: 3, progressDeadlineSeconds: 600") =>
    live("apps/v1", "Deployment", `spec: {${spec}}\nstatus: {observedGeneration: 2, ${status}}`);
  const full = "replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3";
  const done = "{type: Progressing, status: 'True', reason: NewReplicaSetAvailable}, {type: Available, status: 'True'}";

  test.each([
    ["that was just made", "", "InProgress LessReplicas"],
    ["with too few pods", "replicas: 2, updatedReplicas: 2", "InProgress LessReplicas"],
    [
      "with old pods",
      "replicas: 3, updatedReplicas: 1, availableReplicas: 3, readyReplicas: 3",
      "InProgress LessUpdated",
    ],
    ["with pods too many", "replicas: 4, updatedReplicas: 3", "InProgress ExtraPods"],
    ["not yet available", "replicas: 3, updatedReplicas: 3, availableReplicas: 2", "InProgress LessAvailable"],
    ["not ready", "replicas: 3, updatedReplicas: 3, availableReplicas: 3, readyReplicas: 2", "InProgress LessReady"],
    ["without its condition yet", full, "InProgress ReplicaSetNotAvailable"],
    [
      "not available by its own word",
      `${full}, conditions: [{type: Progressing, status: 'True', reason: NewReplicaSetAvailable}, {type: Available, status: 'False'}]`,
      "InProgress DeploymentNotAvailable",
    ],
    ["rolled out", `${full}, conditions: [${done}]`, "Current"],
    [
      "past its deadline",
      "replicas: 4, conditions: [{type: Progressing, status: 'False', reason: ProgressDeadlineExceeded, message: late}]",
      "Failed ProgressDeadlineExceeded",
    ],
  ])("%s", (_, status, expected) => {
    expect(word(deployment(status))).toBe(expected);
  });

  test("without a deadline never reports progress, and needs not", () => {
    expect(word(deployment(`${full}, conditions: [{type: Available, status: 'True'}]`, "replicas: 3"))).toBe("Current");
  });

  test("scaled to nothing is current", () => {
    expect(word(deployment(`conditions: [${done}]`, "replicas: 0"))).toBe("Current");
  });

  test("says in numbers how far it is", () => {
    expect(assessHealth(deployment("replicas: 3, updatedReplicas: 1")).message).toBe("1 of 3 pods are updated");
  });

  test("says what a policy or a quota has against its pods, of which none is there to say so", () => {
    const refusal = 'pods "x-1" is forbidden: violates PodSecurity';
    const failure = `conditions: [{type: ReplicaFailure, status: 'True', reason: FailedCreate, message: '${refusal}'}]`;
    const { status, message } = assessHealth(deployment(`replicas: 3, updatedReplicas: 0, ${failure}`));
    const told = "0 of 3 pods are updated (its pods are forbidden: violates PodSecurity)";
    expect({ status, message }).toEqual({ status: "InProgress", message: told });
  });

  test("whose latest change is not observed yet is on its way, whatever its old status says", () => {
    const old = live("apps/v1", "Deployment", `spec: {replicas: 3}\nstatus: {observedGeneration: 1, ${full}}`);
    expect(word(old)).toBe("InProgress LatestGenerationNotObserved");
  });
});

describe("other kinds", () => {
  test.each<[string, KubeObject, string]>([
    [
      "a ReplicaSet that cannot make pods",
      live(
        "apps/v1",
        "ReplicaSet",
        "spec: {replicas: 1}\nstatus: {conditions: [{type: ReplicaFailure, status: 'True'}]}",
      ),
      "InProgress ReplicaFailure",
    ],
    [
      "a ReplicaSet with unlabelled pods",
      live("apps/v1", "ReplicaSet", "spec: {replicas: 2}\nstatus: {replicas: 2, fullyLabeledReplicas: 1}"),
      "InProgress LessLabelled",
    ],
    [
      "a ReplicaSet that is there",
      live(
        "apps/v1",
        "ReplicaSet",
        "spec: {replicas: 2}\nstatus: {replicas: 2, fullyLabeledReplicas: 2, availableReplicas: 2, readyReplicas: 2}",
      ),
      "Current",
    ],
    [
      "a StatefulSet with a pod that is not ready",
      live("apps/v1", "StatefulSet", "spec: {replicas: 3}\nstatus: {replicas: 3, readyReplicas: 2}"),
      "InProgress LessReady",
    ],
    [
      "a StatefulSet between two revisions",
      live(
        "apps/v1",
        "StatefulSet",
        "spec: {replicas: 1}\nstatus: {replicas: 1, readyReplicas: 1, currentReplicas: 1, currentRevision: a, updateRevision: b}",
      ),
      "InProgress RevisionMismatch",
    ],
    [
      "a StatefulSet that is rolled out",
      live(
        "apps/v1",
        "StatefulSet",
        "spec: {replicas: 1}\nstatus: {replicas: 1, readyReplicas: 1, currentReplicas: 1, currentRevision: b, updateRevision: b}",
      ),
      "Current",
    ],
    [
      "a StatefulSet that keeps old pods below its partition",
      live(
        "apps/v1",
        "StatefulSet",
        "spec: {replicas: 3, updateStrategy: {rollingUpdate: {partition: 2}}}\nstatus: {replicas: 3, readyReplicas: 3, updatedReplicas: 1}",
      ),
      "Current",
    ],
    [
      "a StatefulSet below its partition's due",
      live(
        "apps/v1",
        "StatefulSet",
        "spec: {replicas: 3, updateStrategy: {rollingUpdate: {partition: 1}}}\nstatus: {replicas: 3, readyReplicas: 3, updatedReplicas: 1}",
      ),
      "InProgress PartitionRollout",
    ],
    [
      "a StatefulSet that somebody updates by hand",
      live("apps/v1", "StatefulSet", "spec: {replicas: 3, updateStrategy: {type: OnDelete}}"),
      "Current",
    ],
    ["a DaemonSet that nobody has seen", live("apps/v1", "DaemonSet", "spec: {}"), "InProgress NoObservedGeneration"],
    [
      "a DaemonSet on a new node",
      live(
        "apps/v1",
        "DaemonSet",
        "status: {observedGeneration: 2, desiredNumberScheduled: 3, currentNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 2}",
      ),
      "InProgress LessAvailable",
    ],
    [
      "a DaemonSet on no node at all",
      live("apps/v1", "DaemonSet", "status: {observedGeneration: 2, desiredNumberScheduled: 0}"),
      "Current",
    ],
    ["a Job that has not started", live("batch/v1", "Job", "spec: {}"), "InProgress JobNotStarted"],
    ["a Job that runs", live("batch/v1", "Job", "status: {startTime: '2026-11-23T00:00:00Z'}"), "Current"],
    [
      "a Job that completed",
      live("batch/v1", "Job", "status: {conditions: [{type: Complete, status: 'True'}]}"),
      "Current",
    ],
    [
      "a Job that failed",
      live(
        "batch/v1",
        "Job",
        "status: {startTime: '2026-11-23T00:00:00Z', conditions: [{type: Failed, status: 'True', reason: BackoffLimitExceeded}]}",
      ),
      "Failed BackoffLimitExceeded",
    ],
    ["a Service", live("v1", "Service", "spec: {type: ClusterIP}"), "Current"],
    ["a load balancer without address", live("v1", "Service", "spec: {type: LoadBalancer}"), "InProgress NoIPAssigned"],
    ["a claim without volume", live("v1", "PersistentVolumeClaim", "status: {phase: Pending}"), "InProgress NotBound"],
    ["a bound claim", live("v1", "PersistentVolumeClaim", "status: {phase: Bound}"), "Current"],
    ["a pod that nobody has seen", live("v1", "Pod", "spec: {}"), "InProgress PodNotObserved"],
    [
      "a pod that is ready",
      live("v1", "Pod", "status: {phase: Running, conditions: [{type: Ready, status: 'True'}]}"),
      "Current",
    ],
    ["a pod that is not ready", live("v1", "Pod", "status: {phase: Running}"), "InProgress PodRunningNotReady"],
    [
      "a pod that crashes",
      live(
        "v1",
        "Pod",
        "status: {phase: Running, containerStatuses: [{name: c, state: {waiting: {reason: CrashLoopBackOff}}}]}",
      ),
      "Failed ContainerCrashLooping",
    ],
    ["a pod that is done", live("v1", "Pod", "status: {phase: Succeeded}"), "Current"],
    ["a pod that was evicted", live("v1", "Pod", "status: {phase: Failed, reason: Evicted}"), "Failed Evicted"],
    ["a pod on a lost node", live("v1", "Pod", "status: {phase: Unknown}"), "Unknown UnknownPhase"],
    [
      "a definition that was just made",
      live("apiextensions.k8s.io/v1", "CustomResourceDefinition", "spec: {}"),
      "InProgress Installing",
    ],
    [
      "a definition whose names are taken",
      live(
        "apiextensions.k8s.io/v1",
        "CustomResourceDefinition",
        "status: {conditions: [{type: NamesAccepted, status: 'False', reason: PluralConflict}]}",
      ),
      "Failed PluralConflict",
    ],
    [
      "an established definition",
      live(
        "apiextensions.k8s.io/v1",
        "CustomResourceDefinition",
        "status: {conditions: [{type: NamesAccepted, status: 'True'}, {type: Established, status: 'True'}]}",
      ),
      "Current",
    ],
    ["a ConfigMap", live("v1", "ConfigMap", "data: {}"), "Current"],
  ])("%s", (_, object, expected) => {
    expect(word(object)).toBe(expected);
  });
});

describe("a kind that nobody knows", () => {
  const custom = (status: string) => live("demo.example/v1", "Shape", `status: {${status}}`);

  test.each([
    ["says nothing", "", "Current"],
    ["is ready", "conditions: [{type: Ready, status: 'True', reason: Ok}]", "Current"],
    ["is not ready", "conditions: [{type: Ready, status: 'False', reason: Waiting}]", "InProgress Waiting"],
    ["does not know whether it is ready", "conditions: [{type: Ready, status: Unknown}]", "InProgress NotReady"],
    [
      "reconciles",
      "conditions: [{type: Reconciling, status: 'True'}, {type: Ready, status: 'True'}]",
      "InProgress Reconciling",
    ],
    ["is stalled", "conditions: [{type: Stalled, status: 'True', reason: BadInput}]", "Failed BadInput"],
    ["was stalled once", "conditions: [{type: Stalled, status: 'False'}]", "Current"],
    [
      "has an older status",
      "observedGeneration: 1, conditions: [{type: Ready, status: 'True'}]",
      "InProgress LatestGenerationNotObserved",
    ],
    ["has a status of another shape", "conditions: soon, observedGeneration: two", "Current"],
  ])("%s", (_, status, expected) => {
    expect(word(custom(status))).toBe(expected);
  });

  test("and is called as a kind of another group is judged by itself", () => {
    expect(word(live("serving.example/v1", "Service", "spec: {type: LoadBalancer}"))).toBe("Current");
  });
});

test("what is being deleted is Terminating, whatever else it says", () => {
  const going = live("v1", "Pod", "status: {phase: Failed}", "deletionTimestamp: '2026-11-23T00:00:00Z'");
  expect(word(going)).toBe("Terminating Terminating");
});

describe("a pod that no node takes", () => {
  const pod = live(
    "v1",
    "Pod",
    "status: {phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, message: 0/3 nodes}]}",
    "creationTimestamp: '2026-11-23T00:00:00Z'",
  );

  test.each([
    ["2026-11-23T00:00:14Z", "InProgress"],
    ["2026-11-23T00:00:15Z", "Failed"],
  ])("at %s is %s", (now, status) => {
    const health = assessHealth(pod, { pods: [], now: new Date(now) });
    expect(health.status).toBe(status);
    expect(health.message).toContain("0/3 nodes");
  });
});
