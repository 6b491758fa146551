import { expect, test } from "vitest";
import type { Json, KubeObject } from "../../../../src/core/manifest/kube-object.ts";
import { contestedItems } from "../../../../src/core/plan/contested/contested-items.ts";
import { meanwhile, withSwapped } from "../../../../src/core/plan/contested/swap.ts";
import { showPath } from "../../../../src/core/plan/field-path.ts";
import { createSchemaPlaces } from "../../../../src/core/plan/list-keys.ts";
import { loadKubernetesSchemas } from "../../../../src/render/kubernetes-schemas.ts";

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
  contestedItems(states(...of), schema).flatMap(({ theirs }) => theirs.map(showPath));

test("what somebody put into a list of which an item of ours is gone may have to go", () => {
  const live = service({ name: "metrics", port: 9090, protocol: "TCP" }, http(8081));
  expect(found(live, service({ name: "http", port: 80 }))).toEqual(["spec.ports[9090/TCP]", "spec.ports[8081/TCP]"]);
});

test("an item that is only added, and one that is only gone, are no other item", () => {
  expect(found(service(http(80), { name: "more", port: 81 }), service(http(80)))).toEqual([]);
  expect(found(service(http(80)), service(http(80), { name: "more", port: 81 }))).toEqual([]);
});

test("what Git did not have before, or another applies, contests nothing of ours", () => {
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

test("what comes of it has ours for theirs, and everything else as it is applied", () => {
  const kept = { name: "metrics", port: 9090, protocol: "TCP" };
  const live = service(http(8081), kept);
  const manifest = service({ name: "http", port: 80, targetPort: "web" });
  const swaps = contestedItems(states(live, manifest), schema).map(({ theirs, swap }) => swap(theirs.slice(0, 1)));
  expect(meanwhile(manifest, swaps)).toEqual(service());
  expect(swaps.flatMap(({ steps }) => steps)).toEqual([
    { op: "remove", path: "/spec/ports/0" },
    { op: "add", path: "/spec/ports/-", value: { name: "http", port: 80, targetPort: "web" } },
  ]);
  const swapped = service({ ...http(80), targetPort: "web" });
  expect(withSwapped(service(http(8081), { ...kept, nodePort: 30000 }), swapped, swaps)).toEqual(
    service({ ...kept, nodePort: 30000 }, { ...http(80), targetPort: "web" }),
  );
});
