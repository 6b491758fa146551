import { expect, test } from "vitest";
import type { JsonObject, KubeObject, ManagedFieldsEntry } from "../../../src/core/manifest/kube-object.ts";
import { handedOver, heldOnceHealed, takenBack } from "../../../src/core/plan/managed-fields.ts";

const entry = (manager: string, fieldsV1: JsonObject): ManagedFieldsEntry => ({
  manager,
  operation: manager === "trueup" ? "Apply" : "Update",
  apiVersion: "v1",
  fieldsType: "FieldsV1",
  fieldsV1,
});
const held = (...managedFields: ManagedFieldsEntry[]): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "settings", managedFields },
});
const data = (...names: string[]): JsonObject => ({
  "f:data": Object.fromEntries(names.map((name) => [`f:${name}`, {}])),
});
const holders = (entries: readonly ManagedFieldsEntry[] | undefined) =>
  (entries ?? []).map(({ manager, fieldsV1 }) => [manager, fieldsV1]);

test("what we have lost is taken from whoever holds it now, and nothing else of theirs", () => {
  const live = held(entry("kubectl-edit", data("colour", "theirs")), entry("trueup", data("greeting")));
  const applied = held(entry("trueup", data("greeting", "colour")));
  expect(holders(takenBack(live, applied, "trueup"))).toEqual([
    ["kubectl-edit", data("theirs")],
    ["trueup", data("greeting", "colour")],
  ]);
});

test("who holds nothing any more is not told of, and where the record was cleared all of it is ours again", () => {
  const applied = held(entry("trueup", data("greeting", "colour")));
  expect(holders(takenBack(held(entry("mona", data("colour"))), applied, "trueup"))).toEqual([
    ["trueup", data("greeting", "colour")],
  ]);
  expect(holders(takenBack(held(), applied, "trueup"))).toEqual([["trueup", data("greeting", "colour")]]);
});

test("what we share with another stays shared", () => {
  const shared = held(entry("mona", data("colour")), entry("trueup", data("colour")));
  expect(takenBack(shared, shared, "trueup")).toBeUndefined();
});

test("an item that is handed over is ours with all that is in it", () => {
  const item = { 'k:{"port":8081,"protocol":"TCP"}': { ".": {}, "f:name": {}, "f:port": {} } };
  const ports = (items: JsonObject): JsonObject => ({ "f:spec": { "f:ports": items } });
  const live = held(entry("kubectl-edit", ports(item)), entry("trueup", { "f:spec": { "f:selector": {} } }));
  const path = [
    { type: "field", name: "spec" },
    { type: "field", name: "ports" },
    { type: "key", keys: { protocol: "TCP", port: 8081 }, index: 0 },
  ] as const;
  expect(holders(handedOver(live, [path], "trueup"))).toEqual([
    ["trueup", { "f:spec": { "f:selector": {}, "f:ports": { [Object.keys(item)[0]!]: {} } } }],
  ]);
});

test("what healing takes out is ours whole until then, so that whatever is applied next takes it out", () => {
  const volume = (source: JsonObject): JsonObject => ({ "f:spec": { 'k:{"name":"cache"}': { ".": {}, ...source } } });
  const spec = (source: JsonObject) => ({ spec: [{ name: "cache", ...source }] });
  const theirs = { "f:hostPath": { "f:path": {}, "f:type": {} } };
  const live = {
    ...held(entry("kubectl-edit", volume(theirs)), entry("trueup", volume({ "f:name": {} }))),
    ...spec({ hostPath: { path: "/", type: "" } }),
  };
  const healed = {
    ...held(entry("kubectl-edit", volume({})), entry("trueup", volume({ "f:name": {}, "f:emptyDir": {} }))),
    ...spec({ emptyDir: {} }),
  };
  expect(holders(heldOnceHealed(live, healed, "trueup", () => false)).at(-1)).toEqual([
    "trueup",
    volume({ "f:name": {}, "f:emptyDir": {}, "f:hostPath": { ".": {}, "f:path": {}, "f:type": {} } }),
  ]);
});

test("who made a list for what is handed over holds nothing of it any more, and an item with other things in it is still theirs", () => {
  const item = (inner: JsonObject): JsonObject => ({ "f:containers": { 'k:{"name":"web"}': inner } });
  const env = { "f:env": { ".": {}, 'k:{"name":"DEBUG"}': { ".": {}, "f:name": {}, "f:value": {} } } };
  const live = held(entry("mona", item({ ".": {}, ...env })), entry("hubot", item(env)), entry("trueup", {}));
  const path = [
    { type: "field", name: "containers" },
    { type: "key", keys: { name: "web" }, index: 0 },
    { type: "field", name: "env" },
    { type: "key", keys: { name: "DEBUG" }, index: 0 },
  ] as const;
  expect(holders(handedOver(live, [path], "trueup"))).toEqual([
    ["mona", item({ ".": {} })],
    ["trueup", item({ "f:env": { 'k:{"name":"DEBUG"}': {} } })],
  ]);
});
