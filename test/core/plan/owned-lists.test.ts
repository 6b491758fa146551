import { expect, test } from "vitest";
import type { Json, JsonObject, KubeObject } from "../../../src/core/manifest/kube-object.ts";
import { alteredFields } from "../../../src/core/plan/came-out.ts";
import { foreignFields } from "../../../src/core/plan/foreign-fields.ts";
import { withItemKeys } from "../../../src/core/plan/list-keys.ts";
import { type ChangeRules, objectChanges } from "../../../src/core/plan/object-changes.ts";
import { placeOf } from "../../../src/core/plan/owned-lists.ts";

const nobodyKnows = { ofKind: () => undefined };
const manager = "trueup";

/** An object of a kind whose schema is not here; what its writers hold of the spec, the first of them being us. */
function custom(spec: Json, ...held: JsonObject[]): KubeObject {
  const managedFields = held.map((fields, at) => ({
    manager: at === 0 ? manager : "kubectl-edit",
    operation: at === 0 ? ("Apply" as const) : ("Update" as const),
    apiVersion: "shop.example/v1",
    fieldsType: "FieldsV1" as const,
    fieldsV1: { "f:spec": fields },
  }));
  return { apiVersion: "shop.example/v1", kind: "Shop", metadata: { name: "a", managedFields }, spec };
}
const manifestOf = (spec: Json): KubeObject => ({ ...custom(spec), metadata: { name: "a" } });

/** As the server holds items of a list by these keys. */
const holding = (keys: readonly string[], items: readonly JsonObject[]): JsonObject =>
  Object.fromEntries(
    items.map((item) => {
      const own = Object.entries(item).filter(([name]) => keys.includes(name));
      const fields = Object.keys(item).map((name) => [`f:${name}`, {}]);
      return [`k:${JSON.stringify(Object.fromEntries(own))}`, { ".": {}, ...Object.fromEntries(fields) }];
    }),
  );
const ports = (items: readonly JsonObject[]) => ({ "f:ports": holding(["name", "protocol"], items) });

const one = { name: "one", port: 1 };
const two = { name: "two", port: 2 };
const tcp = (item: JsonObject): JsonObject => ({ ...item, protocol: "TCP" });
const both = [tcp(one), tcp(two)];
const manifest = manifestOf({ ports: [one, two] });
const rules: ChangeRules = { ignore: [], manager, behind: "drift", describedBy: [manifest] };

test("what somebody changed or took away in a list is drift, where Git leaves a part of its items' keys to a default", () => {
  const wanted = custom({ ports: both }, ports(both));
  const turned = [{ ...tcp(one), port: 7 }, tcp(two)];
  const live = custom({ ports: turned }, ports([{ name: "one", protocol: "TCP" }, tcp(two)]), {
    "f:ports": { 'k:{"name":"one","protocol":"TCP"}': { "f:port": {} } },
  });
  expect(objectChanges({ live, base: wanted, merge: wanted }, rules, nobodyKnows)).toEqual([
    { path: "spec.ports[one/TCP].port", cause: "drift", before: 7, after: 1, manager: "kubectl-edit" },
  ]);
  const emptied = custom({ ports: [] }, {}, { "f:ports": {} });
  expect(objectChanges({ live: emptied, base: wanted, merge: wanted }, rules, nobodyKnows)).toMatchObject([
    { path: "spec.ports[one/TCP]", cause: "drift", after: tcp(one) },
    { path: "spec.ports[two/TCP]", cause: "drift", after: tcp(two) },
  ]);
});

test("what a pull request changes in such a list is its own, and comes out as it says", () => {
  const merge = manifestOf({ ports: [{ ...one, port: 5 }, two, { name: "three", port: 3 }] });
  const after = [{ ...tcp(one), port: 5 }, tcp(two), tcp({ name: "three", port: 3 })];
  const live = custom({ ports: both }, ports(both));
  const states = { live, base: live, merge: custom({ ports: after }, ports(after)) };
  const by = { ...rules, describedBy: [merge, manifest], manifests: { base: manifest, merge } };
  expect(objectChanges(states, by, nobodyKnows)).toEqual([
    { path: "spec.ports[one/TCP].port", cause: "pull-request", before: 1, after: 5 },
    { path: "spec.ports[three/TCP]", cause: "pull-request", after: after[2] },
  ]);
  expect(alteredFields(merge, states.merge, nobodyKnows, manager)).toEqual([]);
});

test("an item of somebody else's that shares with Git's what Git says of its keys is foreign", () => {
  const udp = { name: "one", protocol: "UDP", port: 9 };
  const live = custom({ ports: [...both, udp] }, ports(both), ports([udp]));
  expect(
    foreignFields(live, live, { manifests: [manifest], states: [{ object: live, manifest }], ignore: [], manager }),
  ).toMatchObject([{ path: "spec.ports[one/UDP]", before: udp, manager: "kubectl-edit" }]);
});

test.each<[string, Json, JsonObject, Json]>([
  [
    "beside an item that says it otherwise, in whatever order",
    { ports: [two, { ...two, protocol: "UDP" }, { ...one, protocol: "UDP" }] },
    ports([{ ...two, protocol: "UDP" }, { ...one, protocol: "UDP" }, tcp(two)]),
    { ports: [tcp(two), { ...two, protocol: "UDP" }, { ...one, protocol: "UDP" }] },
  ],
  [
    "where several keys have one, and some items say some of them",
    { hosts: [{ a: 1 }, { a: 1, b: "y" }, { a: 1, c: "z" }] },
    {
      "f:hosts": holding(
        ["a", "b", "c"],
        [
          { a: 1, b: "y", c: "w" },
          { a: 1, b: "x", c: "z" },
          { a: 1, b: "x", c: "w" },
        ],
      ),
    },
    {
      hosts: [
        { a: 1, b: "x", c: "w" },
        { a: 1, b: "y", c: "w" },
        { a: 1, c: "z", b: "x" },
      ],
    },
  ],
  [
    "in a list of an item that has one itself",
    { pods: [{ name: "p", ports: [one] }] },
    { "f:pods": { 'k:{"name":"p","zone":"a"}': { "f:name": {}, ...ports([tcp(one)]) } } },
    { pods: [{ name: "p", ports: [tcp(one)], zone: "a" }] },
  ],
  [
    "but not where the server fills in none",
    { ports: [one, { ...two, protocol: "UDP" }] },
    ports([one, { ...two, protocol: "UDP" }]),
    { ports: [one, { ...two, protocol: "UDP" }] },
  ],
  ["but not where nobody holds an item", { ports: [one] }, { "f:ports": {} }, { ports: [one] }],
])("the default of a key is what the server filled in %s", (_where, said, held, filled) => {
  const asked = manifestOf(said);
  const place = placeOf(asked, nobodyKnows, [{ object: custom({}, held), manifest: asked }], manager);
  expect(withItemKeys(asked as Json, place)).toEqual(manifestOf(filled));
});
