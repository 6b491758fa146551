import { expect, test } from "vitest";
import type { JsonObject, KubeObject } from "../../../src/core/manifest/kube-object.ts";
import { type ForeignRules, foreignFields, withoutAdditions } from "../../../src/core/plan/foreign-fields.ts";

const manifest: KubeObject = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", labels: { app: "web" } },
  spec: { template: { spec: { containers: [{ name: "web", image: "web:1" }] } } },
};
const live = (manager: string, fieldsV1: JsonObject, subresource?: string): KubeObject => ({
  ...manifest,
  metadata: {
    ...manifest.metadata,
    labels: { app: "web", team: "blue" },
    managedFields: [
      {
        manager,
        operation: "Update",
        apiVersion: "apps/v1",
        time: "2026-02-03T04:05:06Z",
        fieldsType: "FieldsV1",
        fieldsV1,
        ...(subresource === undefined ? {} : { subresource }),
      },
    ],
  },
  spec: {
    replicas: 7,
    template: {
      spec: {
        containers: [
          { name: "web", image: "web:9", env: [{ name: "DEBUG", value: "1" }] },
          { name: "injected", image: "mesh:1" },
        ],
      },
    },
  },
});
const rules = { manifests: [manifest], states: [], ignore: [], manager: "trueup" };
/** Nothing else happens to it. */
const told = (object: KubeObject, by: ForeignRules = rules) => foreignFields(object, object, by);
const key = (name: string) => `k:${JSON.stringify({ name })}`;

test("what another writer added is named once, an item as one; what Git describes is never foreign", () => {
  const fields: JsonObject = {
    "f:metadata": { "f:labels": { "f:team": {}, "f:app": {} } },
    "f:spec": {
      "f:template": {
        "f:spec": {
          "f:containers": {
            [key("web")]: {
              "f:image": {},
              "f:env": { ".": {}, [key("DEBUG")]: { ".": {}, "f:name": {}, "f:value": {} } },
            },
            [key("injected")]: { ".": {}, "f:name": {}, "f:image": {} },
          },
        },
      },
    },
  };
  const found = told(live("mesh", fields));
  expect(found.map(({ path }) => path)).toEqual([
    "metadata.labels.team",
    "spec.template.spec.containers[web].env[DEBUG]",
    "spec.template.spec.containers[injected]",
  ]);
  expect(found[0]).toEqual({
    path: "metadata.labels.team",
    cause: "foreign",
    before: "blue",
    after: "blue",
    manager: "mesh",
    time: "2026-02-03T04:05:06Z",
  });
});

test("what controllers write by their office, and what is ignored, is nothing", () => {
  const replicas: JsonObject = { "f:spec": { "f:replicas": {} } };
  expect(told(live("kube-controller-manager", replicas, "scale"))).toEqual([]);
  expect(told(live("kubectl", replicas, "scale"))).toMatchObject([{ path: "spec.replicas" }]);
  const ignore = [{ kind: "Deployment", paths: ["/spec/replicas"] }];
  expect(told(live("kubectl", replicas, "scale"), { ...rules, ignore })).toEqual([]);
});

test("what the cluster adds up for an aggregated role is nobody's addition", () => {
  const role: KubeObject = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: {
      name: "all",
      managedFields: [
        {
          manager: "clusterrole-aggregation-controller",
          operation: "Apply",
          apiVersion: "rbac.authorization.k8s.io/v1",
          fieldsType: "FieldsV1",
          fieldsV1: { "f:rules": {} },
        },
      ],
    },
    rules: [{ verbs: ["get"] }],
  };
  const { rules: _, ...described } = role;
  expect(told(role, { ...rules, manifests: [described as KubeObject] })).toEqual([]);
});

test("of what another added, what stays is told, and not what goes", () => {
  const fields = { "f:spec": { "f:template": { "f:spec": { "f:containers": { [key("injected")]: { ".": {} } } } } } };
  const before = live("mesh", fields);
  const after = structuredClone(before) as KubeObject & { spec: { template: { spec: { containers: object[] } } } };
  after.spec.template.spec.containers[1] = { name: "injected", image: "mesh:2" };
  expect(foreignFields(before, after, rules).map(({ path }) => path)).toEqual([
    "spec.template.spec.containers[injected].name",
  ]);
});

test("a mapping goes with the last of what others added to it, and stays empty where Git has it empty", () => {
  const template = (pod: JsonObject): KubeObject => ({ ...manifest, spec: { template: { spec: pod } } });
  const probe = { livenessProbe: { tcpSocket: { port: 80 } } };
  const field = (...names: string[]) => ({ path: names.map((name) => ({ type: "field" as const, name })) });
  const at = (...names: string[]) => field("spec", "template", "spec", ...names);
  const object = template({ ...probe, hostAliases: [], cache: { medium: "Memory" } });
  const added = [at("livenessProbe", "tcpSocket", "port"), at("cache", "medium")];
  const said = { manifests: [template({ cache: {} })] };
  expect(withoutAdditions(object, added, said)).toEqual(template({ hostAliases: [], cache: {} }));
});
