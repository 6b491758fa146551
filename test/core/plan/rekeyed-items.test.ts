import { expect, test } from "vitest";
import type { Json, KubeObject } from "../../../src/core/manifest/kube-object.ts";
import { createSchemaPlaces } from "../../../src/core/plan/list-keys.ts";
import { rekeyedItems } from "../../../src/core/plan/rekeyed-items.ts";
import { meanwhile, withSwapped } from "../../../src/core/plan/swap.ts";
import { loadKubernetesSchemas } from "../../../src/render/kubernetes-schemas.ts";

const schema = createSchemaPlaces(loadKubernetesSchemas().definitions).ofKind("v1", "Service");

const service = (...ports: Json[]): KubeObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web" },
  spec: { ports },
});
const http = (port: number) => ({ name: "http", port, protocol: "TCP" });
const states = (live: KubeObject, manifest: KubeObject, before = manifest) => ({
  live,
  before,
  manifest,
  manager: "trueup",
  named: ["spec.ports[1].name"],
});
const found = (...of: Parameters<typeof states>) =>
  rekeyedItems(states(...of), schema).map((one) => `${one.meanwhile.port} is ${one.manifest.port}`);

test("the item with the same name is the same, whatever others somebody added", () => {
  const live = service({ name: "metrics", port: 9090, protocol: "TCP" }, http(8081));
  expect(found(live, service({ name: "http", port: 80 }))).toEqual(["8081 is 80"]);
});

test("of two nameless ones the only one that is left is the same", () => {
  expect(found(service({ port: 8081, protocol: "UDP" }), service({ port: 80 }))).toEqual(["8081 is 80"]);
});

test("an item that is only added, and one that is only gone, are no other item", () => {
  expect(found(service(http(80), { name: "more", port: 81 }), service(http(80)))).toEqual([]);
  expect(found(service(http(80)), service(http(80), { name: "more", port: 81 }))).toEqual([]);
});

test("what Git did not have before, or another applies, is no item of ours that somebody turned", () => {
  const manifest = service(http(80));
  expect(found(service(http(8081)), manifest, service())).toEqual([]);
  const live = service(http(8081));
  live.metadata.managedFields = [
    {
      manager: "helm",
      operation: "Apply",
      apiVersion: "v1",
      fieldsType: "FieldsV1",
      fieldsV1: { "f:spec": { "f:ports": { 'k:{"port":8081,"protocol":"TCP"}': { ".": {} } } } },
    },
  ];
  expect(found(live, manifest)).toEqual([]);
});

test("with their keys it can be applied, and what comes of it is told with ours", () => {
  const live = service(http(8081));
  const manifest = service({ name: "http", port: 80, targetPort: "web" });
  const items = rekeyedItems(states(live, manifest), schema);
  expect(meanwhile(manifest, items)).toEqual(service({ ...http(8081), targetPort: "web" }));
  expect(items.flatMap(({ steps }) => steps)).toEqual([
    { op: "replace", path: "/spec/ports/0", value: { name: "http", port: 80, targetPort: "web" } },
  ]);
  const applied = service({ ...http(8081), targetPort: "web", nodePort: 30000 });
  const swapped = service({ ...http(80), targetPort: "web" });
  expect(withSwapped(applied, swapped, items)).toEqual(swapped);
});
