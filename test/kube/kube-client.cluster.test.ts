import { afterAll, beforeAll, expect, test } from "vitest";
import type { KubeObject } from "../../src/core/manifest/kube-object.ts";
import { loadKubeAccess } from "../../src/kube/kube-access.ts";
import { createKubeClient, type KubeClient, type PartialObject } from "../../src/kube/kube-client.ts";
import { openTransport } from "../../src/kube/transport.ts";
import { watchKind } from "../../src/kube/watch.ts";
import { type ControlPlane, startControlPlane } from "../harness/control-plane.ts";

let plane: ControlPlane;
let client: KubeClient;

beforeAll(async () => {
  plane = await startControlPlane({ controllers: false });
  client = createKubeClient(openTransport(await loadKubeAccess({ kubeconfig: plane.kubeconfig })));
});
afterAll(async () => {
  await client?.close();
  await plane?.stop();
});

const configMap = (name: string, data: Record<string, string>, labels: Record<string, string> = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "default", labels },
  data,
});

test("an object is applied, read, and deleted only in the incarnation that was meant", async () => {
  const wanted = configMap("one", { a: "1" });
  const dry = await client.apply(wanted, { dryRun: true, force: true });
  expect(dry.data).toEqual({ a: "1" });
  expect(await client.get({ apiVersion: "v1", kind: "ConfigMap", namespace: "default", name: "one" })).toBeUndefined();
  const made = await client.apply(wanted, { dryRun: false, force: true });
  expect(made.metadata.managedFields?.[0]).toMatchObject({ manager: "trueup", operation: "Apply" });
  const ref = { apiVersion: "v1", kind: "ConfigMap", namespace: "default", name: "one" };
  await expect(client.delete(ref, { uid: "00000000-0000-0000-0000-000000000000" })).rejects.toMatchObject({
    status: 409,
  });
  expect(await client.delete(ref, { uid: made.metadata.uid! })).toBe(true);
  expect(await client.delete(ref, {})).toBe(false);
});

test("an apply that is bound makes the object only where none is, and changes only the one that was looked at", async () => {
  const ref = { apiVersion: "v1", kind: "ConfigMap", namespace: "default", name: "bound" };
  const bound = { dryRun: false, force: true } as const;
  const made = await client.apply(configMap("bound", { a: "1" }), { ...bound, onto: "nothing" });
  expect(made.metadata.managedFields?.[0]).toMatchObject({ manager: "trueup", operation: "Apply" });
  await expect(client.apply(configMap("bound", { a: "2" }), { ...bound, onto: "nothing" })).rejects.toThrow();
  expect((await client.apply(configMap("bound", { a: "2" }), { ...bound, onto: made })).data).toEqual({ a: "2" });
  await client.delete(ref, {});
  await expect(client.apply(configMap("bound", { a: "3" }), { ...bound, onto: made })).rejects.toThrow();
  const theirs = await client.create(configMap("bound", { theirs: "yes" }));
  await expect(client.apply(configMap("bound", { a: "3" }), { ...bound, onto: made })).rejects.toThrow();
  expect(await client.get(ref)).toEqual(theirs);
});

test("an unknown field is refused with the server's own words", async () => {
  const wrong = { ...configMap("two", {}), dat: { a: "1" } };
  await expect(client.apply(wrong, { dryRun: true, force: true })).rejects.toMatchObject({
    status: 422,
    message: expect.stringContaining("dat"),
  });
});

test.each(["v1b", "apps", "v1/../../healthz", "apps/v1?x"])(
  "a version that nobody serves, as of a misspelt manifest, is not taken for a cluster that cannot be reached: %s",
  async (apiVersion) => {
    const ref = { apiVersion, kind: "ConfigMap", namespace: "default", name: "a" };
    expect(await client.discovery.find(apiVersion, "ConfigMap")).toBeUndefined();
    expect(await client.get(ref)).toBeUndefined();
  },
);

test("a kind becomes known when its definition is made, without a new client", async () => {
  const ref = { apiVersion: "demo.example/v1", kind: "Shape", namespace: "default", name: "star" };
  expect(await client.get(ref)).toBeUndefined();
  await client.apply(
    {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "shapes.demo.example" },
      spec: {
        group: "demo.example",
        names: { kind: "Shape", plural: "shapes" },
        scope: "Namespaced",
        versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
      },
    },
    { dryRun: false, force: true },
  );
  await expect
    .poll(() => client.discovery.find("demo.example/v1", "Shape"), { timeout: 20_000 })
    .toMatchObject({
      plural: "shapes",
      namespaced: true,
    });
});

test("a watch tells what is there, what changes and what goes, by label and without contents", async () => {
  const resource = (await client.discovery.find("v1", "ConfigMap"))!;
  await client.apply(configMap("watched", { secret: "canary" }, { watch: "me" }), { dryRun: false, force: true });
  await client.apply(configMap("other", {}, {}), { dryRun: false, force: true });
  const seen: [string, PartialObject][] = [];
  const watch = watchKind(
    client,
    resource,
    { labelSelector: "watch=me" },
    {
      onList: (items) => seen.push(...items.map((item): [string, PartialObject] => ["LISTED", item])),
      onEvent: (type, object) => seen.push([type, object]),
    },
  );
  const words = () => seen.map(([type, { metadata }]) => `${type} ${metadata.name}`);
  await expect.poll(words, { timeout: 10_000 }).toEqual(["LISTED watched"]);
  await client.apply(configMap("watched", { secret: "other" }, { watch: "me" }), { dryRun: false, force: true });
  await expect.poll(words, { timeout: 10_000 }).toEqual(["LISTED watched", "MODIFIED watched"]);
  await client.patch(
    { apiVersion: "v1", kind: "ConfigMap", namespace: "default", name: "watched" },
    { metadata: { labels: { watch: null } } },
    "merge",
  );
  await expect.poll(words, { timeout: 10_000 }).toEqual(["LISTED watched", "MODIFIED watched", "DELETED watched"]);
  await watch.stop();
  expect(JSON.stringify(seen)).not.toContain("canary");
  expect(seen[1]?.[1].metadata.managedFields).toBeDefined();
});
