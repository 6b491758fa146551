import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { objectClient } from "./client.ts";
import { deployment } from "./deployment.ts";
import { type Pair, startPair } from "./pair.ts";

/** Creating, updating and patching: the object as it is written, its owners and its generation. */
let pair: Pair;
const namespace = "contract-writes";
const maps = `/api/v1/namespaces/${namespace}/configmaps`;
const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`;

beforeAll(async () => {
  pair = await startPair("quiet", namespace);
});
afterAll(() => pair?.stop());

const map = (name: string, data: object, metadata: object = {}) => ({ metadata: { name, ...metadata }, data });

describe("create and update", () => {
  test("an object is made, read and written again, each field as its writer left it", async () => {
    const one = objectClient(pair, maps, "plain");
    await one.create(map("plain", { a: "1" }, { labels: { app: "x" } }));
    await one.get();
    await one.update((live) => ({ ...live, data: { b: "2" } }));
    await one.update((live) => ({ ...live, metadata: { ...live.metadata, labels: {} } }), "?fieldManager=other");
    await one.get();
  });

  test("an update without a version writes whatever came before, one with an old version does not", async () => {
    const one = objectClient(pair, maps, "versions");
    await one.create(map("versions", { a: "1" }));
    const old = (await one.get()).embedded.body.metadata.resourceVersion;
    await one.update(() => map("versions", { a: "2" }));
    expect(old).toBeDefined();
    const live = await pair.ask({ path: `${maps}/versions` });
    await one.update((it) => ({ ...it, data: { a: "3" } }));
    const late = await pair.same((side) => ({ method: "PUT", path: `${maps}/versions`, body: live[side].body }));
    expect(late.real.status).toBe(409);
  });

  test("writing what is there changes neither version nor owner", async () => {
    const one = objectClient(pair, maps, "idle");
    const first = await one.create(map("idle", { a: "1" }));
    const second = await one.update((live) => live);
    expect(second.real.body).toEqual(first.real.body);
    expect(second.embedded.body).toEqual(first.embedded.body);
    await one.patch("merge", { data: { a: "1" } });
    await one.patch("json", []);
    await one.get();
  });

  test("what only the server sets is not for a client to change", async () => {
    const one = objectClient(pair, deployments, "server");
    await one.create({
      ...deployment("server"),
      metadata: {
        name: "server",
        uid: "mine",
        generation: 7,
        creationTimestamp: "2001-01-01T00:00:00Z",
        selfLink: "/x",
      },
      status: { replicas: 9 },
    });
    await one.update((live) => ({
      ...live,
      metadata: { ...live.metadata, generation: 9, creationTimestamp: "2001-01-01T00:00:00Z" },
      status: { replicas: 9 },
    }));
    await one.get();
  });

  test("a generation counts what is desired, not what is said about it", async () => {
    const one = objectClient(pair, deployments, "counted");
    await one.create({ ...deployment("counted") });
    await one.patch("merge", { metadata: { labels: { a: "1" } } });
    await one.patch("merge", { spec: { replicas: 3 } });
    await objectClient(pair, deployments, "counted", "/status").patch("merge", { status: { replicas: 1 } });
    const { real } = await one.get();
    expect(real.body.metadata.generation).toBe(2);
  });

  test("a dry run of every way to write answers and keeps nothing", async () => {
    const one = objectClient(pair, maps, "dry");
    const dry = "?fieldManager=me&dryRun=All";
    await one.create(map("dry", { a: "1" }), dry);
    await one.get();
    await one.create(map("dry", { a: "1" }));
    await one.update((live) => ({ ...live, data: { a: "2" } }), dry);
    await one.patch("merge", { data: { a: "2" } }, dry);
    await pair.same({ method: "DELETE", path: `${maps}/dry?dryRun=All` });
    await one.get();
  });

  test("an object without a manager's name is its program's", async () => {
    const one = objectClient(pair, maps, "unnamed");
    const created = await one.create(map("unnamed", { a: "1" }), "");
    expect(created.real.body.metadata.managedFields[0].manager).toBe("unknown");
  });

  test("a lease and an event may be made by an update", async () => {
    const leases = objectClient(pair, `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`, "lease");
    const { real } = await leases.update(() => ({ metadata: { name: "lease" }, spec: { holderIdentity: "me" } }));
    expect(real.status).toBe(201);
    await leases.get();
  });

  test.each(["Strict", "Warn", "Ignore"])("unknown and doubled fields under %s field validation", async (how) => {
    const query = `?fieldManager=me&dryRun=All&fieldValidation=${how}`;
    const unknown = deployment("checked", (draft) => {
      Object.assign(draft.spec, { replica: 3 });
      Object.assign(draft.spec.template.spec, { containres: [] });
    });
    await pair.same({ method: "POST", path: `${deployments}${query}`, body: unknown });
    const doubled = '{"metadata":{"name":"checked"},"data":{"a":"1","a":"2"},"dta":{}}';
    await pair.same({ method: "POST", path: `${maps}${query}`, body: doubled });
    await pair.same({
      method: "POST",
      path: `${maps}${query}`,
      body: "metadata:\n  name: checked\ndata:\n  a: '1'\n  a: '2'\n",
      contentType: "application/yaml",
    });
    await pair.ask({ method: "POST", path: `${maps}?fieldManager=me`, body: map("checked", { a: "1" }) });
    const patch = { dta: { a: "1" }, metadata: { label: {} } };
    await objectClient(pair, maps, "checked").patch("merge", patch, query);
    await objectClient(pair, maps, "checked").patch("strategic", patch, query);
    await objectClient(pair, maps, "checked").patch("json", [{ op: "add", path: "/dta", value: 1 }], query);
    await objectClient(pair, maps, "checked").apply(
      "me",
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "checked" }, data: { b: "1" } },
      `&dryRun=All&fieldValidation=${how}`,
    );
  });
});

describe("patches", () => {
  test("JSON patch: each operation", async () => {
    const one = objectClient(pair, maps, "json");
    await one.create(map("json", { a: "1", "b/c": "2", "d~e": "3" }));
    await one.patch("json", [
      { op: "test", path: "/data/a", value: "1" },
      { op: "add", path: "/data/f", value: "4" },
      { op: "replace", path: "/data/b~1c", value: "5" },
      { op: "remove", path: "/data/d~0e" },
      { op: "copy", from: "/data/f", path: "/data/g" },
      { op: "move", from: "/data/a", path: "/data/h" },
    ]);
    await one.patch("json", [{ op: "add", path: "/metadata/labels", value: { app: "x" } }]);
    await one.patch("json", [{ op: "add", path: "/metadata/finalizers", value: ["example.com/a"] }]);
    await one.patch("json", [
      { op: "add", path: "/metadata/finalizers/-", value: "example.com/b" },
      { op: "add", path: "/metadata/finalizers/0", value: "example.com/c" },
    ]);
    await one.patch("json", [{ op: "remove", path: "/metadata/finalizers/1" }]);
    await one.patch("json", [{ op: "remove", path: "/metadata/finalizers" }]);
    await one.patch("json", [{ op: "replace", path: "/metadata/annotations", value: { note: "1" } }]);
    await one.patch("json", [{ op: "replace", path: "/metadata/nothing/here", value: 1 }]);
    await one.patch("json", [{ op: "copy", from: "/data/none", path: "/data/copied" }]);
    await one.patch("json", [{ op: "move", from: "/data/none", path: "/data/moved" }]);
    await one.patch("json", [{ op: "test", path: "/data/none", value: null }]);
    await one.patch("json", [{ op: "test", path: "/data/none", value: "1" }]);
    await one.patch("json", [{ op: "add", path: "/data/0/1", value: "1" }]);
    await one.get();
  });

  test("merge patch: maps are merged, null removes, a list is replaced", async () => {
    const one = objectClient(pair, deployments, "merge");
    await one.create({ ...deployment("merge") });
    await one.patch("merge", { metadata: { labels: { a: "1", b: "2" } }, spec: { replicas: 2 } });
    await one.patch("merge", { metadata: { labels: { a: null } }, spec: { replicas: null } });
    await one.patch("merge", { spec: { template: { spec: { containers: [{ name: "other", image: "other:1" }] } } } });
    await one.get();
  });

  test("strategic merge patch: items are merged by their key, and told to go, to be replaced or how to stand", async () => {
    const one = objectClient(pair, deployments, "strategic");
    await one.create({ ...deployment("strategic") });
    const pod = (spec: object) => ({ spec: { template: { spec } } });
    await one.patch("strategic", pod({ containers: [{ name: "web", image: "nginx:2" }] }));
    await one.patch("strategic", pod({ containers: [{ name: "side", image: "side:1" }] }));
    await one.patch(
      "strategic",
      pod({
        "$setElementOrder/containers": [{ name: "side" }, { name: "web" }],
        containers: [
          {
            name: "web",
            env: [
              { name: "A", value: "1" },
              { name: "B", value: "2" },
            ],
          },
        ],
      }),
    );
    await one.patch(
      "strategic",
      pod({
        containers: [
          {
            name: "web",
            env: [
              { name: "A", $patch: "delete" },
              { name: "C", value: "3" },
            ],
          },
        ],
      }),
    );
    await one.patch("strategic", pod({ containers: [{ name: "side", $patch: "delete" }] }));
    await one.patch("strategic", pod({ containers: [{ name: "web", ports: [{ containerPort: 80 }] }] }));
    await one.patch("strategic", pod({ containers: [{ name: "only", image: "only:1" }, { $patch: "replace" }] }));
    await one.patch("strategic", pod({ volumes: [{ name: "v", emptyDir: {} }], tolerations: [{ key: "a" }] }));
    await one.patch("strategic", { spec: { strategy: { $retainKeys: ["type"], type: "Recreate" } } });
    await one.patch("strategic", pod({ nodeSelector: { a: "1" } }));
    await one.patch("strategic", pod({ nodeSelector: { $patch: "replace", b: "1" } }));
    await one.patch("strategic", pod({ nodeSelector: { $patch: "delete" } }));
    await one.get();
  });

  test("strategic merge patch: lists of plain values are merged or replaced, as the kind says", async () => {
    const one = objectClient(pair, maps, "plain-lists");
    await one.create(map("plain-lists", { a: "1" }, { finalizers: ["example.com/a"] }));
    await one.patch("strategic", { metadata: { finalizers: ["example.com/b"] } });
    await one.patch("strategic", { metadata: { "$deleteFromPrimitiveList/finalizers": ["example.com/a"] } });
    await one.patch("strategic", { metadata: { finalizers: null } });
    await one.get();
  });

  test("a patch with a version is refused when it is old, with an id when it is another's", async () => {
    const one = objectClient(pair, maps, "guarded");
    await one.create(map("guarded", { a: "1" }));
    await one.patch("merge", { metadata: { resourceVersion: "1" }, data: { a: "2" } });
    await one.patch("strategic", { metadata: { uid: "other" }, data: { a: "2" } });
    await one.patch("json", [
      { op: "test", path: "/metadata/name", value: "other" },
      { op: "remove", path: "/data" },
    ]);
    await one.get();
  });

  test("scale: read, patched and updated, and the object counts it", async () => {
    await objectClient(pair, deployments, "scale").create({ ...deployment("scale") });
    const scale = objectClient(pair, deployments, "scale", "/scale");
    await scale.get();
    await scale.patch("merge", { spec: { replicas: 3 } });
    await scale.patch("json", [{ op: "replace", path: "/spec/replicas", value: 4 }]);
    await scale.patch("strategic", { spec: { replicas: 2 } });
    await scale.update((live) => ({ ...live, spec: { replicas: 5 } }));
    await objectClient(pair, deployments, "scale").get();
  });

  test("the status subresource writes the status alone", async () => {
    await objectClient(pair, deployments, "status").create({ ...deployment("status") });
    const status = objectClient(pair, deployments, "status", "/status");
    await status.get();
    await status.patch("merge", { spec: { replicas: 9 }, status: { replicas: 1 }, metadata: { labels: { a: "1" } } });
    await status.update((live) => ({ ...live, spec: {}, status: { ...live.status, readyReplicas: 1 } }));
    await status.patch("strategic", {
      status: { conditions: [{ type: "Available", status: "True", lastUpdateTime: null, lastTransitionTime: null }] },
    });
    await objectClient(pair, deployments, "status").get();
  });
});
