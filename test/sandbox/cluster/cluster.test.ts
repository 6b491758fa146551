import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { KubeObject } from "../../../src/core/manifest/kube-object.ts";
import { loadKubeAccess } from "../../../src/kube/kube-access.ts";
import { createKubeClient, type KubeClient, type PartialObject } from "../../../src/kube/kube-client.ts";
import { openTransport } from "../../../src/kube/transport.ts";
import { watchKind } from "../../../src/kube/watch.ts";
import { type Cluster, startCluster } from "../../../src/sandbox/cluster/start-cluster.ts";

let dir: string;
let cluster: Cluster;
let client: KubeClient;

const connect = async () =>
  createKubeClient(openTransport(await loadKubeAccess({ kubeconfig: cluster.kubeconfigPath })));

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "trueup-cluster-test-"));
  cluster = await startCluster({ dir, workloads: false });
  client = await connect();
});
afterEach(async () => {
  await client.close();
  await cluster.stop();
  rmSync(dir, { recursive: true });
});

const namespace = "default";
const configMap = (name: string, data: Record<string, string>, labels: Record<string, string> = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace, labels },
  data,
});
const ref = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", namespace, name });
const applied = { dryRun: false, force: true };

test("an object is applied, read, and deleted only in the incarnation that was meant", async () => {
  const dry = await client.apply(configMap("one", { a: "1" }), { dryRun: true, force: true });
  expect(dry.data).toEqual({ a: "1" });
  expect(await client.get(ref("one"))).toBeUndefined();
  const made = await client.apply(configMap("one", { a: "1" }), applied);
  expect(made.metadata.managedFields).toMatchObject([{ manager: "trueup", operation: "Apply" }]);
  const again = await client.apply(configMap("one", { a: "1" }), applied);
  expect(again.metadata.resourceVersion).toBe(made.metadata.resourceVersion);
  const other = { uid: "00000000-0000-0000-0000-000000000000" };
  await expect(client.delete(ref("one"), other)).rejects.toMatchObject({ status: 409, reason: "Conflict" });
  expect(await client.delete(ref("one"), { uid: made.metadata.uid! })).toBe(true);
  expect(await client.delete(ref("one"), {})).toBe(false);
});

test("what was kept is there after a restart, under the same address book, and watches go on from it", async () => {
  const made = await client.apply(configMap("kept", { a: "1" }), applied);
  const { adminToken, ca } = cluster;
  await client.close();
  await cluster.stop();
  cluster = await startCluster({ dir, workloads: false });
  client = await connect();
  expect(cluster).toMatchObject({ adminToken, ca });
  expect(await client.get(ref("kept"))).toEqual(made);
  const next = await client.apply(configMap("kept", { a: "2" }), applied);
  expect(Number(next.metadata.resourceVersion)).toBeGreaterThan(Number(made.metadata.resourceVersion));
});

test("a watch tells what changes through a selector, and what a client missed", async () => {
  const resource = (await client.discovery.find("v1", "ConfigMap"))!;
  await client.apply(configMap("watched", { secret: "canary" }, { watch: "me" }), applied);
  await client.apply(configMap("other", {}), applied);
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
  await expect.poll(words).toEqual(["LISTED watched"]);
  await client.apply(configMap("watched", { secret: "other" }, { watch: "me" }), applied);
  await client.patch(ref("watched"), { metadata: { labels: { watch: null } } }, "merge");
  await expect.poll(words).toEqual(["LISTED watched", "MODIFIED watched", "DELETED watched"]);
  await watch.stop();
  expect(JSON.stringify(seen)).not.toContain("canary");
});

