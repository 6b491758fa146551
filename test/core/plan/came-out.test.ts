import { expect, test } from "vitest";
import type { Json, KubeObject } from "../../../src/core/manifest/kube-object.ts";
import { alteredFields, keptFields } from "../../../src/core/plan/came-out.ts";
import { createSchemaPlaces } from "../../../src/core/plan/list-keys.ts";
import { loadKubernetesSchemas } from "../../../src/render/kubernetes-schemas.ts";

const schemas = createSchemaPlaces(loadKubernetesSchemas().definitions);

const object = (kind: string, more: { [name: string]: Json }): KubeObject => ({
  apiVersion: kind === "Deployment" ? "apps/v1" : "v1",
  kind,
  metadata: { name: "web", namespace: "shop" },
  ...more,
});

const altered = (kind: string, said: { [name: string]: Json }, came: { [name: string]: Json }) =>
  alteredFields(object(kind, said), object(kind, came), schemas, "trueup");

const container = (more: { [name: string]: Json }) => ({
  spec: { template: { spec: { containers: [{ name: "web", ...more }] } } },
});

test("a value that the cluster makes something else of is told by its place, and so is one that it takes out or adds to a whole", () => {
  expect(altered("ConfigMap", { data: { x: "1", y: "1", z: "1" } }, { data: { x: "1", y: "2" } })).toEqual([
    { path: "data.y", value: "2" },
    { path: "data.z" },
  ]);
  const image = "spec.template.spec.containers[web].image";
  expect(altered("Deployment", container({ image: "a" }), container({ image: "b" }))).toEqual([
    { path: image, value: "b" },
  ]);
  const args = "spec.template.spec.containers[web].args";
  expect(altered("Deployment", container({ args: ["a"] }), container({ args: ["a", "b"] }))).toEqual([
    { path: args, value: ["a", "b"] },
  ]);
});

test.each<[string, string, { [name: string]: Json }, { [name: string]: Json }]>([
  ["what the manifest leaves out", "Deployment", container({}), container({ imagePullPolicy: "Always" })],
  [
    "another way to write the same amount",
    "Deployment",
    container({ resources: { limits: { cpu: 0.5, memory: "1024Mi" } } }),
    container({ resources: { limits: { cpu: "500m", memory: "1Gi" } } }),
  ],
  [
    "what is nothing, and left out of the answer",
    "Deployment",
    { spec: { paused: false, minReadySeconds: 0, template: { metadata: { labels: {} } }, selector: null } },
    { spec: { template: {}, selector: { matchLabels: { app: "web" } } } },
  ],
  [
    "an address and a port that it picks",
    "Service",
    { spec: { clusterIP: "", ports: [{ port: 80, nodePort: 0 }] } },
    { spec: { clusterIP: "10.0.0.7", ports: [{ port: 80, protocol: "TCP", nodePort: 31234 }] } },
  ],
  ["its own record", "ConfigMap", { status: { a: 1 } }, { status: { a: 2 } }],
])("%s is nothing that the cluster made of it", (_what, kind, said, came) => {
  expect(altered(kind, said, came)).toEqual([]);
});

test("what it made of a Secret is told without a word of it, and an amount in a text is a text", () => {
  expect(altered("Secret", { data: { password: "b25l" } }, { data: { password: "dHdv" } })).toEqual([
    { path: "data.password", value: "********" },
  ]);
  expect(altered("ConfigMap", { data: { cpu: "500m" } }, { data: { cpu: "0.5" } })).toHaveLength(1);
});

test("what Git drops and is there all the same is told with who else holds it, and what went is not", () => {
  const held = (manager: string, ...names: string[]) => ({
    manager,
    operation: "Apply" as const,
    apiVersion: "v1",
    fieldsType: "FieldsV1" as const,
    fieldsV1: { "f:data": Object.fromEntries(names.map((name) => [`f:${name}`, {}])) },
  });
  const live = (data: { [name: string]: string }, ...managedFields: ReturnType<typeof held>[]): KubeObject => {
    const map = object("ConfigMap", { data });
    return { ...map, metadata: { ...map.metadata, managedFields } };
  };
  const before = live({ a: "1", b: "1", c: "1", d: "1" }, held("trueup", "a", "b", "c", "d"));
  const after = live({ a: "1", b: "1", c: "1" }, held("trueup", "a"), held("other", "c"));
  expect(keptFields(before, after, "trueup")).toEqual([
    { path: "data.b", value: "1" },
    { path: "data.c", value: "1", manager: "other" },
  ]);
});
