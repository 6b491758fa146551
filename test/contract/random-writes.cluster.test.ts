import { readFileSync } from "node:fs";
import { load } from "js-yaml";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject, KubeObject } from "../../../../src/core/manifest/kube-object.ts";
import { systemClock } from "../../../../src/sandbox/cluster/clock.ts";
import { type Cluster, startCluster } from "../../../../src/sandbox/cluster/start-cluster.ts";
import { type ApiAccess, apiRequest } from "../../../harness/control-plane/api-request.ts";
import { type ControlPlane, startControlPlane } from "../../../harness/control-plane.ts";
import {
  type Chooser,
  chooser,
  configMap,
  deployment,
  service,
  shape,
  widget,
  widgetSchema,
} from "./random-configs.ts";
import { randomWrite } from "./random-writes.ts";

/**
 * The same random writes of several managers go to a real API server and to the embedded one; after each of them the
 * answer must be the same: the object with its managed fields, or the refusal.
 */
let real: ControlPlane;
let ours: Cluster;
/** Our server writes at the time at which the real one did. */
let now = new Date();
const namespace = "oracle";
const both = () => [real, { ...ours, token: ours.adminToken }];

const widgets = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "widgets.example.com" },
  spec: {
    group: "example.com",
    scope: "Namespaced",
    names: { plural: "widgets", singular: "widget", kind: "Widget", listKind: "WidgetList" },
    versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: widgetSchema } }],
  },
};
const shapes = load(readFileSync("src/sandbox/seed/shape-crd.yaml", "utf8")) as JsonObject;

beforeAll(async () => {
  [real, ours] = await Promise.all([
    startControlPlane({ controllers: false }),
    startCluster({ workloads: false, clock: { ...systemClock, now: () => now } }),
  ]);
  for (const server of both()) {
    await send(server, "POST", "/api/v1/namespaces", {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: namespace },
    });
    for (const definition of [widgets, shapes]) {
      await send(server, "POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition);
    }
    for (const path of [kinds.Widget!.path, kinds.Shape!.path]) {
      while ((await send(server, "GET", path)).status !== 200) await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
});

afterAll(() => Promise.all([real?.stop(), ours?.stop()]));

interface Kind {
  path: string;
  config: (choose: Chooser, name: string) => JsonObject;
}

const kinds: { [kind: string]: Kind } = {
  ConfigMap: { path: `/api/v1/namespaces/${namespace}/configmaps`, config: configMap },
  Service: { path: `/api/v1/namespaces/${namespace}/services`, config: service },
  Deployment: { path: `/apis/apps/v1/namespaces/${namespace}/deployments`, config: deployment },
  Widget: { path: `/apis/example.com/v1/namespaces/${namespace}/widgets`, config: widget },
  Shape: { path: `/apis/demo.trueup.dev/v1/namespaces/${namespace}/shapes`, config: shape },
};

describe.each(Object.entries(kinds))("random writes to a %s", (kind, { path, config }) => {
  test.each(Array.from({ length: 12 }, (_, seed) => seed))("end as on a real server (seed %i)", async (seed) => {
    const choose = chooser(seed * 7919 + kind.length);
    const name = `${kind.toLowerCase()}-${seed}`;
    let lives: (KubeObject | undefined)[] = [];
    for (let step = 0; step < 16; step++) {
      const { method, target, type, body } = randomWrite(choose, config(choose, name), {
        exists: lives.length > 0,
        kind,
      });
      const write = (server: ApiAccess, live: KubeObject | undefined) =>
        send(server, method, `${path}/${name}${target}`, body(live), type);
      const where = `seed ${seed}, step ${step}: ${method} ${target} ${type} ${JSON.stringify(body(lives[0]))}`;
      const expected = await write(real, lives[0]);
      now = timeOf(expected.object);
      const answer = await write({ ...ours, token: ours.adminToken }, lives[1]);
      expect(answer.status, `${where}: ${expected.text} / ${answer.text}`).toBe(expected.status);
      if (expected.status < 300) {
        expect(comparable(answer.object), where).toEqual(comparable(expected.object));
      } else if (expected.status === 409) {
        expect(inOrder(answer.object), where).toEqual(inOrder(expected.object));
      }
      if (expected.status < 300 && !target.includes("dryRun")) {
        const after = await Promise.all(both().map((server) => send(server, "GET", `${path}/${name}`)));
        lives = after.map(({ object }) => object as unknown as KubeObject);
        const [first, second] = lives.map((object) => comparable(object as unknown as JsonObject));
        expect(second, where).toEqual(first);
      }
    }
    expect(lives).toHaveLength(2);
  });
});

/** When the server wrote: the newest time in the answer. Without one, nothing was written. */
function timeOf(object: JsonObject): Date {
  const entries = (object as unknown as KubeObject).metadata?.managedFields ?? [];
  const times = entries.flatMap(({ time }) => (time === undefined ? [] : [Date.parse(time)]));
  return times.length === 0 ? now : new Date(Math.max(...times));
}

/** An object without what each server picks for itself. */
function comparable(object: JsonObject): JsonObject {
  const { metadata, spec, ...rest } = structuredClone(object) as unknown as KubeObject;
  const { uid: _, resourceVersion: _r, creationTimestamp: _c, ...kept } = metadata;
  const { clusterIP: _ip, clusterIPs: _ips, ...wanted } = (spec ?? {}) as JsonObject;
  return { ...rest, metadata: kept, ...(spec !== undefined && { spec: wanted }) } as unknown as JsonObject;
}

/** A conflict with its causes in one order: the server lists managers in none. */
function inOrder(status: JsonObject): JsonObject {
  const causes = [...(status.details as { causes: JsonObject[] }).causes].sort((a, b) =>
    `${a.message} ${a.field}`.localeCompare(`${b.message} ${b.field}`),
  );
  return {
    ...status,
    message: (status.message as string).split("\n").sort(),
    details: { ...(status.details as JsonObject), causes },
  };
}

async function send(server: ApiAccess, method: string, path: string, body?: unknown, contentType?: string) {
  const answer = await apiRequest(server, path, {
    method,
    ...(body !== undefined && { body }),
    ...(contentType && { contentType }),
  });
  return {
    status: answer.status,
    text: answer.text,
    object: (answer.text.startsWith("{") ? answer.json() : {}) as JsonObject,
  };
}
