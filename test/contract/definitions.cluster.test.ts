import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../src/core/manifest/kube-object.ts";
import { type Cluster, startCluster } from "../../../../src/sandbox/cluster/start-cluster.ts";
import { type ApiAccess, apiRequest } from "../../../harness/control-plane/api-request.ts";
import { type ControlPlane, startControlPlane } from "../../../harness/control-plane.ts";
import { definition, objects, refusedDefinitions, refusedObjects } from "./cases.ts";

/** Definitions and custom objects, good and bad, go to a real API server and to the embedded one: both answer the same. */
let real: ControlPlane;
let ours: Cluster;
const both = (): ApiAccess[] => [real, { ...ours, token: ours.adminToken }];
const definitionsPath = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const gadgets = "/apis/example.com/v1/namespaces/default/gadgets";

beforeAll(async () => {
  [real, ours] = await Promise.all([startControlPlane({ controllers: false }), startCluster({ workloads: false })]);
  for (const server of both()) {
    expect(await send(server, "POST", definitionsPath, definition())).toMatchObject({ code: 201 });
    while ((await send(server, "GET", gadgets)).code !== 200) await new Promise((resolve) => setTimeout(resolve, 50));
  }
});

afterAll(() => Promise.all([real?.stop(), ours?.stop()]));

describe("a definition", () => {
  test.each(Object.entries(refusedDefinitions))("is refused: %s", async (_, body) => {
    const [expected, answer] = await Promise.all(
      both().map((server) => send(server, "POST", `${definitionsPath}?dryRun=All`, body)),
    );
    expect(expected?.code, expected?.text).toBe(422);
    expect(answer?.body).toEqual(expected?.body);
  });

  test("is taken, and says that it is served", async () => {
    const name = definition().metadata.name;
    const [expected, answer] = await Promise.all(
      both().map(async (server) => (await send(server, "GET", `${definitionsPath}/${name}`)).body),
    );
    expect(answer?.spec).toEqual(expected?.spec);
    const told = ({ conditions, ...status }: JsonObject) => ({
      ...status,
      conditions: (conditions as JsonObject[]).map(({ lastTransitionTime: _, ...condition }) => condition),
    });
    expect(told(answer?.status as JsonObject)).toEqual(told(expected?.status as JsonObject));
  });
});

describe("a custom object", () => {
  test.each(Object.entries(refusedObjects))("is refused: %s", async (_, body) => {
    const [expected, answer] = await Promise.all(
      both().map((server) => send(server, "POST", `${gadgets}?dryRun=All`, body)),
    );
    expect(expected?.code, expected?.text).toBe(422);
    expect(inOrder(answer!.body)).toEqual(inOrder(expected!.body));
  });

  test.each(Object.entries(objects))("is taken: %s", async (_, body) => {
    const [expected, answer] = await Promise.all(
      both().map((server) => send(server, "POST", `${gadgets}?dryRun=All`, body)),
    );
    expect(expected?.code, expected?.text).toBe(201);
    expect(answer?.body.spec).toEqual(expected?.body.spec);
  });

  test.each(["Strict", "Warn", "Ignore"])("with unknown fields, under %s field validation", async (validation) => {
    const body = {
      ...objects.embedded!,
      spec: { ...(objects.embedded!.spec as JsonObject), sice: 1, kept: { any: 1 } },
      extra: true,
    };
    const [expected, answer] = await Promise.all(
      both().map((server) => send(server, "POST", `${gadgets}?dryRun=All&fieldValidation=${validation}`, body)),
    );
    expect(answer?.code).toBe(expected?.code);
    if (validation === "Strict") expect(answer?.body).toEqual(expected?.body);
    else expect(answer?.body.spec).toEqual(expected?.body.spec);
  });
});

/** Violations of maps come in no order on a real server. */
function inOrder(status: JsonObject): JsonObject {
  const { causes, ...details } = status.details as { causes: JsonObject[] };
  const sorted = [...causes].sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
  const message = causes.length > 1 ? "" : status.message!;
  return { ...status, message, details: { ...details, causes: sorted } };
}

async function send(server: ApiAccess, method: string, path: string, body?: unknown) {
  const { status, text } = await apiRequest(server, path, { method, ...(body !== undefined && { body }) });
  return { code: status, text, body: (text.startsWith("{") ? JSON.parse(text) : {}) as JsonObject };
}
