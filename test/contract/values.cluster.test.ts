import { afterAll, beforeAll, describe, test } from "vitest";
import { deployment } from "./deployment.ts";
import { patches } from "./media-types.ts";
import { type Pair, startPair } from "./pair.ts";

/** Values that do not fit their fields, metadata that must not be, and objects that are too large. */
let pair: Pair;
const namespace = "contract-values";
const within = `/namespaces/${namespace}`;
const maps = `/api/v1${within}/configmaps`;
const deployments = `/apis/apps/v1${within}/deployments`;

beforeAll(async () => {
  pair = await startPair("quiet", namespace);
  await pair.same({ method: "POST", path: maps, body: { metadata: { name: "kept" }, data: { a: "1" } } });
  await pair.same({ method: "POST", path: deployments, body: deployment("web") });
});
afterAll(() => pair?.stop());

const dry = "dryRun=All&fieldManager=me";
const create = (path: string, body: unknown) => pair.same({ method: "POST", path: `${path}?${dry}`, body });

/** By every way to write a Deployment's container. */
async function everyWay(container: object, pod: object = {}) {
  const made = deployment("new", ({ spec: { template } }) => {
    Object.assign(template.spec.containers[0]!, container);
    Object.assign(template.spec, pod);
  });
  await create(deployments, made);
  await pair.same({ method: "PATCH", path: `${deployments}/new?${dry}`, body: made, contentType: patches.apply });
  const containers = [{ name: "web", image: "nginx:1", ...container }];
  const body = { spec: { template: { spec: { containers, ...pod } } } };
  for (const contentType of [patches.merge, patches.strategic]) {
    await pair.same({ method: "PATCH", path: `${deployments}/web?${dry}`, body, contentType });
  }
}

test("a projected volume of nothing", async () => {
  await everyWay({}, { volumes: [{ name: "v", projected: {} }] });
});

const exec = { command: ["true"] };
test.each<[string, object]>([
  ["a quantity that is none", { resources: { requests: { cpu: "abc" } } }],
  ["a fraction for an integer", { livenessProbe: { exec, periodSeconds: 1.5 } }],
  ["a text for an integer", { livenessProbe: { exec, periodSeconds: "5" } }],
  ["a text for a boolean", { stdin: "yes" }],
  ["a text for a list", { command: "yes" }],
  ["a number for a text", { image: 5 }],
])("a value that does not fit its field: %s", async (_, container) => {
  await everyWay(container);
});

test.each([2_147_483_647, 2_147_483_648, -2_147_483_649, 99_999_999_999, 1e21])("the integer %d", async (value) => {
  const made = (draft: { spec: object }) => Object.assign(draft.spec, { progressDeadlineSeconds: value });
  await create(deployments, deployment("new", made));
});

const moments = [
  "2020-01-01T00:00:00Z",
  "2020-01-01T00:00:00.123Z",
  "2020-01-01T00:00:00.123456Z",
  "2020-01-01T1:02:03.123456+02:00",
  "2020-01-01",
  "2020-01-01t00:00:00z",
  "2020-13-01T00:00:00Z",
  "2020-02-30T00:00:00Z",
  "2020-01-01T25:00:00Z",
  "soon",
  "",
];
test.each(moments)("the time %j", async (time) => {
  await create(`/apis/coordination.k8s.io/v1${within}/leases`, { metadata: { name: "it" }, spec: { renewTime: time } });
  const event = { involvedObject: { namespace }, metadata: { name: "it" }, firstTimestamp: time };
  await create(`/api/v1${within}/events`, event);
  const metadata = { name: "new", creationTimestamp: time };
  await create(maps, { metadata });
  const config = { apiVersion: "v1", kind: "ConfigMap", metadata };
  await pair.same({ method: "PATCH", path: `${maps}/new?${dry}`, body: config, contentType: patches.apply });
});

test.each(["aGk=", "aG\nk=", "aGk", "!!", "a===", "aa=a", "aGk=aGk=", "", "aG k", "a"])(
  "the base64 %j",
  async (text) => {
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "new" }, data: { a: text } };
    const secrets = `/api/v1${within}/secrets`;
    await create(secrets, secret);
    await pair.same({ method: "PATCH", path: `${secrets}/new?${dry}`, body: secret, contentType: patches.apply });
    await create(maps, { metadata: { name: "new" }, binaryData: { a: text } });
    const body = { binaryData: { a: text } };
    for (const contentType of [patches.merge, patches.strategic]) {
      await pair.same({ method: "PATCH", path: `${maps}/kept?${dry}`, body, contentType });
    }
  },
);

