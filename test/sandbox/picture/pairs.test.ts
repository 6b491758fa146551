import { describe, expect, test } from "vitest";
import type { KubeObject } from "../../../src/core/manifest/kube-object.ts";
import { driftedFields } from "../../../src/sandbox/picture/drifted-fields.ts";
import { pairsOf } from "../../../src/sandbox/picture/pairs.ts";
import { countedInWords, podDots } from "../../../src/sandbox/picture/pod-dots.ts";

const config = (data: Record<string, string>, metadata: Partial<KubeObject["metadata"]> = {}): KubeObject => ({
  ...{ apiVersion: "v1", kind: "ConfigMap", data },
  metadata: { name: "web", namespace: "demo", ...metadata },
});

const deployment = (spec: KubeObject["spec"], metadata: Partial<KubeObject["metadata"]> = {}): KubeObject => ({
  ...{ apiVersion: "apps/v1", kind: "Deployment", spec: spec! },
  metadata: { name: "web", namespace: "demo", ...metadata },
});

const heldBy = (manager: string, fieldsV1: NonNullable<KubeObject["metadata"]["managedFields"]>[0]["fieldsV1"]) => ({
  managedFields: [
    { manager, operation: "Update" as const, apiVersion: "v1", fieldsType: "FieldsV1" as const, fieldsV1 },
  ],
});

describe("drifted fields", () => {
  test("containers are matched by name, not by place, and each field is named with its writer", () => {
    const containers = (image: string) => [{ name: "web", image }];
    const wanted = deployment({ template: { spec: { containers: containers("web:1") } } });
    const live = deployment(
      { template: { spec: { containers: [{ name: "sidecar", image: "s" }, ...containers("web:2")] } } },
      heldBy("kubectl-edit", {
        "f:spec": { "f:template": { "f:spec": { "f:containers": { 'k:{"name":"web"}': { "f:image": {} } } } } },
      }),
    );
    expect(driftedFields(wanted, live)).toEqual([
      { path: "spec.template.spec.containers[web].image", wanted: "web:1", actual: "web:2", writer: "kubectl-edit" },
    ]);
  });
  test("one amount written two ways is no drift, nor is what only the cluster has", () => {
    const limits = (memory: string, cpu: string) =>
      deployment({ resources: { limits: { memory, cpu } }, paused: false });
    const live = deployment({ resources: { limits: { memory: "1Gi", cpu: "500m" } }, replicas: 1 });
    expect(driftedFields(limits("1024Mi", "0.5"), live)).toEqual([]);
  });
  test("a secret's values are never shown", () => {
    const secret = (password: string) => ({ ...config({ password }), kind: "Secret" });
    const [field] = driftedFields(secret("aHVudGVyMg=="), secret("b3RoZXI="));
    expect(field).toMatchObject({ path: "data.password", wanted: "(secret)", actual: "(another secret)" });
  });
});

describe("pairs", () => {
  const standing = (wanted: KubeObject[], live: KubeObject[]) => pairsOf(wanted, live).map((pair) => pair.standing);
  test("each object has one word", () => {
    const wanted = [config({ a: "1" })];
    expect(standing(wanted, [])).toEqual(["missing"]);
    expect(standing(wanted, [config({ a: "1", b: "2" })])).toEqual(["in sync"]);
    expect(standing(wanted, [config({ a: "2" }, heldBy("someone", { "f:data": { "f:a": {} } }))])).toEqual(["drifted"]);
    expect(standing(wanted, [config({ a: "2" }, heldBy("trueup", { "f:data": { "f:a": {} } }))])).toEqual([
      "behind Git",
    ]);
    expect(standing(wanted, [config({ a: "1" }, { deletionTimestamp: "2026-01-01T00:00:00Z" })])).toEqual(["leaving"]);
  });
  test("what lies beside in the same namespace is not in Git, except what Kubernetes puts there", () => {
    const beside = config({}, { name: "extra" });
    const theirs = config({}, { name: "kube-root-ca.crt" });
    const owned = config(
      {},
      { name: "owned", ownerReferences: [{ apiVersion: "v1", kind: "X", name: "x", uid: "1" }] },
    );
    expect(standing([config({})], [config({}), beside, theirs, owned])).toEqual(["in sync", "not in Git"]);
  });
});

test("pods are found through their ReplicaSets and told in words", () => {
  const owner = (kind: string, uid: string) => ({
    ownerReferences: [{ apiVersion: "apps/v1", kind, name: "web", uid, controller: true }],
  });
  const pod = (name: string, status: KubeObject["status"], more = {}): KubeObject => ({
    ...{ apiVersion: "v1", kind: "Pod", status: status! },
    metadata: { name, namespace: "demo", ...owner("ReplicaSet", "rs"), ...more },
  });
  const web = deployment({}, { uid: "d" });
  const replicaSet = {
    ...deployment({}, { uid: "rs", name: "web-1", ...owner("Deployment", "d") }),
    kind: "ReplicaSet",
  };
  const waiting = { containerStatuses: [{ state: { waiting: { reason: "ImagePullBackOff" } } }] };
  const dots = podDots(web, [
    replicaSet,
    pod("a", { conditions: [{ type: "Ready", status: "True" }] }),
    pod("b", waiting),
    pod("c", { phase: "Pending" }),
    pod("d", {}, { deletionTimestamp: "2026-01-01T00:00:00Z" }),
    pod("other", {}, owner("ReplicaSet", "else")),
  ]);
  expect(countedInWords(dots)).toBe("1 ready, 1 starting, 1 failing (ImagePullBackOff), 1 stopping");
});
