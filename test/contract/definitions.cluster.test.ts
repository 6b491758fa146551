import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/core/manifest/kube-object.ts";
import { definition, objects, refusedDefinitions, refusedObjects } from "../sandbox/cluster/crd/cases.ts";
import { objectClient } from "./client.ts";
import { expectSame } from "./differences.ts";
import { forms } from "./media-types.ts";
import { type Body, type Pair, startPair } from "./pair.ts";

/** Definitions and custom objects, good and bad. */
let pair: Pair;
const namespace = "contract-definitions";
const definitionsPath = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const gadgets = `/apis/example.com/v1/namespaces/${namespace}/gadgets`;

beforeAll(async () => {
  pair = await startPair("quiet", namespace);
  for (const it of [definition(), tools]) {
    const { real } = await pair.ask({ method: "POST", path: definitionsPath, body: it });
    expect(real.status).toBe(201);
  }
  for (const path of [gadgets, toolsPath]) await pair.eventuallySame({ path }, ({ status }) => status === 200);
});
afterAll(() => pair?.stop());

/** With subresources, columns and two versions. */
const tools = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "tools.contract.example.com" },
  spec: {
    group: "contract.example.com",
    scope: "Namespaced",
    names: {
      plural: "tools",
      singular: "tool",
      kind: "Tool",
      listKind: "ToolList",
      shortNames: ["tl"],
      categories: ["all"],
    },
    versions: ["v1", "v1beta1"].map((name) => ({
      name,
      served: true,
      storage: name === "v1",
      ...(name === "v1beta1" && { deprecated: true }),
      subresources: {
        status: {},
        scale: {
          specReplicasPath: ".spec.replicas",
          statusReplicasPath: ".status.replicas",
          labelSelectorPath: ".status.selector",
        },
      },
      selectableFields: [{ jsonPath: ".spec.color" }],
      additionalPrinterColumns: [
        { name: "Color", type: "string", jsonPath: ".spec.color" },
        { name: "Replicas", type: "integer", jsonPath: ".spec.replicas", description: "how many" },
        { name: "Ready", type: "string", jsonPath: '.status.conditions[?(@.type=="Ready")].status', priority: 1 },
        { name: "Since", type: "date", jsonPath: ".metadata.creationTimestamp" },
      ],
      schema: {
        openAPIV3Schema: {
          type: "object",
          properties: {
            spec: {
              type: "object",
              properties: {
                color: { type: "string", default: "red" },
                replicas: { type: "integer", minimum: 0, default: 1 },
                parts: { type: "array", items: { type: "string" } },
              },
            },
            status: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
          },
        },
      },
    })),
  },
};
const toolsPath = `/apis/contract.example.com/v1/namespaces/${namespace}/tools`;
const tool = (name: string, spec: object, more: object = {}) => ({
  apiVersion: "contract.example.com/v1",
  kind: "Tool",
  metadata: { name },
  spec,
  ...more,
});

describe("a definition", () => {
  test.each(Object.entries(refusedDefinitions))("is refused: %s", async (_, body) => {
    const { real } = await pair.same({ method: "POST", path: `${definitionsPath}?dryRun=All`, body });
    expect(real.status, JSON.stringify(real.body)).toBe(422);
  });

  test("is taken, and says that it is served", async () => {
    const path = `${definitionsPath}/${definition().metadata.name}`;
    await pair.eventuallySame({ path }, ({ body }) => body.status?.conditions?.length >= 2);
  });

  test("is discovered, with its short names, categories and subresources", async () => {
    await pair.same({ path: "/apis/contract.example.com" });
    await pair.same({ path: "/apis/contract.example.com/v1" });
    await pair.same({ path: "/apis/contract.example.com/v1beta1" });
    const { real, embedded } = await pair.ask({ path: "/apis", accept: forms.aggregated });
    const group = (body: Body) => body.items.find((it: Body) => it.metadata.name === "contract.example.com");
    const bare = (it: Body) => ({ ...it, metadata: { name: it.metadata.name } });
    expectSame("/apis", bare(group(real.body)), bare(group(embedded.body)));
  });

  test("is shown as a table", async () => {
    const path = `${definitionsPath}/tools.contract.example.com?includeObject=None`;
    await pair.same({ path, accept: forms.table });
  });
});

