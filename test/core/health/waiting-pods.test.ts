import { describe, expect, test } from "vitest";
import { assessHealth } from "../../../src/core/health/assess-health.ts";
import { currentPods } from "../../../src/core/health/current-pods.ts";
import type { KubeObject } from "../../../src/core/manifest/kube-object.ts";

const made = "2026-11-23T14:03:00Z";
const seconds = (after: number) => new Date(Date.parse(made) + after * 1000);

interface PodOptions {
  owner?: string;
  labels?: { [name: string]: string };
  init?: object[];
  containers?: object[];
  changed?: string;
}

function pod(name: string, { owner = "rs-2", labels = {}, init = [], containers = [], changed = made }: PodOptions) {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      uid: name,
      labels,
      creationTimestamp: made,
      ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: owner, uid: owner, controller: true }],
    },
    spec: { containers: [{ name: "web", image: "web:1.5" }] },
    status: {
      phase: "Pending",
      conditions: [{ type: "ContainersReady", status: "False", lastTransitionTime: changed }],
      initContainerStatuses: init,
      containerStatuses: containers,
    },
  } as KubeObject;
}

const waits = (reason: string, message?: string, name = "web") => ({
  name,
  image: "docker.io/library/web:1.5",
  state: { waiting: message === undefined ? { reason } : { reason, message } },
});

const deployment: KubeObject = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", uid: "d", generation: 3 },
  spec: { replicas: 5 },
  status: { observedGeneration: 3, replicas: 6, updatedReplicas: 1, readyReplicas: 5, availableReplicas: 5 },
};

function replicaSet(uid: string, revision: string, owner = "d"): KubeObject {
  const ownerReferences = [{ apiVersion: "apps/v1", kind: "Deployment", name: "web", uid: owner, controller: true }];
  const annotations = { "deployment.kubernetes.io/revision": revision };
  return { apiVersion: "apps/v1", kind: "ReplicaSet", metadata: { name: uid, uid, annotations, ownerReferences } };
}

test("the login in an image's address is not told when the image cannot be pulled", () => {
  const image = "app:hunter2@registry.example/web:1.5";
  const status = waits(
    "ImagePullBackOff",
    `Back-off pulling image "${image}": lookup app:hunter2@registry.example: no`,
  );
  const waiting = { ...pod("web-1", { containers: [status] }), spec: { containers: [{ name: "web", image }] } };
  const { message } = assessHealth(deployment, { pods: [waiting], now: seconds(60) });
  expect(message).toContain("image `app:********@registry.example/web:1.5` cannot be pulled");
  expect(message).not.toContain("hunter2");
});

test("the cause is not buried under the image's name, which the node repeats at every step", () => {
  const told = (words: string) => {
    const waiting = pod("web-1", { containers: [waits("ImagePullBackOff", words)] });
    return assessHealth(deployment, { pods: [waiting], now: seconds(60) }).message;
  };
  const steps = 'failed to pull and unpack image "web:1.5": failed to resolve reference "web:1.5": not found';
  expect(told(`Back-off pulling image "web:1.5": ErrImagePull: ${steps}`)).toBe(
    "image `web:1.5` cannot be pulled (ImagePullBackOff: failed to pull and unpack image: failed to resolve reference: not found)",
  );
  expect(told('Back-off pulling image "web:1.5"')).toBe("image `web:1.5` cannot be pulled (ImagePullBackOff)");
});

describe("a pod that cannot start", () => {
  const cannotPull = pod("web-1", { containers: [waits("ImagePullBackOff", "not found")] });

  test("makes its workload Failed with the cause after 15 seconds, not before", () => {
    const at = (after: number) => assessHealth(deployment, { pods: [cannotPull], now: seconds(after) });
    expect(at(14).status).toBe("InProgress");
    expect(at(15)).toEqual({
      status: "Failed",
      reason: "ImagePullBackOff",
      message: "image `web:1.5` cannot be pulled (ImagePullBackOff: not found)",
    });
  });

  test("counts from the last thing that happened to it, not from its making", () => {
    const changed = seconds(60).toISOString();
    const later = pod("web-1", { changed, containers: [waits("ErrImagePull")] });
    expect(assessHealth(deployment, { pods: [later], now: seconds(70) }).status).toBe("InProgress");
    expect(assessHealth(deployment, { pods: [later], now: seconds(75) }).status).toBe("Failed");
  });

  test.each([
    ["ErrImagePull", "image `web:1.5` cannot be pulled (ErrImagePull)"],
    ["InvalidImageName", "image `web:1.5` is no valid image name (InvalidImageName)"],
    ["CreateContainerConfigError", "container `web` cannot be configured (CreateContainerConfigError)"],
    ["CrashLoopBackOff", "container `web` crashes again and again (CrashLoopBackOff)"],
  ])("because of %s", (reason, message) => {
    const health = assessHealth(deployment, {
      pods: [pod("web-1", { containers: [waits(reason)] })],
      now: seconds(20),
    });
    expect(health).toEqual({ status: "Failed", reason, message });
  });

  test("because it crashes says how it ended", () => {
    const crashes = {
      ...waits("CrashLoopBackOff"),
      restartCount: 4,
      lastState: { terminated: { exitCode: 137, reason: "OOMKilled" } },
    };
    const { message } = assessHealth(deployment, { pods: [pod("web-1", { containers: [crashes] })], now: seconds(20) });
    expect(message).toContain("last with out of memory after 4 restarts");
  });

  test("may be held up by a container that comes before", () => {
    const init = [waits("ImagePullBackOff", "no", "prepare")];
    const held = pod("web-1", { init, containers: [waits("PodInitializing")] });
    const { message } = assessHealth(deployment, { pods: [held], now: seconds(20) });
    expect(message).toBe("image `docker.io/library/web:1.5` cannot be pulled (ImagePullBackOff: no)");
  });
});

