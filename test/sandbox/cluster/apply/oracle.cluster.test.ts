import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject, KubeObject } from "../../../../src/core/manifest/kube-object.ts";
import { applyPatch, conflictMessage } from "../../../../src/sandbox/cluster/apply/apply.ts";
import {
  type OpenApiSchema,
  type TypeSchema,
  typeSchemaFor,
  typeSchemaFromStructural,
} from "../../../../src/sandbox/cluster/apply/type-schema.ts";
import { updateManagedFields } from "../../../../src/sandbox/cluster/apply/update.ts";
import { apiRequest } from "../../../harness/control-plane/api-request.ts";
import { type ControlPlane, startControlPlane } from "../../../harness/control-plane.ts";
import { definitions } from "./definitions.ts";
import { type Chooser, chooser, configMap, deployment, service, widget, widgetSchema } from "./random-configs.ts";

/**
 * The same random writes go to a real API server and to ours; after each one the object (what the server itself fills in
 * left aside), the managed fields and every conflict must agree.
 */
let server: ControlPlane;
const namespace = "oracle";

beforeAll(async () => {
  server = await startControlPlane({ controllers: false });
  await send("POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  await send("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "widgets.example.com" },
    spec: {
      group: "example.com",
      scope: "Namespaced",
      names: { plural: "widgets", singular: "widget", kind: "Widget", listKind: "WidgetList" },
      versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: widgetSchema } }],
    },
  });
  for (;;) {
    const answer = await send("GET", `/apis/example.com/v1/namespaces/${namespace}/widgets`);
    if (answer.status === 200) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
});

afterAll(() => server?.stop());

interface Kind {
  path: string;
  schema: TypeSchema;
  config: (choose: Chooser, name: string) => JsonObject;
}

const kinds: { [kind: string]: Kind } = {
  ConfigMap: {
    path: `/api/v1/namespaces/${namespace}/configmaps`,
    schema: typeSchemaFor(definitions, { group: "", version: "v1", kind: "ConfigMap" })!,
    config: configMap,
  },
  Service: {
    path: `/api/v1/namespaces/${namespace}/services`,
    schema: typeSchemaFor(definitions, { group: "", version: "v1", kind: "Service" })!,
    config: service,
  },
  Deployment: {
    path: `/apis/apps/v1/namespaces/${namespace}/deployments`,
    schema: typeSchemaFor(definitions, { group: "apps", version: "v1", kind: "Deployment" })!,
    config: deployment,
  },
  Widget: {
    path: `/apis/example.com/v1/namespaces/${namespace}/widgets`,
    schema: typeSchemaFromStructural(widgetSchema as OpenApiSchema, { definitions, status: false }),
    config: widget,
  },
};