describe("keys and sizes", () => {
  const keys = ["a b", ".", "..", "..a", "x".repeat(254), "a/b", "ok.-_"];
  test.each(keys)("the key %j of a ConfigMap and a Secret", async (key) => {
    await create(maps, { metadata: { name: "new" }, data: { [key]: "1" } });
    await create(maps, { metadata: { name: "new" }, binaryData: { [key]: "" } });
    await create(`/api/v1${within}/secrets`, { metadata: { name: "new" }, stringData: { [key]: "1" } });
  });

  test("a key in both of a ConfigMap's maps", async () => {
    await create(maps, { metadata: { name: "new" }, data: { a: "1" }, binaryData: { a: "aGk=" } });
  });

  test("data and annotations have their limits", async () => {
    const large = (size: number) => "x".repeat(size);
    const most = 1_048_576;
    for (const size of [most, most + 1]) {
      await create(maps, { metadata: { name: "new" }, data: { a: large(size) } });
      const half = { data: { a: large(size / 2) }, binaryData: { b: Buffer.from(large(size / 2)).toString("base64") } };
      await create(maps, { metadata: { name: "new" }, ...half });
      await create(`/api/v1${within}/secrets`, { metadata: { name: "new" }, stringData: { a: large(size) } });
      await create(maps, { metadata: { name: "new", annotations: { a: large(262_143 + size - most) } } });
    }
  });

  test("what etcd would not take is not kept", async () => {
    const templates = `/api/v1${within}/podtemplates`;
    const sized = (name: string, size: number) => {
      const containers = [{ name: "c", image: "i", args: ["x".repeat(size)] }];
      return { apiVersion: "v1", kind: "PodTemplate", metadata: { name }, template: { spec: { containers } } };
    };
    await pair.same({ method: "POST", path: templates, body: sized("large", 1_700_000) });
    await create(templates, sized("large", 1_700_000));
    await pair.same({ method: "POST", path: templates, body: sized("good", 1_400_000) });
    await pair.same({ method: "PUT", path: `${templates}/good`, body: sized("good", 1_700_000) });
    const path = `${templates}/new?fieldManager=me`;
    await pair.same({ method: "PATCH", path, body: sized("new", 1_700_000), contentType: patches.apply });
    await pair.same({ path: `${templates}/good` });
  });
});

describe("metadata", () => {
  const owner = { apiVersion: "v1", kind: "ConfigMap", name: "kept", uid: "0" };
  test.each<[string, object]>([
    ["a finalizer without a domain", { finalizers: ["plain"] }],
    ["both finalizers of deletion", { finalizers: ["orphan", "foregroundDeletion"] }],
    ["a standard finalizer", { finalizers: ["kubernetes"] }],
    ["a finalizer that is no name", { finalizers: ["a b/c"] }],
    ["an Event for an owner", { ownerReferences: [{ ...owner, kind: "Event" }] }],
    ["an owner of no version", { ownerReferences: [{ ...owner, apiVersion: "a/b/c" }] }],
    ["an owner without anything", { ownerReferences: [{ apiVersion: "", kind: "", name: "", uid: "" }] }],
    [
      "two owners that control",
      {
        ownerReferences: [
          { ...owner, controller: true },
          { ...owner, uid: "1", name: "other", controller: true },
        ],
      },
    ],
    ["an owner twice", { ownerReferences: [owner, owner, { ...owner, uid: "1" }] }],
    ["a deletion", { deletionTimestamp: "2020-01-01T00:00:00Z", deletionGracePeriodSeconds: 3 }],
    ["a grace period", { deletionGracePeriodSeconds: 5 }],
    ["a generation", { generation: 7 }],
    ["a generated name", { generateName: "x-" }],
    ["a label that is too long", { labels: { a: "x".repeat(64) } }],
    ["a label's key that is too long", { labels: { ["x".repeat(64)]: "a" } }],
    ["an annotation of no name", { annotations: { "a b": "c" } }],
    ["managed fields of nobody", { managedFields: [{ manager: "x", operation: "Mend" }] }],
    ["a version of text", { resourceVersion: "abc" }],
    ["an empty version", { resourceVersion: "" }],
    ["an empty id", { uid: "" }],
  ])("%s", async (_, metadata) => {
    const refused = "resourceVersion" in metadata;
    if (!refused) await create(maps, { metadata: { name: "new", ...metadata } });
    await pair.same({ method: "PUT", path: `${maps}/kept?${dry}`, body: { metadata: { name: "kept", ...metadata } } });
    const body = { metadata, data: { b: "1" } };
    for (const contentType of [patches.merge, patches.strategic]) {
      await pair.same({ method: "PATCH", path: `${maps}/kept?${dry}`, body, contentType });
    }
  });

  test("the version 0 stands for none", async () => {
    const metadata = { name: "kept", resourceVersion: "0" };
    await pair.same({ method: "PUT", path: `${maps}/kept?${dry}`, body: { metadata } });
    await pair.same({ method: "PATCH", path: `${maps}/kept?${dry}`, body: { metadata }, contentType: patches.merge });
    await pair.same({ method: "POST", path: maps, body: { metadata: { name: "text", resourceVersion: "abc" } } });
    await pair.same({ method: "POST", path: maps, body: { metadata: { name: "zero", resourceVersion: "0" } } });
    await pair.same({ method: "POST", path: maps, body: { metadata: { name: "one", resourceVersion: "1" } } });
  });
});
