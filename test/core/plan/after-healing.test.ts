import { expect, test } from "vitest";
import type { Json, JsonObject, KubeObject } from "../../../src/core/manifest/kube-object.ts";
import { mergedAfterHealing } from "../../../src/core/plan/after-healing.ts";
import { leftoverItems } from "../../../src/core/plan/contested/leftover-items.ts";
import { createSchemaPlaces } from "../../../src/core/plan/list-keys.ts";
import { loadKubernetesSchemas } from "../../../src/render/kubernetes-schemas.ts";

const schema = createSchemaPlaces(loadKubernetesSchemas().definitions).ofKind("v1", "Service");
const key = (port: number) => `k:${JSON.stringify({ port, protocol: "TCP" })}`;
const item = { ".": {}, "f:port": {}, "f:targetPort": {} };

function service(ports: Json[], held: { [writer: string]: JsonObject } = {}): KubeObject {
  const entries = Object.entries(held).map(([writer, fieldsV1]) => {
    const [manager, operation] = writer.split(" ") as [string, "Apply" | "Update"];
    return { manager, operation, apiVersion: "v1", fieldsType: "FieldsV1" as const, fieldsV1 };
  });
  return { apiVersion: "v1", kind: "Service", metadata: { name: "web", managedFields: entries }, spec: { ports } };
}
const ports = (fields: JsonObject): JsonObject => ({ "f:spec": { "f:ports": fields } });
const http = { port: 80, protocol: "TCP", targetPort: 8080 };

test("what the merge drops goes, and what it brings is laid over the rest", () => {
  const healed = service([http, { port: 90, protocol: "TCP", targetPort: 90, nodePort: 30000 }], {
    "trueup Apply": ports({ [key(80)]: item, [key(90)]: item }),
  });
  const manifest = service([{ port: 81 }, { port: 90, targetPort: 91 }]);
  expect(mergedAfterHealing(healed, manifest, schema, "trueup").spec).toEqual({
    ports: [{ port: 90, protocol: "TCP", targetPort: 91, nodePort: 30000 }, { port: 81 }],
  });
});

test("a mapping that we hold as one is replaced, and one that others have a part in is not", () => {
  const selecting = (selector: { [name: string]: string }) => ({ ...service([]), spec: { selector } });
  const healed = {
    ...service([], { "trueup Apply": { "f:spec": { "f:selector": {} } } }),
    spec: selecting({ app: "web" }).spec,
  };
  const after = (object: KubeObject) => mergedAfterHealing(object, selecting({ role: "front" }), schema, "trueup").spec;
  expect(after(healed)).toEqual({ selector: { role: "front" } });
  const shared = structuredClone(healed) as KubeObject & { metadata: { managedFields: unknown[] } };
  shared.metadata.managedFields.push({
    ...shared.metadata.managedFields[0]!,
    manager: "x",
    fieldsV1: { "f:spec": { "f:selector": { "f:app": {} } } },
  });
  expect(after(shared)).toEqual({ selector: { app: "web", role: "front" } });
});

test("what another applies stays beside what the merge brings", () => {
  const healed = service([http], {
    "trueup Apply": ports({ [key(80)]: item }),
    "helm Apply": ports({ [key(80)]: { ".": {}, "f:port": {} } }),
  });
  expect(mergedAfterHealing(healed, service([{ port: 81 }]), schema, "trueup").spec).toEqual({
    ports: [{ port: 80, protocol: "TCP" }, { port: 81 }],
  });
});

test("an item that Git drops is taken whole where the server names its list, unless another applies it", () => {
  const editor = { "editor Update": ports({ [key(80)]: { "f:targetPort": {} } }) };
  const of = { before: service([http]), manifest: service([{ port: 81 }]), manager: "trueup" };
  const found = (live: KubeObject, field: string) =>
    leftoverItems({ ...of, live, named: [field] }, schema).map((path) => path.length);
  expect(found(service([http], editor), "spec.ports[0].name")).toEqual([3]);
  expect(found(service([http], editor), "spec.type")).toEqual([]);
  const helm = { "helm Apply": ports({ [key(80)]: { ".": {}, "f:port": {} } }) };
  expect(found(service([http], helm), "spec.ports[0].name")).toEqual([]);
});