describe("a custom object", () => {
  test.each(Object.entries(refusedObjects))("is refused: %s", async (_, body) => {
    const { real } = await pair.same({ method: "POST", path: `${gadgets}?dryRun=All`, body });
    expect(real.status, JSON.stringify(real.body)).toBe(422);
  });

  test.each(Object.entries(objects))("is taken: %s", async (_, body) => {
    const { real } = await pair.same({ method: "POST", path: `${gadgets}?dryRun=All`, body });
    expect(real.status, JSON.stringify(real.body)).toBe(201);
  });

  test.each(["Strict", "Warn", "Ignore"])("with unknown fields, under %s field validation", async (validation) => {
    const body = {
      ...objects.embedded!,
      spec: { ...(objects.embedded!.spec as JsonObject), sice: 1, kept: { any: 1 } },
      extra: true,
    };
    const query = `?dryRun=All&fieldValidation=${validation}`;
    await pair.same({ method: "POST", path: `${gadgets}${query}`, body });
    await pair.same({
      method: "POST",
      path: `${gadgets}${query}`,
      body: JSON.stringify(body).replace('"size":4', '"size":4,"size":2'),
    });
    await pair.same({
      method: "PATCH",
      path: `${gadgets}/one${query}&fieldManager=me`,
      // Of several unknown fields a real server names some, in no order.
      body: { ...objects.embedded!, spec: { ...(objects.embedded!.spec as JsonObject), sice: 1 } },
      contentType: "application/apply-patch+yaml",
    });
  });

  test("is created, updated, patched and applied, and counts what is desired", async () => {
    const one = objectClient(pair, toolsPath, "hammer");
    await one.create(tool("hammer", {}));
    await one.update((live) => ({ ...live, spec: { ...live.spec, parts: ["head"] } }));
    await one.patch("merge", { spec: { color: null, replicas: 3 } });
    await one.patch("json", [{ op: "add", path: "/spec/parts/-", value: "handle" }]);
    await one.patch("strategic", { spec: { replicas: 1 } });
    await one.apply("alice", tool("hammer", { color: "blue" }));
    await one.apply("alice", tool("hammer", { color: "blue" }), "&force=true");
    await one.patch("merge", { spec: { replicas: "x" } });
    await one.patch("merge", { status: { replicas: 9 } });
    const { real } = await one.get();
    expect(real.body.status).toBeUndefined();
  });

  test("has its status written through the subresource alone", async () => {
    const one = objectClient(pair, toolsPath, "saw");
    await one.create(tool("saw", {}, { status: { replicas: 5 } }));
    const status = objectClient(pair, toolsPath, "saw", "/status");
    await status.patch("merge", { spec: { color: "green" }, status: { replicas: 2, selector: "app=saw" } });
    await status.update((live) => ({
      ...live,
      status: { ...live.status, conditions: [{ type: "Ready", status: "True" }] },
    }));
    await status.apply("bob", {
      apiVersion: "contract.example.com/v1",
      kind: "Tool",
      metadata: { name: "saw" },
      status: { other: 1 },
    });
    await one.get();
    await one.update((live) => ({ ...live, status: {} }));
  });

  test("is scaled", async () => {
    await objectClient(pair, toolsPath, "drill").create(tool("drill", { replicas: 2 }));
    const scale = objectClient(pair, toolsPath, "drill", "/scale");
    await scale.get();
    await scale.patch("merge", { spec: { replicas: 4 } });
    await scale.update((live) => ({ ...live, spec: { replicas: 5 } }));
    await scale.patch("merge", { spec: { replicas: -1 } });
    await objectClient(pair, toolsPath, "drill").get();
  });

  test("is read in each of its versions, listed, selected and shown as a table", async () => {
    for (const name of ["one", "two"]) {
      await objectClient(pair, toolsPath, name).create(
        tool(name, { color: name }, { metadata: { name, labels: { of: "list" } } }),
      );
    }
    const of = "labelSelector=of%3Dlist";
    await pair.same({ path: `${toolsPath}?${of}` });
    await pair.same({ path: `${toolsPath.replace("/v1/", "/v1beta1/")}?${of}` });
    await pair.same({ path: `${toolsPath.replace("/v1/", "/v1beta1/")}/one` });
    await pair.same({ path: `${toolsPath}?fieldSelector=spec.color%3Dtwo` });
    await pair.same({ path: `${toolsPath}?fieldSelector=spec.size%3Dtwo` });
    await pair.same({ path: `${toolsPath}?${of}`, accept: forms.table });
    await pair.same({ path: `${toolsPath}?${of}`, accept: forms.metadataList });
    await pair.same({ path: `${gadgets}`, accept: forms.table });
  });

  test.each<[string, string, string, unknown?]>([
    ["one that is not there", "GET", `${toolsPath}/none`],
    ["a name in capitals", "POST", toolsPath, tool("Hammer", {})],
    ["another kind", "POST", toolsPath, { ...tool("x", {}), kind: "Gadget" }],
    ["another version", "POST", toolsPath, { ...tool("x", {}), apiVersion: "contract.example.com/v1beta1" }],
    ["another group", "POST", toolsPath, { ...tool("x", {}), apiVersion: "example.com/v1" }],
    ["no kind", "POST", toolsPath, { metadata: { name: "x" } }],
    ["a version that is not there", "GET", toolsPath.replace("/v1/", "/v2/")],
    ["a resource that is not there", "GET", toolsPath.replace("tools", "tolls")],
    ["a subresource that is not there", "GET", `${gadgets}/x/status`],
    ["one that is there", "POST", toolsPath, tool("hammer", {})],
    ["a bad label", "POST", toolsPath, { ...tool("x", {}), metadata: { name: "x", labels: { "a b": "c" } } }],
    ["a spec that is a list", "POST", toolsPath, { ...tool("x", {}), spec: [] }],
    ["metadata that is text", "POST", toolsPath, { ...tool("x", {}), metadata: "x" }],
    ["no body", "POST", toolsPath, ""],
  ])("is refused in the same words: %s", async (_, method, path, body) => {
    const { real } = await pair.same({ method, path, ...(body !== undefined && { body }) });
    expect(real.status).toBeGreaterThanOrEqual(400);
  });

  test("goes with its definition", async () => {
    const brief = definition({
      name: "briefs.contract.example.com",
      spec: { group: "contract.example.com" },
      names: { plural: "briefs", kind: "Brief" },
    });
    await pair.ask({ method: "POST", path: definitionsPath, body: brief });
    const path = `/apis/contract.example.com/v1/namespaces/${namespace}/briefs`;
    await pair.eventuallySame({ path }, ({ status }) => status === 200);
    await pair.same({
      method: "POST",
      path,
      body: { apiVersion: "contract.example.com/v1", kind: "Brief", metadata: { name: "x" }, spec: { size: 2 } },
    });
    const { real, embedded } = await pair.ask({ method: "DELETE", path: `${definitionsPath}/${brief.metadata.name}` });
    expect(embedded.status).toBe(real.status);
    await pair.eventuallySame({ path: `${definitionsPath}/${brief.metadata.name}` }, ({ status }) => status === 404);
    await pair.eventuallySame({ path }, ({ status }) => status === 404);
  });
});
