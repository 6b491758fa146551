import { expect, test } from "vitest";
import type { Json, JsonObject, KubeObject } from "../../../src/core/manifest/kube-object.ts";
import { droppedDrift } from "../../../src/core/plan/dropped-drift.ts";
import { showPath } from "../../../src/core/plan/field-path.ts";

type Held = { [writer: string]: JsonObject };

const object = (spec: { [name: string]: Json }, held: Held): KubeObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: {
    name: "web",
    managedFields: Object.entries(held).map(([manager, fields]) => ({
      manager,
      operation: manager === "trueup" ? ("Apply" as const) : ("Update" as const),
      apiVersion: "v1",
      fieldsType: "FieldsV1" as const,
      fieldsV1: { "f:spec": fields },
    })),
  },
  spec,
});
const found = (live: KubeObject, base: KubeObject, merge: KubeObject) =>
  droppedDrift({ live, base, merge }, "trueup").map(showPath);

test("of what the merge drops, what somebody changed goes, and what they changed back again", () => {
  const ours = { trueup: { "f:type": {}, "f:replicas": {}, "f:kept": {} } };
  const base = object({ type: "A", replicas: 1, kept: 1 }, ours);
  const merge = object({ type: "A", replicas: 9, kept: 1 }, { trueup: { "f:kept": {} } });
  const changed = { trueup: { "f:kept": {} }, editor: { "f:type": {}, "f:replicas": {} } };
  expect(found(object({ type: "A", replicas: 9, kept: 1 }, changed), base, merge)).toEqual([
    "spec.type",
    "spec.replicas",
  ]);
  expect(found(object({ type: "A", replicas: 1, kept: 1 }, ours), base, merge)).toEqual([]);
});

test("an item goes as a whole, unless another has a part in it", () => {
  const port = 'k:{"port":80,"protocol":"TCP"}';
  const item = { port: 80, protocol: "TCP", targetPort: 1 };
  const fields = { ".": {}, "f:port": {}, "f:targetPort": {} };
  const ours = (more: Held = {}) => object({ ports: [item] }, { trueup: { "f:ports": { [port]: fields } }, ...more });
  const live = object({ ports: [{ ...item, targetPort: 2 }] }, { editor: { "f:ports": { [port]: fields } } });
  const merge = object({ ports: [] }, { trueup: { "f:ports": {} } });
  expect(found(live, ours(), merge)).toEqual(["spec.ports[80/TCP]"]);
  const shared = ours({ helm: { "f:ports": { [port]: { ".": {}, "f:port": {}, "f:name": {} } } } });
  expect(found(live, shared, merge)).toEqual(["spec.ports[80/TCP].targetPort"]);
});

test("what the merge says nothing is in drops what was in it", () => {
  const base = object({ limits: { cpu: 1 } }, { trueup: { "f:limits": { "f:cpu": {} } } });
  const live = object({ limits: { cpu: 2 } }, { editor: { "f:limits": { "f:cpu": {} } } });
  expect(found(live, base, object({ limits: { cpu: 2 } }, { trueup: { "f:limits": {} } }))).toEqual([
    "spec.limits.cpu",
  ]);
});

test("a mapping of which nothing is left goes whole, with what the server has put into it", () => {
  const ours = { trueup: { "f:probe": { "f:port": {}, "f:period": {} } } };
  const base = object({ probe: { port: 1, period: 7, timeout: 1 } }, ours);
  const live = object(
    { probe: { port: 2, period: 7, timeout: 1 } },
    { trueup: { "f:probe": { "f:period": {} } }, editor: { "f:probe": { "f:port": {} } } },
  );
  const merge = object({ probe: { port: 2 } }, { trueup: {} });
  expect(found(live, base, merge)).toEqual(["spec.probe"]);
  const shared = object(base.spec as never, { ...ours, helm: { "f:probe": { "f:timeout": {} } } });
  expect(found(live, shared, merge)).toEqual(["spec.probe.port"]);
});
