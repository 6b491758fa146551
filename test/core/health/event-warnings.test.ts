import { expect, test } from "vitest";
import { endingProbesIn, warningsIn } from "../../../src/core/health/event-warnings.ts";
import type { JsonObject, KubeObject } from "../../../src/core/manifest/kube-object.ts";

const event = (reason: string, message: string, at: string | JsonObject, type = "Warning"): KubeObject => ({
  apiVersion: "v1",
  kind: "Event",
  metadata: { name: "e", creationTimestamp: "2026-11-23T14:00:00Z" },
  type,
  reason,
  message,
  ...(typeof at === "string" ? { lastTimestamp: `2026-11-23T${at}Z` } : at),
});

test("the newest warning is told, and not an earlier one that is over", () => {
  const series = {
    eventTime: "2026-11-23T14:01:00.000000Z",
    series: { count: 9, lastObservedTime: "2026-11-23T14:09:00.000000Z" },
  };
  expect(
    warningsIn([
      event("FailedScheduling", "0/3 nodes are available: 3 Insufficient cpu.", "14:02:00"),
      event("Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503", series),
      event("Scheduled", "Successfully assigned shop/web-1 to node-2", "14:10:00", "Normal"),
    ]),
  ).toEqual(["Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503"]);
});

test("a mount that fails is told with the cause beside it, each once, however often it was tried", () => {
  const cause = 'MountVolume.SetUp failed for volume "settings" : configmap "nope" not found';
  const waits = "Unable to attach or mount volumes: unmounted volumes=[settings]: timed out waiting for the condition";
  const events = [
    event("FailedMount", cause, "14:01:00"),
    event("FailedMount", waits, "14:03:00"),
    event("FailedMount", cause, "14:02:00"),
    event("FailedMount", "a third", "14:00:30"),
  ];
  expect(warningsIn(events)).toEqual([`FailedMount: ${waits}`, `FailedMount: ${cause}`]);
});

test("warnings that hold nothing up do not stand in the way of the one that does", () => {
  const events = [
    event("FailedCreatePodSandBox", "Failed to create pod sandbox: no address is left", "14:01:00"),
    event("DNSConfigForming", "Nameserver limits were exceeded", "14:05:00"),
    event("FailedToRetrieveImagePullSecret", "Unable to retrieve some image pull secrets (regcred)", "14:05:00"),
    event("BackOff", "Back-off restarting failed container web in pod web-1_shop(u)", "14:05:00"),
  ];
  expect(warningsIn(events)).toEqual(["FailedCreatePodSandBox: Failed to create pod sandbox: no address is left"]);
  expect(warningsIn(events.slice(1))).toEqual([]);
});

test("a claim's wait is told although it is no warning to its controller", () => {
  const message = "waiting for first consumer to be created before binding";
  expect(warningsIn([event("WaitForFirstConsumer", message, "14:01:00", "Normal")])).toEqual([
    `WaitForFirstConsumer: ${message}`,
  ]);
});

test.each([
  'Create Pod db-0 in StatefulSet db failed error: pods "db-0" is forbidden: exceeded quota: small',
  'Error creating: pods "db-x7k2p" is forbidden: exceeded quota: small',
])("pods that a quota refuses are told without the name of one that never was: %s", (message) => {
  expect(warningsIn([event("FailedCreate", message, "14:01:00")])).toEqual([
    "FailedCreate: its pods are forbidden: exceeded quota: small",
  ]);
});

test("of a container that ends again and again the probe that has it ended is told, and no other", () => {
  const failed = (probe: string) => event("Unhealthy", `${probe} probe failed: timeout`, "14:01:00");
  expect(endingProbesIn([failed("Readiness"), failed("Liveness")])).toEqual([
    "Unhealthy: Liveness probe failed: timeout",
  ]);
  expect(endingProbesIn([failed("Readiness"), event("FailedMount", "Liveness probe", "14:01:00")])).toEqual([]);
});

test("hostile words stay one short line without a credential", () => {
  const [told] = warningsIn([
    event("FailedMount", `a\r\n> [!NOTE]\n@everyone postgres://app:hunter2@db/x ${"y".repeat(1_000)}`, "14:01:00"),
  ]);
  expect(told).toMatch(/^FailedMount: a > \[!NOTE\] @everyone postgres:\/\/app:\*+@db\/x y+…y+$/);
  expect(told?.length).toBeLessThan(250);
  expect(warningsIn([{ ...event("", "", {}), reason: 3, message: null, type: "Warning" }])).toEqual([]);
});
