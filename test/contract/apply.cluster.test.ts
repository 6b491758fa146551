import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { objectClient } from "./client.ts";
import { type Pair, startPair } from "./pair.ts";

/** Server-side apply: who owns what after it, and what it says when somebody else does. */
let pair: Pair;
const namespace = "contract-apply";
const maps = `/api/v1/namespaces/${namespace}/configmaps`;
const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`;
const services = `/api/v1/namespaces/${namespace}/services`;

beforeAll(async () => {
  pair = await startPair("quiet", namespace);
});
afterAll(() => pair?.stop());

const map = (name: string, data?: object, metadata: object = {}) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, ...metadata },
  ...(data !== undefined && { data }),
});
const deployment = (name: string, spec: object, podSpec: object = {}) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: podSpec },
    ...spec,
  },
});
const container = (more: object = {}) => ({ name: "web", image: "nginx:1", ...more });

describe("owners", () => {
  test("who applies an object owns what it names, and nothing else", async () => {
    const one = objectClient(pair, maps, "owners");
    const { real } = await one.apply("alice", map("owners", { a: "1", b: "2" }, { labels: { app: "x" } }));
    expect(real.status).toBe(201);
    await one.get();
  });

  test("two managers who say the same share a field, and either may let go of it", async () => {
    const one = objectClient(pair, maps, "shared");
    await one.apply("alice", map("shared", { a: "1", b: "2" }));
    await one.apply("bob", map("shared", { a: "1" }));
    await one.apply("alice", map("shared", { b: "2" }));
    await one.apply("bob", map("shared"));
    const { real } = await one.get();
    expect(real.body.data).toEqual({ b: "2" });
  });

  test("a field that its only owner leaves out is removed, one that another owns stays", async () => {
    const one = objectClient(pair, maps, "removed");
    await one.apply("alice", map("removed", { a: "1", b: "2" }));
    await one.patch("merge", { data: { b: "3" } });
    await one.apply("alice", map("removed", {}));
    const { real } = await one.get();
    expect(real.body.data).toEqual({ b: "3" });
  });

  test("a value of another's is a conflict in the same words, and force takes it over", async () => {
    const one = objectClient(pair, maps, "contested");
    await one.apply("alice", map("contested", { a: "1", b: "1" }));
    await one.apply("carol", map("contested", { b: "1" }));
    const { real } = await one.apply("bob", map("contested", { a: "2", b: "2" }));
    expect(real.status).toBe(409);
    await one.apply("bob", map("contested", { a: "2", b: "2" }), "&force=true");
    await one.apply("alice", map("contested", { b: "2" }));
    await one.get();
  });

  test("an owner hands a field over: the next applies the same, the first leaves it out", async () => {
    const one = objectClient(pair, maps, "handed");
    await one.apply("alice", map("handed", { a: "1" }));
    await one.apply("bob", map("handed", { a: "1" }));
    await one.apply("alice", map("handed"));
    await one.apply("bob", map("handed", { a: "2" }));
    const { real } = await one.get();
    expect(real.body.data).toEqual({ a: "2" });
  });

  test("conflicts with updates name their manager, version and time", async () => {
    const one = objectClient(pair, maps, "updated");
    await one.create(map("updated", { a: "1" }));
    await one.patch("merge", { data: { b: "1" } });
    const { real } = await one.apply("alice", map("updated", { a: "2", b: "2" }));
    expect(real.body.message).toMatch(/conflicts with "maker" using v1.*\n/);
  });

  test("a status that the status subresource wrote is a conflict with that subresource, and apply leaves it alone", async () => {
    const one = objectClient(pair, deployments, "status");
    const spec = deployment("status", {}, { containers: [container()] });
    await one.apply("alice", spec);
    const status = objectClient(pair, deployments, "status", "/status");
    await status.patch("merge", { status: { replicas: 1 } }, "?fieldManager=controller");
    await one.apply("alice", { ...spec, status: { replicas: 7 } });
    const at = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "status" } };
    await status.apply("bob", { ...at, status: { replicas: 2 } });
    await status.apply("bob", { ...at, status: { replicas: 2 } }, "&force=true");
    const { real } = await status.get();
    expect(real.body.status.replicas).toBe(2);
  });

  test("scaling takes the replicas over, and says by which subresource", async () => {
    const one = objectClient(pair, deployments, "scaled");
    await one.apply("alice", deployment("scaled", { replicas: 1 }, { containers: [container()] }));
    const scale = objectClient(pair, deployments, "scaled", "/scale");
    await scale.get();
    await scale.patch("merge", { spec: { replicas: 3 } });
    await one.get();
    const { real } = await one.apply("alice", deployment("scaled", { replicas: 1 }, { containers: [container()] }));
    expect(real.body.message).toContain('"editor" with subresource "scale"');
  });

  test("scaling to what is there leaves traces all the same", async () => {
    const one = objectClient(pair, deployments, "unscaled");
    await one.apply("alice", deployment("unscaled", { replicas: 2 }, { containers: [container()] }));
    await one.patch("merge", { spec: { replicas: 1, minReadySeconds: 3 } });
    const scale = objectClient(pair, deployments, "unscaled", "/scale");
    for (const replicas of [1, 1, 3, 3]) {
      await scale.patch("merge", { spec: { replicas } }, "?fieldManager=scaler");
      await one.get();
    }
  });

  test("who applied nothing before this takes over from client-side kubectl", async () => {
    const one = objectClient(pair, maps, "migrated");
    const last = {
      "kubectl.kubernetes.io/last-applied-configuration": `${JSON.stringify(map("migrated", { a: "1" }))}\n`,
    };
    await one.create(map("migrated", { a: "1" }, { annotations: last }), "?fieldManager=kubectl-client-side-apply");
    await one.apply("kubectl", map("migrated", { b: "1" }));
    await one.get();
  });

  test("an object that was there before anybody was noted belongs to before-first-apply", async () => {
    const one = objectClient(pair, maps, "early");
    await one.create(map("early", { a: "1" }));
    await one.update((live) => ({ ...live, metadata: { ...live.metadata, managedFields: [{}] } }));
    const { real } = await one.apply("alice", map("early", { a: "2" }));
    expect(real.body.message).toContain('"before-first-apply"');
  });

  test("managed fields that a client sends back or empties are kept or forgotten", async () => {
    const one = objectClient(pair, maps, "bookkeeping");
    await one.apply("alice", map("bookkeeping", { a: "1" }));
    await one.update((live) => live);
    await one.update((live) => ({ ...live, metadata: { ...live.metadata, managedFields: null } }));
    await one.update((live) => ({ ...live, metadata: { ...live.metadata, managedFields: [] } }));
    await one.patch("json", [{ op: "replace", path: "/metadata/managedFields", value: [{}] }]);
    await one.get();
  });

  test("what is sent again changes nothing, its time and version included", async () => {
    const one = objectClient(pair, maps, "again");
    const first = await one.apply("alice", map("again", { a: "1" }));
    const second = await one.apply("alice", map("again", { a: "1" }));
    expect(second.embedded.body).toEqual(first.embedded.body);
    expect(second.real.body.metadata.resourceVersion).toBe(first.real.body.metadata.resourceVersion);
  });

  test("a dry run answers as the write would, and keeps nothing", async () => {
    const one = objectClient(pair, maps, "dry");
    await one.apply("alice", map("dry", { a: "1" }), "&dryRun=All");
    const { real } = await one.get();
    expect(real.status).toBe(404);
    await one.apply("alice", map("dry", { a: "1" }));
    await one.apply("alice", map("dry", { a: "2" }), "&dryRun=All");
    await one.apply("bob", map("dry", { a: "2" }), "&dryRun=All");
    await one.apply("bob", map("dry", { a: "2" }), "&dryRun=All&force=true");
    await one.get();
  });

  test("an empty apply makes an object that nobody owns", async () => {
    const one = objectClient(pair, maps, "empty");
    await one.apply("alice", map("empty"));
    await one.apply("bob", map("empty", {}));
    await one.get();
  });
});

describe("fields", () => {
  test("items of a list are merged by their keys, in order, and removed by their owner alone", async () => {
    const one = objectClient(pair, deployments, "lists");
    const of = (...containers: object[]) => deployment("lists", {}, { containers });
    await one.apply("alice", of(container(), { name: "side", image: "side:1" }));
    await one.apply("bob", of({ name: "bob", image: "bob:1" }, container({ env: [{ name: "A", value: "1" }] })));
    await one.apply("alice", of(container({ ports: [{ containerPort: 80 }, { containerPort: 81, protocol: "UDP" }] })));
    await one.apply("bob", of({ name: "bob", image: "bob:1" }));
    await one.get();
  });

  test("ports are told apart by number and protocol, by the default protocol where none is named", async () => {
    const one = objectClient(pair, services, "ports");
    const of = (...ports: object[]) => ({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "ports" },
      spec: { selector: { app: "x" }, ports },
    });
    await one.apply("alice", of({ name: "http", port: 80 }, { name: "dns", port: 53, protocol: "UDP" }));
    await one.apply("bob", of({ name: "http", port: 80, protocol: "TCP", targetPort: "web" }));
    await one.apply("bob", of({ name: "other", port: 80, protocol: "TCP" }));
    await one.apply("alice", of({ name: "dns", port: 53, protocol: "UDP" }));
    await one.get();
  });

  test("finalizers are a set: each owner adds and removes its own", async () => {
    const one = objectClient(pair, maps, "sets");
    const of = (...finalizers: string[]) => map("sets", undefined, { finalizers });
    await one.apply("alice", of("example.com/a", "example.com/b"));
    await one.apply("bob", of("example.com/c", "example.com/a"));
    await one.apply("alice", of("example.com/b"));
    await one.apply("bob", of());
    await one.get();
  });

  test("atomic lists and maps are owned as a whole", async () => {
    const one = objectClient(pair, deployments, "atomic");
    const of = (pod: object) => deployment("atomic", {}, { containers: [container()], ...pod });
    await one.apply("alice", of({ nodeSelector: { a: "1" }, tolerations: [{ key: "a", operator: "Exists" }] }));
    await one.apply("bob", of({ nodeSelector: { b: "1" } }));
    await one.apply("bob", of({ nodeSelector: { b: "1" } }), "&force=true");
    await one.apply("alice", of({}));
    await one.get();
  });

  test("nulls, empty maps and empty lists are taken as the server takes them", async () => {
    const one = objectClient(pair, deployments, "nothing");
    const of = (pod: object, more: object = {}) => deployment("nothing", more, { containers: [container()], ...pod });
    await one.apply("alice", of({ volumes: [], nodeSelector: {}, securityContext: {} }, { replicas: null }));
    await one.apply("alice", of({ volumes: null, nodeSelector: null }));
    await one.apply("bob", of({ securityContext: { runAsNonRoot: true } }));
    await one.get();
  });

  test("a quantity in another spelling is another value to the conflict, the same to the object", async () => {
    const one = objectClient(pair, deployments, "quantities");
    const of = (cpu: unknown) =>
      deployment("quantities", {}, { containers: [container({ resources: { limits: { cpu } } })] });
    await one.apply("alice", of("1000m"));
    await one.apply("bob", of("1"));
    await one.apply("bob", of(1));
    await one.apply("bob", of("2"), "&force=true");
    await one.get();
  });

  test("environment variables change from value to source", async () => {
    const one = objectClient(pair, deployments, "env");
    const of = (...env: object[]) => deployment("env", {}, { containers: [container({ env })] });
    await one.apply("alice", of({ name: "A", value: "1" }, { name: "B", value: "2" }));
    await one.apply("alice", of({ name: "A", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }));
    await one.apply("bob", of({ name: "B", value: "3" }, { name: "A", value: "1" }));
    await one.get();
  });

  test("a Secret's stringData ends in its data", async () => {
    const secrets = `/api/v1/namespaces/${namespace}/secrets`;
    const one = objectClient(pair, secrets, "secret");
    const of = (more: object) => ({ apiVersion: "v1", kind: "Secret", metadata: { name: "secret" }, ...more });
    await one.apply("alice", of({ stringData: { a: "1" } }));
    await one.apply("alice", of({ stringData: { b: "1" } }));
    await one.apply("alice", of({ data: { c: "MQ==" } }));
    await one.get();
  });

  test("changing the way a Deployment is rolled out takes the other way's fields with it", async () => {
    const one = objectClient(pair, deployments, "strategy");
    const of = (strategy: object) => deployment("strategy", { strategy }, { containers: [container()] });
    await one.apply("alice", of({ type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } }));
    await one.apply("alice", of({ type: "Recreate" }));
    await one.get();
  });

  test("an object applied by YAML is as one applied by JSON", async () => {
    const text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: yaml}\ndata:\n  a: 'yes'\n  b: \"2\"\n";
    await pair.same({
      method: "PATCH",
      path: `${maps}/yaml?fieldManager=alice`,
      body: text,
      contentType: "application/apply-patch+yaml",
    });
    await objectClient(pair, maps, "yaml").get();
  });
});
