import { describe, expect, test } from "vitest";
import { eachOnce, podReason, unreadyPods } from "../../../src/core/health/pod-reason.ts";
import type { JsonObject, KubeObject } from "../../../src/core/manifest/kube-object.ts";

interface Shape {
  metadata?: JsonObject;
  spec?: JsonObject;
  status?: JsonObject;
}

const pod = ({ metadata, spec, status }: Shape): KubeObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web-1", uid: "u-1", creationTimestamp: "2026-11-23T14:03:00Z", ...metadata },
  spec: { containers: [{ name: "web", image: "web:1.5" }], ...spec },
  status: { phase: "Pending", ...status },
});

const condition = (type: string, reason: string, message = "") => ({
  conditions: [{ type, status: "False", reason, message }],
});
const waiting = (reason: string, message: string) => ({
  containerStatuses: [{ name: "web", state: { waiting: { reason, message } } }],
});
const words = (shape: Shape) => podReason(pod(shape))?.words;

describe("whoever reads of a pod that is not ready learns from its status", () => {
  test.each<[string, JsonObject, string]>([
    [
      "that no node takes it, without the words that every such message ends with",
      condition(
        "PodScheduled",
        "Unschedulable",
        "0/3 nodes are available: 3 Insufficient cpu. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
      ),
      "no node takes its pod: 0/3 nodes are available: 3 Insufficient cpu",
    ],
    [
      "that no node takes it, though nobody says why",
      condition("PodScheduled", "Unschedulable"),
      "no node takes its pod",
    ],
    [
      "that an image cannot be pulled, before anybody has lost patience",
      waiting("ErrImagePull", "not found"),
      "image `web:1.5` cannot be pulled (ErrImagePull: not found)",
    ],
    [
      "what its configuration lacks",
      waiting("CreateContainerConfigError", 'configmap "settings" not found'),
      'container `web` cannot be configured (CreateContainerConfigError: configmap "settings" not found)',
    ],
    [
      "why a container waits for a reason that nobody has foreseen",
      waiting("SignatureValidationFailed", "no signature"),
      "container `web` waits: SignatureValidationFailed: no signature",
    ],
    [
      "that it was evicted, and why",
      { phase: "Failed", reason: "Evicted", message: "The node was low on resource: memory." },
      "its pod failed: Evicted: The node was low on resource: memory",
    ],
    [
      "how it ended",
      {
        phase: "Failed",
        containerStatuses: [{ name: "web", state: { terminated: { exitCode: 3, reason: "Error" } } }],
      },
      "container `web` ended with exit code 3",
    ],
    [
      "that it was started again, between two crashes",
      {
        phase: "Running",
        containerStatuses: [
          {
            name: "web",
            ready: false,
            state: { running: {} },
            lastState: { terminated: { exitCode: 137, reason: "OOMKilled" } },
          },
        ],
      },
      "container `web` ran out of memory and was started again",
    ],
    [
      "which init container is still at it",
      { initContainerStatuses: [{ name: "wait-for-db", state: { running: {} } }] },
      "init container `wait-for-db` still runs",
    ],
    [
      "which readiness gate is shut",
      condition(
        "Ready",
        "ReadinessGatesNotReady",
        'corresponding condition of pod readiness gate "lb" does not exist.',
      ),
      'its pod is not ready: corresponding condition of pod readiness gate "lb" does not exist',
    ],
  ])("%s", (_, status, told) => {
    expect(words({ status })).toBe(told);
  });

  test("that a gate keeps it from being scheduled", () => {
    const gated = {
      spec: { schedulingGates: [{ name: "quota" }] },
      status: condition("PodScheduled", "SchedulingGated"),
    };
    expect(words(gated)).toBe("its pod is held back by a scheduling gate: `quota`");
  });

  test("what never could be started, in the words of what starts it, and not how often that was tried", () => {
    const terminated = { exitCode: 128, reason: "StartError", message: 'exec: "nope": not found' };
    const state = {
      waiting: { reason: "CrashLoopBackOff", message: "back-off 5m0s restarting failed container=web pod=x" },
    };
    const status = { containerStatuses: [{ name: "web", state, lastState: { terminated } }] };
    expect(words({ status })).toBe(
      'container `web` crashes again and again, since it cannot be started: exec: "nope": not found (CrashLoopBackOff)',
    );
  });
});

test("a status that only says that the pod is not ready tells no reason", () => {
  const sidecar = { initContainers: [{ name: "mesh", restartPolicy: "Always" }] };
  const silent: Shape[] = [
    { status: waiting("ContainerCreating", "") },
    {
      status: {
        phase: "Running",
        ...condition("Ready", "ContainersNotReady", "containers with unready status: [web]"),
      },
    },
    { spec: sidecar, status: { initContainerStatuses: [{ name: "mesh", state: { running: {} } }] } },
    { status: { conditions: "soon", containerStatuses: [3, null] } },
  ];
  expect(silent.map(words)).toEqual(silent.map(() => undefined));
});

test("a message as long as it likes, with lines and a login in it, comes out as one short line without the login", () => {
  const message = `first\n\nsecond https://app:hunter2@db.example/ ${"x".repeat(5_000)}`;
  for (const status of [
    condition("PodScheduled", "Unschedulable", message),
    waiting("CreateContainerError", message),
  ]) {
    const told = words({ status }) ?? "";
    expect(told).toContain("first second https://app:********@db.example/");
    expect(told).not.toMatch(/\n|hunter2/);
    expect(told.length).toBeLessThan(400);
  }
});

test("pods that are ready, done or on their way out have no say, nor one that ended when another took its place", () => {
  const ready = pod({ status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] } });
  const done = pod({ status: { phase: "Succeeded" } });
  const going = pod({ metadata: { deletionTimestamp: "2026-11-23T14:04:00Z" } });
  const evicted = pod({ metadata: { name: "evicted" }, status: { phase: "Failed" } });
  const older = pod({ metadata: { name: "older" } });
  const newer = pod({ metadata: { name: "newer", creationTimestamp: "2026-11-23T14:05:00Z" } });
  const names = (...pods: KubeObject[]) => unreadyPods(pods).map(({ metadata }) => metadata.name);
  expect(names(ready, done, going, evicted, older, newer)).toEqual(["newer", "older"]);
  expect(names(ready, evicted)).toEqual(["evicted"]);
});

test("what three pods say, each with its own name and address in it, is told once", () => {
  const told = ["a", "b", "c"].map((name, at) => ({
    pod: pod({ metadata: { name: `web-${name}`, uid: `u-${name}` }, status: { podIP: `10.0.0.${at}` } }),
    words: `Get http://10.0.0.${at}:80/: refused by web-${name} (u-${name})`,
  }));
  expect(eachOnce(told)).toEqual(["Get http://10.0.0.0:80/: refused by web-a (u-a)"]);
  expect(eachOnce([...told, { ...told[0]!, words: "another" }])).toHaveLength(2);
});