test("a list in pages shows one moment, whatever happens meanwhile", async () => {
  for (const name of ["a", "b", "c", "d"]) await client.apply(configMap(name, {}), applied);
  const path = `/api/v1/namespaces/${namespace}/configmaps`;
  type Page = { metadata: { continue?: string; resourceVersion: string }; items: KubeObject[] };
  const first = (await client.transport.request({ method: "GET", path: `${path}?limit=2` })) as Page;
  await client.delete(ref("c"), {});
  await client.apply(configMap("bb", {}), applied);
  const rest = (await client.transport.request({
    method: "GET",
    path: `${path}?limit=2&continue=${first.metadata.continue}`,
  })) as Page;
  expect([...first.items, ...rest.items].map(({ metadata }) => metadata.name)).toEqual(["a", "b", "c", "d"]);
  expect(rest.metadata).toEqual({ resourceVersion: first.metadata.resourceVersion });
});

test("deleting a namespace takes everything in it, and lets nothing new in meanwhile", async () => {
  const team = { apiVersion: "v1", kind: "Namespace", name: "team" };
  await client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "team" } });
  const held = {
    ...configMap("held", {}),
    metadata: { name: "held", namespace: "team", finalizers: ["example.com/hold"] },
  };
  await client.create(held);
  await client.create({ ...configMap("free", {}), metadata: { name: "free", namespace: "team" } });
  await client.delete(team, {});
  await expect.poll(() => client.get({ ...ref("free"), namespace: "team" })).toBeUndefined();
  expect(await client.get(team)).toMatchObject({ status: { phase: "Terminating" } });
  const late = client.create({ ...configMap("late", {}), metadata: { name: "late", namespace: "team" } });
  await expect(late).rejects.toMatchObject({
    status: 403,
    message:
      'configmaps "late" is forbidden: unable to create new content in namespace team because it is being terminated',
  });
  await client.patch({ ...ref("held"), namespace: "team" }, { metadata: { finalizers: null } }, "merge");
  await expect.poll(() => client.get(team)).toBeUndefined();
});

test("dependents go with their owner: after it, before it, or not at all", async () => {
  const owned = (name: string, owner: KubeObject): KubeObject => ({
    ...configMap(name, {}),
    metadata: {
      name,
      namespace,
      ownerReferences: [
        {
          apiVersion: "v1",
          kind: "ConfigMap",
          name: owner.metadata.name,
          uid: owner.metadata.uid!,
          blockOwnerDeletion: true,
        },
      ],
    },
  });
  for (const propagation of ["Background", "Foreground", "Orphan"] as const) {
    const owner = await client.create(configMap("owner", {}));
    await client.create(owned("dependent", owner));
    await client.delete(ref("owner"), { propagation });
    await expect.poll(() => client.get(ref("owner"))).toBeUndefined();
    if (propagation === "Orphan") {
      expect((await client.get(ref("dependent")))?.metadata.ownerReferences).toBeUndefined();
    } else await expect.poll(() => client.get(ref("dependent"))).toBeUndefined();
  }
});

test("a kind is served from its definition to the definition's end", async () => {
  const shape = { apiVersion: "demo.example/v1", kind: "Shape", namespace, name: "star" };
  expect(await client.get(shape)).toBeUndefined();
  const definition = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "shapes.demo.example" },
    spec: {
      group: "demo.example",
      names: { kind: "Shape", plural: "shapes" },
      scope: "Namespaced",
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: "object",
              properties: { spec: { type: "object", properties: { size: { type: "integer", default: 5 } } } },
            },
          },
        },
      ],
    },
  };
  await client.apply(definition, applied);
  await expect.poll(() => client.discovery.find("demo.example/v1", "Shape")).toMatchObject({ plural: "shapes" });
  const made = await client.create({
    apiVersion: "demo.example/v1",
    kind: "Shape",
    metadata: { name: "star", namespace },
    spec: { colour: "red" },
  });
  expect(made.spec).toEqual({ size: 5 });
  await expect(client.patch(shape, { spec: { size: "big" } }, "merge")).rejects.toMatchObject({ status: 422 });
  const crd = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", name: "shapes.demo.example" };
  await client.delete(crd, {});
  await expect.poll(() => client.get(crd)).toBeUndefined();
  expect(cluster.store.list("shapes.demo.example")).toEqual([]);
  client.discovery.forget("demo.example");
  expect(await client.discovery.find("demo.example/v1", "Shape")).toBeUndefined();
});