describe.each(Object.entries(kinds))("random writes to a %s", (kind, { path, schema, config }) => {
  test.each(Array.from({ length: 12 }, (_, seed) => seed))("end as on a real server (seed %i)", async (seed) => {
    const choose = chooser(seed * 7919 + kind.length);
    const name = `${kind.toLowerCase()}-${seed}`;
    let live: KubeObject | undefined;
    for (let step = 0; step < 14; step++) {
      const manager = choose(["alice", "bob"]);
      const desired = config(choose, name);
      const force = choose([true, false, false]);
      const write = live === undefined || choose([true, true, true, false]);
      const where = `seed ${seed}, step ${step}, ${manager}${force ? " forces" : ""}: ${JSON.stringify(desired)}`;
      if (write) {
        const query = `fieldManager=${manager}&force=${force}`;
        const answer = await send("PATCH", `${path}/${name}?${query}`, desired, "application/apply-patch+yaml");
        const before = live;
        let ours: ReturnType<typeof applyPatch>;
        try {
          ours = applyPatch({ live: before, config: desired, manager, force, schema, now: timeOf(answer.object) });
        } catch (error) {
          expect(answer.status, `${where}: ${error}`).toBeGreaterThanOrEqual(400);
          continue;
        }
        if (answer.status === 409) {
          expect(ours.ok, `${where}: ${answer.text}`).toBe(false);
          if (!ours.ok) {
            const fields = (answer.object.details as { causes: { field: string }[] }).causes.map(({ field }) => field);
            expect(ours.conflicts.map(({ field }) => field).sort(), where).toEqual(fields.sort());
            if (fields.length === 1) expect(conflictMessage(ours.conflicts)).toBe(answer.object.message);
          }
          continue;
        }
        if (answer.status >= 400) {
          // Merged, the object is not valid: that is judged elsewhere.
          expect(answer.status, `${where}: ${answer.text}`).toBe(422);
          continue;
        }
        if (!ours.ok) expect.unreachable(`${where}: ${JSON.stringify(ours.conflicts)}`);
        const real = answer.object as unknown as KubeObject;
        expect(managed(ours.object), where).toEqual(managed(real));
        expect(filled(content(ours.object), content(real)), where).toEqual(content(real));
        const unchanged = before?.metadata.resourceVersion === real.metadata.resourceVersion;
        if (before !== undefined && !ours.changed) expect(unchanged, where).toBe(true);
        live = real;
      } else if (live !== undefined) {
        const spec = desired.spec ?? {};
        const patch = desired.data === undefined ? { spec, metadata: desired.metadata } : desired;
        const answer = await send(
          "PATCH",
          `${path}/${name}?fieldManager=${manager}-edit`,
          patch,
          "application/merge-patch+json",
        );
        if (answer.status >= 400) continue;
        const real = answer.object as unknown as KubeObject;
        const after = { ...real, metadata: { ...real.metadata, managedFields: live.metadata.managedFields! } };
        const ours = updateManagedFields({
          before: live,
          after,
          manager: `${manager}-edit`,
          schema,
          now: timeOf(answer.object),
        });
        expect(managed(ours), where).toEqual(managed(real));
        live = real;
      }
    }
    expect(live).toBeDefined();
  });
});

/** When the server wrote: the newest time in the answer. Without one, nothing was written. */
function timeOf(object: JsonObject): Date {
  const entries = (object as unknown as KubeObject).metadata?.managedFields ?? [];
  const times = entries.flatMap(({ time }) => (time === undefined ? [] : [Date.parse(time)]));
  return new Date(Math.max(0, ...times));
}

function managed(object: KubeObject) {
  return object.metadata.managedFields;
}

/** An object without what only the server writes. */
function content(object: KubeObject): JsonObject {
  const { metadata, status: _, ...rest } = object;
  const { labels, annotations, finalizers } = metadata;
  return JSON.parse(JSON.stringify({ ...rest, metadata: { labels, annotations, finalizers } })) as JsonObject;
}

const serverSide = new Set(
  "clusterIP clusterIPs internalTrafficPolicy ipFamilies ipFamilyPolicy sessionAffinity type protocol targetPort strategy revisionHistoryLimit progressDeadlineSeconds replicas dnsPolicy restartPolicy schedulerName securityContext terminationGracePeriodSeconds imagePullPolicy terminationMessagePath terminationMessagePolicy resources creationTimestamp defaultMode apiVersion fieldRef rollingUpdate".split(
    " ",
  ),
);

/** Ours, with what the real server filled in by itself; only named fields, so that nothing else can hide. */
function filled(ours: unknown, real: unknown): unknown {
  if (Array.isArray(ours) && Array.isArray(real)) return ours.map((item, index) => filled(item, real[index]));
  if (!isRecord(ours) || !isRecord(real)) return ours;
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(ours)) {
    // Typed objects know no null and no empty optional map.
    if (!(name in real) && (value === null || (isRecord(value) && Object.keys(value).length === 0))) continue;
    if (!(name in real) && Array.isArray(value) && value.length === 0) continue;
    result[name] = filled(value, real[name]);
  }
  for (const [name, value] of Object.entries(real)) {
    if (!(name in result) && serverSide.has(name)) result[name] = value;
  }
  return result;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

async function send(method: string, path: string, body?: unknown, contentType?: string) {
  const answer = await apiRequest(server, path, {
    method,
    ...(body !== undefined && { body }),
    ...(contentType && { contentType }),
  });
  return { status: answer.status, text: answer.text, object: answer.json() as JsonObject };
}
