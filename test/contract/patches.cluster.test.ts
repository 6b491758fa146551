import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deployment } from "./deployment.ts";
import { patches } from "./media-types.ts";
import { type Pair, startPair } from "./pair.ts";

/** Patches at their edges, each on an object of its own: what they do, and what they are refused for. */
let pair: Pair;
const namespace = "contract-patches";
const maps = `/api/v1/namespaces/${namespace}/configmaps`;
const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`;

beforeAll(async () => {
  pair = await startPair("quiet", namespace);
});
afterAll(() => pair?.stop());

let made = 0;
async function patched(collection: string, object: object, kind: keyof typeof patches, body: unknown, query = "") {
  made += 1;
  const name = `it-${made}`;
  const { metadata = {}, ...rest } = object as { metadata?: object };
  await pair.ask({ method: "POST", path: collection, body: { metadata: { ...metadata, name }, ...rest } });
  const ask = { method: "PATCH", path: `${collection}/${name}${query}`, body, contentType: patches[kind] };
  const answers = await pair.same(ask);
  await pair.same({ path: `${collection}/${name}` });
  return answers;
}

const two = ["example.com/a", "example.com/b"];

describe("JSON patch", () => {
  const at = (op: string, path: string, more: object = {}) => [{ op, path, ...more }];
  const list = "/metadata/finalizers";
  test.each<[string, unknown]>([
    ["an index from the end", at("replace", `${list}/-1`, { value: "example.com/c" })],
    ["an index from the end that goes", at("remove", `${list}/-1`)],
    ["an index from the end to add at", at("add", `${list}/-1`, { value: "example.com/c" })],
    ["an index beyond the end", at("remove", `${list}/-3`)],
    ["an index with zeros before it", at("replace", `${list}/00`, { value: "example.com/c" })],
    ["an index with a sign", at("replace", `${list}/+1`, { value: "example.com/c" })],
    ["an index that is out of bounds", at("add", `${list}/9`, { value: "example.com/c" })],
    ["an index that is none", at("replace", `${list}/x`, { value: "example.com/c" })],
    ["the place behind the last that goes", at("remove", `${list}/-`)],
    ["a whole list that is tested", at("test", list, { value: two })],
    ["a whole list that is tested in another order", at("test", list, { value: two.toReversed() })],
    ["a field without a value", at("add", "/data/b")],
    ["a field that becomes null", at("add", "/data/b", { value: null })],
    ["a field that is replaced without a value", at("replace", "/data/a")],
    ["a test without a value", at("test", "/data/none")],
    ["a path without its slash", at("add", "data/b", { value: "1" })],
    ["a path of one word", at("add", "data", { value: {} })],
    ["no path", [{ op: "add", value: "1" }]],
    ["no operation", [{ path: "/data/b", value: "1" }]],
    ["an operation that is a number", [{ op: 1, path: "/data/b" }]],
    ["a path that is a number", [{ op: "add", path: 1 }]],
    ["an operation that is a text", ["a"]],
    ["an operation that is null", [null]],
    ["fields that operations do not have", at("test", "/data/a", { value: "1", more: 1, most: 2 })],
    ["the whole object, removed", at("remove", "")],
    ["the whole object, added", at("add", "", { value: {} })],
    ["the whole object, replaced by a text", at("replace", "", { value: "x" })],
    ["the whole object, tested", at("test", "", { value: {} })],
    ["a move into itself", [{ op: "move", from: "/data/a", path: "/data/a" }]],
    ["a move without from", at("move", "/data/b")],
    ["a copy of the whole", [{ op: "copy", from: "", path: "/data/b" }]],
    ["a way through a text", at("add", "/data/a/b", { value: "1" })],
    ["a way through what was added", [...at("add", "/data", { value: {} }), ...at("add", "/data/b", { value: "1" })]],
    ["a value that is no text", at("add", "/data/b", { value: 5 })],
    ["a field that is not known", at("add", "/more", { value: 5 })],
    ["its name", at("replace", "/metadata/name", { value: "other" })],
    ["its name taken", at("remove", "/metadata/name")],
    ["its metadata taken", at("remove", "/metadata")],
    ["its kind taken", at("remove", "/kind")],
    ["its finalizers taken", at("remove", list)],
    ["null", "null"],
    ["no JSON", "{"],
    ["nothing", ""],
    ["more operations than there may be", Array(10_001).fill({ op: "test", path: "/data/a", value: "1" })],
    ["as many operations as there may be", Array(10_000).fill({ op: "test", path: "/data/a", value: "1" })],
  ])("%s", async (_, body) => {
    await patched(maps, { metadata: { finalizers: two }, data: { a: "1" } }, "json", body);
  });

  test.each(["Strict", "Ignore"])("its own mistakes under %s field validation", async (how) => {
    const query = `?fieldValidation=${how}`;
    const map = { data: { a: "1" } };
    await patched(maps, map, "json", at("add", "/more", { value: 1, most: 2 }), query);
    await patched(maps, map, "json", '[{"op":"test","op":"add","path":"/data/a","value":"2"}]', query);
    await patched(maps, map, "json", ["a"], query);
    await patched(maps, map, "json", {}, query);
  });
});

describe("merge patch", () => {
  test.each<[string, unknown]>([
    ["a list", "[]"],
    ["null", "null"],
    ["a number", "5"],
    ["a text", '"x"'],
    ["true", "true"],
    ["no JSON", "{"],
    ["nothing", ""],
    ["another kind", { apiVersion: "apps/v1", kind: "Deployment" }],
    ["a kind that is not there", { kind: "Nothing" }],
    ["a kind that is no text", { kind: 1 }],
    ["a version that is not there", { apiVersion: "v9" }],
    ["no kind", { kind: null }],
    ["no metadata", { metadata: null }],
    ["no name", { metadata: { name: null } }],
    ["no namespace", { metadata: { namespace: null } }],
    ["another namespace", { metadata: { namespace: "other" } }],
    ["metadata that are a text", { metadata: "x" }],
    ["data that go", { data: null }],
    ["data that go and come", { data: { a: null, b: null, c: "1" } }],
    ["a field twice", '{"data":{"a":"2","a":"3"}}'],
  ])("%s", async (_, body) => {
    await patched(maps, { data: { a: "1" } }, "merge", body);
  });

  test.each(["Strict", "Ignore"])("its own mistakes under %s field validation", async (how) => {
    const query = `?fieldValidation=${how}`;
    await patched(maps, { data: { a: "1" } }, "merge", '{"data":{"a":"2","a":"3"},"more":1}', query);
    await patched(maps, { data: { a: "1" } }, "merge", "[]", query);
    await patched(maps, { data: { a: "1" } }, "merge", "5", query);
  });

  test("a namespace keeps what holds it", async () => {
    const path = `/api/v1/namespaces/${namespace}`;
    const body = { spec: { finalizers: [] }, metadata: { labels: { a: "1" } } };
    const { embedded } = await pair.same({ method: "PATCH", path, body, contentType: patches.merge });
    expect(embedded.body.spec.finalizers).toEqual(["kubernetes"]);
  });
});

describe("strategic merge patch", () => {
  const full = deployment("full", (draft) => {
    Object.assign(draft.metadata, { annotations: { x: "y" }, finalizers: two });
    Object.assign(draft.spec.template.spec, {
      tolerations: [{ key: "x", operator: "Exists" }],
      volumes: [{ name: "v", emptyDir: {} }],
      imagePullSecrets: [{ name: "s1" }],
    });
    Object.assign(draft.spec.template.spec.containers[0]!, {
      args: ["a"],
      ports: [{ containerPort: 80 }],
      env: [
        { name: "A", value: "1" },
        { name: "B", value: "2" },
      ],
    });
  });
  const pod = (spec: object) => ({ spec: { template: { spec } } });
  const web = (more: object) => pod({ containers: [{ name: "web", ...more }] });

  test.each<[string, unknown]>([
    ["an order that lacks an item", web({ "$setElementOrder/env": [{ name: "B" }], env: [{ name: "C", value: "7" }] })],
    ["an order alone", web({ "$setElementOrder/env": [{ name: "B" }, { name: "A" }] })],
    ["an order without keys", web({ "$setElementOrder/env": [{ value: "1" }], env: [{ name: "A", value: "7" }] })],
    ["an order of no list", web({ "$setElementOrder/env": 1 })],
    ["an order of an unknown list", web({ "$setElementOrder/envs": [{ name: "A" }] })],
    ["an order of no name", web({ $setElementOrder_env: [] })],
    ["an order of a new list", web({ "$setElementOrder/volumeMounts": [{ mountPath: "/a" }] })],
    ["an item without its key", pod({ containers: [{ image: "x" }] })],
    ["an item that is null", pod({ containers: [null] })],
    ["an item that is a text", pod({ containers: ["x"] })],
    ["an item that goes", web({ ports: [{ containerPort: 80, $patch: "delete" }] })],
    ["an item that goes and is not there", web({ env: [{ name: "Z", $patch: "delete" }] })],
    ["an item that goes without its key", pod({ containers: [{ $patch: "delete" }] })],
    ["an item that replaces all", pod({ containers: [{ name: "only", image: "only:1", $patch: "replace" }] })],
    ["an item with merge said", pod({ containers: [{ name: "web", $patch: "merge" }] })],
    ["a new item with directives", pod({ containers: [{ name: "n", image: "n:1", "$setElementOrder/env": [] }] })],
    ["a list that is replaced", web({ env: [{ $patch: "replace" }, { name: "Z", value: "1" }] })],
    [
      "a list in two items",
      web({
        env: [
          { name: "A", value: "3" },
          { name: "A", value: "4" },
        ],
      }),
    ],
    ["a list of texts", web({ args: ["b"] })],
    ["a list without a key", pod({ tolerations: [{ key: "y", operator: "Exists" }] })],
    ["a list that goes", pod({ tolerations: null })],
    ["a directive that is not known", { metadata: { annotations: { $patch: "mend" } } }],
    ["a directive that is no text", { metadata: { annotations: { $patch: 1 } } }],
    ["merge said of a map", { metadata: { annotations: { $patch: "merge", a: "1" } } }],
    ["a map that is replaced", { metadata: { labels: { $patch: "replace", a: "1" } } }],
    ["kept keys without the patch's own", { spec: { strategy: { $retainKeys: ["other"], type: "Recreate" } } }],
    ["kept keys that are no list", { spec: { strategy: { $retainKeys: "type", type: "Recreate" } } }],
    [
      "kept keys of another source",
      pod({ volumes: [{ name: "v", $retainKeys: ["name", "configMap"], configMap: { name: "x" } }] }),
    ],
    ["another source beside the first", pod({ volumes: [{ name: "v", configMap: { name: "x" } }] })],
    ["texts that go", { metadata: { "$deleteFromPrimitiveList/finalizers": [two[0]] } }],
    [
      "texts that go and come",
      { metadata: { "$deleteFromPrimitiveList/finalizers": [two[0]], finalizers: ["example.com/c"] } },
    ],
    ["texts twice", { metadata: { finalizers: [...two, ...two] } }],
    ["texts that go of no name", { metadata: { $deleteFromPrimitiveListX: [] } }],
    ["a list where a map stands", { metadata: { labels: ["a"] } }],
    ["a map where a list stands", pod({ containers: { name: "c" } })],
    ["a text where a number stands", { spec: { replicas: "three" } }],
    ["a number where a text stands", web({ image: 5 })],
    ["a fraction where a number stands", { spec: { replicas: 1.5 } }],
    ["a map where a text stands", web({ image: {} })],
    ["a text where an object stands", { spec: "x" }],
    ["a list where an object stands", { metadata: [] }],
    ["a field twice", '{"spec":{"replicas":2,"replicas":3}}'],
    ["an unknown field", { spec: { more: 1 } }],
    ["another kind, which is passed over", { kind: "Nothing" }],
    ["another version, which is passed over", { apiVersion: "apps/v9" }],
    ["no metadata", { metadata: null }],
    ["another name", { metadata: { name: "other" } }],
    ["a version of nothing", { metadata: { resourceVersion: "" }, spec: { replicas: 4 } }],
    ["nobody's ownership", { metadata: { managedFields: [{}] } }],
    ["a list", [1]],
    ["null", "null"],
    ["no JSON", "{"],
    ["nothing", ""],
  ])("%s", async (_, body) => {
    await patched(deployments, full, "strategic", body);
  });

  test.each(["Strict", "Ignore"])("its own mistakes under %s field validation", async (how) => {
    const query = `?fieldValidation=${how}`;
    await patched(maps, { data: { a: "1" } }, "strategic", '{"data":{"a":"2","a":"3"},"more":1}', query);
    await patched(maps, { data: { a: "1" } }, "strategic", "[]", query);
  });

  test("the ports of a Service", async () => {
    const service = {
      spec: {
        ports: [
          { name: "a", port: 80 },
          { name: "b", port: 81 },
        ],
      },
    };
    const services = `/api/v1/namespaces/${namespace}/services`;
    await patched(services, service, "strategic", {
      spec: {
        ports: [
          { port: 80, targetPort: 90 },
          { port: 82, name: "c" },
        ],
      },
    });
    await patched(services, service, "strategic", { spec: { type: "ExternalName", externalName: "x.example" } });
    await patched(services, service, "strategic", {
      spec: { type: "ExternalName", externalName: "x.example", internalTrafficPolicy: "Local" },
    });
    await patched(services, service, "strategic", { spec: { clusterIP: null } });
    await patched(services, service, "strategic", { spec: { type: "NodePort" } });
    // What the nodes had for it goes, be it that another port comes in the same breath.
    const more = { type: "ClusterIP", ports: [{ name: "more", port: 9090 }] };
    await patched(services, service, "strategic", { spec: more });
  });
});
