import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { trueup } from "./trueup.ts";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "trueup-health-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const claim = (phase: string) =>
  `apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data, namespace: shop}\nstatus: {phase: ${phase}}\n`;

test("exits 0 when every object is Current", () => {
  const { status, stdout } = trueup(["health", "-"], `${claim("Bound")}---\n${claim("Bound")}`);
  expect(status).toBe(0);
  expect(stdout).toBe("PersistentVolumeClaim shop/data: Current (it is bound)\n".repeat(2));
});

test("exits 1 when one is not, and says why", () => {
  const file = join(dir, "claim.yaml");
  writeFileSync(file, claim("Pending"));
  const { status, stdout } = trueup(["health", file, "--output", "json"]);
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toEqual([
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      namespace: "shop",
      name: "data",
      status: "InProgress",
      reason: "NotBound",
      message: "no volume is bound to it yet (phase Pending)",
    },
  ]);
});

test("tells a Deployment by its pods when they are given, as kubectl prints them", () => {
  const owned = (kind: string, name: string) => ({
    ownerReferences: [{ apiVersion: "apps/v1", kind, name, uid: name, controller: true }],
  });
  const list = {
    apiVersion: "v1",
    kind: "List",
    items: [
      {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "web", uid: "d" },
        spec: { replicas: 1 },
        status: { replicas: 1, updatedReplicas: 1 },
      },
      {
        apiVersion: "apps/v1",
        kind: "ReplicaSet",
        metadata: { name: "web-1", uid: "rs", ...owned("Deployment", "d") },
      },
      {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "web-1-a", creationTimestamp: "2020-01-01T00:00:00Z", ...owned("ReplicaSet", "rs") },
        spec: { containers: [{ name: "web", image: "web:1.5" }] },
        status: {
          phase: "Pending",
          containerStatuses: [
            { name: "web", state: { waiting: { reason: "ImagePullBackOff", message: "not found" } } },
          ],
        },
      },
    ],
  };
  const { status, stdout } = trueup(["health", "-"], JSON.stringify(list));
  expect(status).toBe(1);
  expect(stdout.split("\n")[0]).toBe(
    "Deployment web: Failed (ImagePullBackOff: image `web:1.5` cannot be pulled (ImagePullBackOff: not found))",
  );
});

test("exits 2 when there is nothing to tell about", () => {
  for (const [input, reason] of [
    ["a: [", "stdin:1:"],
    ["# nothing", "no object"],
  ] as const) {
    const { status, stdout, stderr } = trueup(["health", "-"], input);
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain(reason);
  }
  expect(trueup(["health", join(dir, "nowhere.yaml")]).status).toBe(2);
});