describe("no failure is told", () => {
  const later = seconds(600);
  const stuck = pod("web-1", { containers: [waits("ImagePullBackOff")] });

  test("of a pod that only takes its time", () => {
    const slow = pod("web-1", { containers: [waits("ContainerCreating"), waits("PodInitializing")] });
    expect(assessHealth(deployment, { pods: [slow], now: later }).status).toBe("InProgress");
  });

  test("of a pod that is being deleted", () => {
    const going = { ...stuck, metadata: { ...stuck.metadata, deletionTimestamp: made } };
    expect(assessHealth(deployment, { pods: [going], now: later }).status).toBe("InProgress");
  });

  test("while the workload's latest change is not observed, since the pods are an older one's", () => {
    const changed = { ...deployment, metadata: { ...deployment.metadata, generation: 4 } };
    expect(assessHealth(changed, { pods: [stuck], now: later }).status).toBe("InProgress");
  });

  test("of a pod whose status is of another shape", () => {
    const odd = { ...stuck, status: { containerStatuses: "many", conditions: [3] } };
    expect(assessHealth(deployment, { pods: [odd], now: later }).status).toBe("InProgress");
  });
});

test("a Job is current as soon as it runs, but not when its pod can never start", () => {
  const job: KubeObject = {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "migrate", uid: "job" },
    status: { startTime: made, active: 1 },
  };
  const pods = currentPods(job, {
    pods: [pod("migrate-1", { owner: "job", containers: [waits("ErrImagePull")] })],
    replicaSets: [],
  });
  expect(assessHealth(job, { pods: [], now: seconds(20) }).status).toBe("Current");
  expect(assessHealth(job, { pods, now: seconds(20) }).status).toBe("Failed");
});

describe("the pods that tell about a workload", () => {
  const names = (workload: KubeObject, pods: KubeObject[], replicaSets: KubeObject[] = []) =>
    currentPods(workload, { pods, replicaSets }).map(({ metadata }) => metadata.name);

  test("of a Deployment are the newest ReplicaSet's, by revision and not by text", () => {
    const pods = [pod("old", { owner: "rs-9" }), pod("new", { owner: "rs-10" }), pod("other", { owner: "rs-x" })];
    const sets = [replicaSet("rs-9", "9"), replicaSet("rs-10", "10"), replicaSet("rs-x", "11", "another")];
    expect(names(deployment, pods, sets)).toEqual(["new"]);
    expect(names(deployment, pods, [])).toEqual([]);
  });

  test("of a StatefulSet are those of its update revision", () => {
    const set = {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { name: "db", uid: "db" },
      status: { updateRevision: "db-2" },
    };
    const of = (name: string, revision: string) =>
      pod(name, { owner: "db", labels: { "controller-revision-hash": revision } });
    expect(names(set, [of("db-0", "db-1"), of("db-1", "db-2")])).toEqual(["db-1"]);
  });

  test("of a DaemonSet are those of its generation", () => {
    const annotations = { "deprecated.daemonset.template.generation": "2" };
    const set = { apiVersion: "apps/v1", kind: "DaemonSet", metadata: { name: "log", uid: "log", annotations } };
    const of = (name: string, generation: string) =>
      pod(name, { owner: "log", labels: { "pod-template-generation": generation } });
    expect(names(set, [of("a", "1"), of("b", "2")])).toEqual(["b"]);
  });

  test("are not those that only name it among their owners", () => {
    const job = { apiVersion: "batch/v1", kind: "Job", metadata: { name: "job", uid: "job" } };
    const adopted = pod("a", { owner: "job" });
    const named = pod("b", { owner: "job" });
    for (const owner of named.metadata.ownerReferences ?? []) owner.controller = false;
    expect(names(job, [adopted, named])).toEqual(["a"]);
  });

  test("of a pod is the pod itself", () => {
    expect(names(pod("alone", {}), [])).toEqual(["alone"]);
  });
});
