import { expect, test } from "vitest";
import type { Json, JsonObject, KubeObject } from "../../../src/core/manifest/kube-object.ts";
import type { Segment } from "../../../src/core/plan/field-path.ts";
import { createSchemaPlaces } from "../../../src/core/plan/list-keys.ts";
import { type ChangeRules, objectChanges } from "../../../src/core/plan/object-changes.ts";
import { maskedPath, maskValue } from "../../../src/core/plan/secret-mask.ts";
import { fieldTable } from "../../../src/core/report/field-table.ts";
import { loadKubernetesSchemas } from "../../../src/render/kubernetes-schemas.ts";

const schemas = createSchemaPlaces(loadKubernetesSchemas().definitions);
const rules: ChangeRules = { ignore: [], manager: "trueup", behind: "drift" };

function deployment(replicas: number, containers: Json[], more: Record<string, unknown> = {}): KubeObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "shop", ...more },
    spec: { replicas, template: { spec: { containers } } },
  };
}
const nginx = (image: string): Json => ({ name: "nginx", image });
const sidecar: Json = { name: "sidecar", image: "side:1" };

test("a container is found by its name, so of a reordered list only the order and what differs inside is told", () => {
  const live = deployment(3, [nginx("web:1"), sidecar]);
  const merge = deployment(3, [sidecar, nginx("web:2")]);
  expect(objectChanges({ live, base: live, merge }, rules, schemas)).toEqual([
    {
      path: "spec.template.spec.containers",
      cause: "pull-request",
      before: ["nginx", "sidecar"],
      after: ["sidecar", "nginx"],
    },
    {
      path: "spec.template.spec.containers[nginx].image",
      cause: "pull-request",
      before: "web:1",
      after: "web:2",
    },
  ]);
});

test("drift is told apart from the pull request, and names the manager that holds the field", () => {
  const base = deployment(3, [nginx("web:1")]);
  const live = deployment(9, [nginx("web:1")], {
    managedFields: [
      {
        manager: "kubectl-edit",
        operation: "Update",
        apiVersion: "apps/v1",
        time: "2026-02-03T04:05:06Z",
        fieldsType: "FieldsV1",
        fieldsV1: { "f:spec": { "f:replicas": {} } },
      },
    ],
  });
  const merge = deployment(3, [nginx("web:2")]);
  expect(objectChanges({ live, base, merge }, rules, schemas)).toEqual([
    {
      path: "spec.replicas",
      cause: "drift",
      before: 9,
      after: 3,
      manager: "kubectl-edit",
      time: "2026-02-03T04:05:06Z",
    },
    { path: "spec.template.spec.containers[nginx].image", cause: "pull-request", before: "web:1", after: "web:2" },
  ]);
});

test.each([
  ["{}", {}],
  ["null", null],
])("a pull request that writes %s over a mapping has emptied it, and no admission has", (_, data) => {
  const map = (more: object): KubeObject => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "web" },
    ...more,
  });
  const [live, merge] = [map({ data: { a: "1" } }), map({})];
  const manifests = { base: live, merge: map({ data }) };
  const told = objectChanges(
    { live, base: live, merge },
    { ...rules, describedBy: [manifests.merge, manifests.base], manifests },
    schemas,
  );
  expect(told.map(({ path, cause, before }) => [path, cause, before])).toEqual([["data", "pull-request", { a: "1" }]]);
});

test("what admission makes of it is no drift where live is as Git says, and is named where it changes what a pull request sets", () => {
  const [live, base] = [deployment(3, [nginx("web:1")]), deployment(3, [nginx("mirror/web:1")])];
  const said = { base: live, merge: deployment(4, [nginx("web:1")]) };
  const image = { path: "spec.template.spec.containers[nginx].image", before: "web:1", after: "mirror/web:1" };
  const rulesOf = (manifests: { base: KubeObject; merge: KubeObject }): ChangeRules => ({
    ...rules,
    describedBy: [manifests.merge, manifests.base],
    manifests,
  });
  const scaled = objectChanges({ live, base, merge: deployment(4, [nginx("mirror/web:1")]) }, rulesOf(said), schemas);
  expect(scaled).toEqual([
    { path: "spec.replicas", cause: "pull-request", before: 3, after: 4 },
    { ...image, cause: "admission" },
  ]);
  expect(fieldTable(scaled)).toContain("the cluster's admission changes it; it is live as Git says.");
  // Nobody has written it since it was applied, so that what the base comes to was not asked.
  const untouched = { live, base: live, merge: deployment(3, [nginx("mirror/web:1")]) };
  expect(objectChanges(untouched, rulesOf({ base: live, merge: live }), schemas)).toEqual([
    { ...image, cause: "admission" },
  ]);

  const next = { base: live, merge: deployment(3, [nginx("web:2")]) };
  const set = objectChanges({ live, base, merge: deployment(3, [nginx("mirror/web:2")]) }, rulesOf(next), schemas);
  expect(set).toEqual([{ ...image, cause: "pull-request", after: "mirror/web:2", altered: true }]);
  expect(fieldTable(set)).toContain(
    "This pull request; the cluster's admission makes something else of what Git says.",
  );

  // What somebody did change is drift all the same.
  const drifted = deployment(3, [nginx("web:0")]);
  expect(objectChanges({ live: drifted, base, merge: base }, rulesOf({ base: live, merge: live }), schemas)).toEqual([
    { ...image, cause: "drift", before: "web:0", manager: "unknown", altered: true },
  ]);
});

const heldBy = (manager: string, fieldsV1: JsonObject) => ({
  managedFields: [
    { manager, operation: "Update", apiVersion: "v1", time: "2026-02-03T04:05:06Z", fieldsType: "FieldsV1", fieldsV1 },
  ],
});

test("what a pull request moves to another version says in other words there is neither drift nor gone, and drift of the rest is told", () => {
  const scaler = (version: string, spec: JsonObject): KubeObject => ({
    apiVersion: `autoscaling/${version}`,
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "web", namespace: "shop" },
    spec,
  });
  const metrics = (averageUtilization: number): Json => [
    { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization } } },
  ];
  const base = scaler("v1", { maxReplicas: 5, targetCPUUtilizationPercentage: 50 });
  const live = scaler("v2", { maxReplicas: 9, metrics: metrics(50) });
  const same = { live, base, merge: scaler("v2", { maxReplicas: 5, metrics: metrics(50) }) };
  const drift = { path: "spec.maxReplicas", cause: "drift", before: 9, after: 5, manager: "unknown" };
  expect(objectChanges(same, rules, schemas)).toEqual([drift]);
  const changed = { ...same, merge: scaler("v2", { maxReplicas: 5, metrics: metrics(60) }) };
  expect(objectChanges(changed, rules, schemas)).toEqual([
    drift,
    { path: "spec.metrics", cause: "pull-request", before: metrics(50), after: metrics(60) },
  ]);
});

test("a null that a definition has the server keep is the pull request's change, and not admission's", () => {
  const gateway = (spec: JsonObject): KubeObject => ({
    apiVersion: "example.com/v1",
    kind: "Gateway",
    metadata: { name: "public", namespace: "shop" },
    spec,
  });
  const [before, after] = [gateway({ port: 1 }), gateway({ port: 1, note: null })];
  const manifests = { base: before, merge: after };
  const states = { live: before, base: before, merge: after };
  expect(objectChanges(states, { ...rules, manifests, describedBy: [after, before] }, schemas)).toMatchObject([
    { path: "spec.note", cause: "pull-request" },
  ]);
});

test("a drifted field that the pull request changes too is its own, and tells who had set it and what Git has", () => {
  const live = deployment(9, [nginx("web:1")], heldBy("kubectl-edit", { "f:spec": { "f:replicas": {} } }));
  const [base, merge] = [4, 5].map((replicas) => deployment(replicas, [nginx("web:1")])) as [KubeObject, KubeObject];
  const told = objectChanges({ live, base, merge }, rules, schemas);
  expect(told).toEqual([
    {
      path: "spec.replicas",
      cause: "pull-request",
      before: 9,
      after: 5,
      base: 4,
      manager: "kubectl-edit",
      time: "2026-02-03T04:05:06Z",
    },
  ]);
  expect(fieldTable(told)).toBe(
    [
      "| field | now | after merging | why |",
      "|---|---|---|---|",
      "| `spec.replicas` | `9` | `5` | this pull request, over **drift** |",
      "",
      "This pull request, over **drift**: `kubectl-edit` set it, 2026-02-03 04:05 UTC; in Git it is `4`.",
    ].join("\n"),
  );
  const lagging = objectChanges({ live, base, merge }, { ...rules, behind: "pending" }, schemas);
  expect(lagging).toEqual([{ path: "spec.replicas", cause: "pull-request", before: 9, after: 5 }]);
});

test("of a text that somebody edited and the pull request changes elsewhere, each edit is told as whose it is", () => {
  const config = (port: number, maxmemory: string, metadata = {}): KubeObject => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "redis", ...metadata },
    data: { "redis.conf": `port ${port}\nmaxmemory ${maxmemory}\nsave 60\n` },
  });
  const live = config(9999, "1gb", heldBy("kubectl-replace", { "f:data": { "f:redis.conf": {} } }));
  const told = objectChanges({ live, base: config(6379, "1gb"), merge: config(6379, "2gb") }, rules, schemas);
  const [changed, drifted, ...others] = fieldTable(told).split(/^(?=`data)/m);
  expect(others).toEqual([]);
  expect(changed).toMatch(/^`data\["redis.conf"\]` · this pull request$/m);
  expect(changed?.match(/^[-+].*$/gm)).toEqual(["-maxmemory 1gb", "+maxmemory 2gb"]);
  expect(drifted).toMatch(
    /^`data\["redis.conf"\]` · \*\*drift\*\*: `kubectl-replace` set it, 2026-02-03 04:05 UTC; merg/m,
  );
  expect(drifted?.match(/^[-+].*$/gm)).toEqual(["-port 9999", "+port 6379"]);
});

test("what is live already is said so, and an ignored field keeps its live value", () => {
  const live = deployment(5, [nginx("web:7")]);
  const base = deployment(3, [nginx("web:1")]);
  const merge = deployment(5, [nginx("web:1")]);
  const ignore = [{ kind: "Deployment", paths: ["/spec/template/spec/containers/nginx/image"] }];
  expect(objectChanges({ live, base, merge }, { ...rules, ignore }, schemas)).toMatchObject([
    { path: "spec.replicas", cause: "already-live", before: 5, after: 5 },
    { path: "spec.template.spec.containers[nginx].image", cause: "ignored", before: "web:7", after: "web:7" },
  ]);
});

test("a lag of our own is never blamed on anybody", () => {
  const live = deployment(3, [nginx("web:1")]);
  const merged = deployment(4, [nginx("web:1")]);
  const [change] = objectChanges({ live, base: merged, merge: merged }, { ...rules, behind: "pending" }, schemas);
  expect(change).toEqual({ path: "spec.replicas", cause: "pending", before: 3, after: 4 });
});

test("a secret's change shows, and nothing of either value", () => {
  const secret = (data: Record<string, string>, annotations = {}): KubeObject => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "s", annotations: { ...annotations, "x/copy": JSON.stringify(data) } },
    data,
  });
  const live = secret({ password: "Y2FuYXJ5" }, { "kubectl.kubernetes.io/last-applied-configuration": "Y2FuYXJ5" });
  const merge = secret({ password: "Y2FuYXJ5LTI=", more: "Y2FuYXJ5" });
  const changes = objectChanges({ live, base: live, merge }, rules, schemas);
  expect(changes.map(({ path }) => path).sort()).toEqual([
    "data.more",
    "data.password",
    'metadata.annotations["x/copy"]',
  ]);
  expect(JSON.stringify(changes)).not.toMatch(/Y2FuYXJ5/);
  expect(new Set(changes.flatMap(({ before, after }) => [before, after]))).toEqual(new Set([undefined, "********"]));
});

test("what server and controllers write by their office is nothing", () => {
  const live = deployment(3, [nginx("web:1")], {
    resourceVersion: "7",
    uid: "u",
    generation: 4,
    labels: { "applyset.kubernetes.io/part-of": "applyset-x-v1" },
    annotations: { "deployment.kubernetes.io/revision": "3" },
  });
  const merge = deployment(3, [nginx("web:1")], { generation: 5 });
  expect(objectChanges({ live, base: live, merge }, rules, schemas)).toEqual([]);
});

test("of an object that is not ours only the fields that the manifest names are told", () => {
  const live = deployment(3, [nginx("web:1"), sidecar], { labels: { owner: "somebody" } });
  const manifest = deployment(4, [nginx("web:1")]);
  const merge = deployment(4, [nginx("web:1"), sidecar]);
  const base = live;
  expect(
    objectChanges({ live, base, merge }, { ...rules, onlyNamedBy: manifest }, schemas).map(({ path }) => path),
  ).toEqual(["spec.replicas"]);
});

test("a credential in an environment variable or a ConfigMap is hidden like a Secret's, and that it changed shows", () => {
  const env = (value: string): Json => [
    { name: "DB_PASSWORD", value },
    { name: "PORT", value: "80" },
  ];
  const web = (value: string) => deployment(1, [{ name: "web", image: "web:1", env: env(value) }]);
  const settings = (token: string): KubeObject => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "c" },
    data: { "api-token": token, colour: "red" },
  });
  const states = (live: KubeObject, merge: KubeObject) => objectChanges({ live, base: live, merge }, rules, schemas);
  const told = [
    ...states(web("hunter2"), web("hunter3")),
    ...states(settings("hunter2"), settings("hunter3")),
    ...states(deployment(1, []), web("hunter2")),
  ];
  expect(told.map(({ path }) => path)).toEqual([
    "spec.template.spec.containers[web].env[DB_PASSWORD].value",
    "data.api-token",
    "spec.template.spec.containers[web]",
  ]);
  expect(JSON.stringify(told)).not.toContain("hunter");
  expect(JSON.stringify(told)).toContain('"value":"80"');
});

test("what the server makes anew at each write is nobody's drift; what applying takes out, and what follows from a change, is told", () => {
  const object = (image: string, seen: string, more: Record<string, Json> = {}): KubeObject => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "a", annotations: { "hooks.example/seen": seen } },
    data: { image, ...more },
  });
  const manifest: KubeObject = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "a" },
    data: { image: "web:1" },
  };
  const described = { ...rules, describedBy: [manifest] };
  const heal = { live: object("web:1", "t1"), base: object("web:1", "t2"), merge: object("web:1", "t2") };
  expect(objectChanges(heal, described, schemas)).toEqual([]);
  const untouched = { live: object("web:1", "t1"), base: object("web:1", "t1"), merge: object("web:2", "t2") };
  expect(objectChanges(untouched, described, schemas).map(({ path }) => path)).toEqual(["data.image"]);
  const dropped = {
    live: object("web:1", "t1", { old: "x" }),
    base: object("web:1", "t2"),
    merge: object("web:1", "t2"),
  };
  expect(objectChanges(dropped, described, schemas).map(({ path }) => path)).toEqual(["data.old"]);
  const follows = {
    live: object("web:1", "t1"),
    base: object("web:1", "t1"),
    merge: object("web:2", "t2", { port: "1" }),
  };
  expect(objectChanges(follows, described, schemas).map(({ path }) => path)).toEqual(["data.image", "data.port"]);
});

test("a credential is hidden below its name, as one argument alone and in the path of a set's item; references to one are told", () => {
  const custom = (secret: string, key: string): KubeObject => ({
    apiVersion: "x/v1",
    kind: "Odd",
    metadata: { name: "o" },
    spec: {
      credentials: { pin: secret, nested: [{ a: secret }], secretRef: { name: key, key } },
      tokens: [secret],
      bearerTokenSecret: { name: "a", key },
      containers: [{ name: "db", command: ["redis-cli"], args: ["-a", secret] }],
      volumes: [{ name: "v", secret: { secretName: key, items: [{ key, path: key }] } }],
      schema: { properties: { password: { type: "string", description: key } } },
      hard: { secrets: key === "old" ? "10" : "20" },
    },
  });
  const [live, merge] = [custom("hunter2", "old"), custom("hunter3", "new")];
  const changes = objectChanges({ live, base: live, merge }, rules, schemas);
  expect(JSON.stringify(changes)).not.toContain("hunter");
  const shown = changes.map(({ path, before, after }) => [path, before, after]);
  const mask = "********";
  expect(shown).toEqual([
    ["spec.credentials.pin", mask, mask],
    ["spec.credentials.nested[0].a", mask, mask],
    ["spec.credentials.secretRef.name", "old", "new"],
    ["spec.credentials.secretRef.key", "old", "new"],
    ["spec.tokens", [mask], [mask]],
    ["spec.bearerTokenSecret.key", "old", "new"],
    ["spec.containers[0].args", ["-a", mask], ["-a", mask]],
    ["spec.volumes[0].secret.secretName", "old", "new"],
    ["spec.volumes[0].secret.items[0].key", "old", "new"],
    ["spec.volumes[0].secret.items[0].path", "old", "new"],
    ["spec.schema.properties.password.description", "old", "new"],
    ["spec.hard.secrets", "10", "20"],
  ]);
});

test("an argument that another writer set alone is hidden by the option in front of it", () => {
  const args = ["--url", "a", "--password", "hunter2", "https://a:hunter2@b"];
  const object = { apiVersion: "x/v1", kind: "Odd", metadata: { name: "o" }, spec: { args } } as unknown as KubeObject;
  const at = (index: number): Segment[] => [
    { type: "field", name: "spec" },
    { type: "field", name: "args" },
    { type: "value", value: args[index]!, index },
  ];
  expect(args.map((arg, index) => maskValue(object, at(index), arg))).toEqual([
    "--url",
    "a",
    "--password",
    "********",
    "https://a:********@b",
  ]);
  expect(args.map((_, index) => maskedPath(object, at(index))).slice(3)).toEqual([
    'spec.args["********"]',
    'spec.args["https://a:********@b"]',
  ]);
});

test("of a text in which a credential alone changes, it is said that something did", () => {
  const settings = (secret: string): KubeObject => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "c" },
    data: { "a.yaml": `db:\n  password: |\n    ${secret}\n` },
  });
  const [live, merge] = [settings("hunter2"), settings("hunter2\n    and much more of it")];
  const changes = objectChanges({ live, base: live, merge }, rules, schemas);
  const text = "db:\n  password: |\n    ********\n";
  expect(changes).toEqual([{ path: 'data["a.yaml"]', cause: "pull-request", before: text, after: text }]);
  expect(fieldTable(changes)).toContain("what changes is masked");
});

test("of a custom resource only the listener that changed is told, by its name, although nobody here knows its schema", () => {
  const listener = (name: string, port: number): Json => ({ name, port });
  const gateway = (listeners: Json[]): KubeObject => ({
    apiVersion: "gateway.example/v1",
    kind: "Gateway",
    metadata: {
      name: "public",
      managedFields: [
        {
          manager: "trueup",
          operation: "Apply",
          apiVersion: "gateway.example/v1",
          fieldsType: "FieldsV1",
          fieldsV1: {
            "f:spec": {
              "f:listeners": Object.fromEntries(
                listeners.map((one) => [
                  `k:{"name":"${(one as { name: string }).name}"}`,
                  { ".": {}, "f:name": {}, "f:port": {} },
                ]),
              ),
            },
          },
        },
      ],
    },
    spec: { listeners },
  });
  const live = gateway([listener("http", 80), listener("https", 443)]);
  const merge = gateway([listener("new", 1), listener("http", 80), listener("https", 444)]);
  expect(objectChanges({ live, base: live, merge }, rules, schemas)).toEqual([
    { path: "spec.listeners[https].port", cause: "pull-request", before: 443, after: 444 },
    { path: "spec.listeners[new]", cause: "pull-request", after: { name: "new", port: 1 } },
  ]);
});

test("a plan promises no port that only the dry run was given, and keeps the one that is there or named", () => {
  const service = (ports: Json[], more: Record<string, Json> = {}): KubeObject => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web" },
    spec: { clusterIP: "10.0.0.1", clusterIPs: ["10.0.0.1"], ...more, ports },
  });
  const port = (number: number, nodePort?: number): Json => ({
    port: number,
    protocol: "TCP",
    ...(nodePort === undefined ? {} : { nodePort }),
  });
  const manifest = service([port(80), port(90, 30090), port(443)]);
  const live = service([port(80, 31000), port(90)], { externalName: "a" });
  const merge = service([port(80, 31000), port(90, 30090), port(443, 32769)], {
    clusterIP: "10.0.0.9",
    clusterIPs: ["10.0.0.9"],
    externalName: "a",
  });
  const changes = objectChanges(
    { live, base: live, merge },
    { ...rules, describedBy: [{ ...manifest, spec: { ports: (manifest.spec as { ports: Json }).ports } }] },
    schemas,
  );
  expect(changes.map(({ path, after }) => [path, after])).toEqual([
    ["spec.clusterIP", "chosen by the cluster"],
    ["spec.clusterIPs", "chosen by the cluster"],
    ["spec.ports[90/TCP].nodePort", 30090],
    ["spec.ports[443/TCP]", { port: 443, protocol: "TCP", nodePort: "chosen by the cluster" }],
  ]);
});

test("whoever wrote before anybody kept a record, or took something out, has no name and no time", () => {
  const written = (manager: string, fieldsV1: JsonObject) => ({
    managedFields: [
      {
        manager,
        operation: "Update" as const,
        apiVersion: "apps/v1",
        time: "2026-01-02T00:00:00Z",
        fieldsType: "FieldsV1",
        fieldsV1,
      },
    ],
  });
  const base = deployment(3, [nginx("web:1")]);
  for (const manager of ["before-first-apply", "ancient-changes"]) {
    const live = deployment(9, [nginx("web:1")], written(manager, { "f:spec": { "f:replicas": {} } }));
    expect(objectChanges({ live, base, merge: base }, rules, schemas)).toEqual([
      { path: "spec.replicas", cause: "drift", before: 9, after: 3, manager: "unknown" },
    ]);
  }
  const policy = (ports: Json[], metadata = {}): KubeObject => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "web", ...metadata },
    spec: { ingress: [{ ports }] },
  });
  // Who holds a list as a whole is who took an item out of it.
  const live = policy([{ port: 80 }], written("mona", { "f:spec": { "f:ingress": {} } }));
  const whole = policy([{ port: 80 }, { port: 81 }]);
  expect(objectChanges({ live, base: whole, merge: whole }, rules, schemas)).toMatchObject([
    { path: "spec.ingress[0].ports[1]", cause: "drift", manager: "mona" },
  ]);
});

test("a quantity that a manifest writes otherwise is no change, and a text that reads like one is", () => {
  const sized = (cpu: Json, level: string): Json => ({
    ...{ name: "nginx", image: "web:1", resources: { limits: { cpu, memory: cpu === "2" ? "1Gi" : "1024Mi" } } },
    env: [{ name: "LEVEL", value: level }],
  });
  const changes = (before: Json, after: Json) => {
    const [base, merge] = [deployment(1, [before]), deployment(1, [after])];
    return objectChanges({ live: base, base, merge }, rules, schemas).map(({ path }) => path);
  };
  const container = "spec.template.spec.containers[nginx]";
  expect(changes(sized("1000m", "1000m"), sized(1, "1"))).toEqual([`${container}.env[LEVEL].value`]);
  expect(changes(sized("1000m", "1"), sized("2", "1"))).toEqual([`${container}.resources.limits.cpu`]);
});

test("an amount that is written otherwise is a change in a StatefulSet's template alone, whose pods are replaced for it", () => {
  const made = (kind: string, memory: Json): KubeObject => {
    const container = { name: "nginx", image: "web:1", resources: { limits: { memory } } };
    return { ...deployment(1, [container]), kind };
  };
  const changes = (kind: string, [live, base, merge]: [Json, Json, Json]) => {
    const states = { live: made(kind, live), base: made(kind, base), merge: made(kind, merge) };
    const manifests = { base: states.base, merge: states.merge };
    const told = objectChanges(states, { ...rules, manifests, describedBy: [states.merge, states.base] }, schemas);
    return told.map(({ path, cause, before, after }) => [path.split(".").at(-1), cause, before, after]);
  };
  const [plain, short] = ["1073741824", "1Gi"];
  expect(changes("StatefulSet", [plain, plain, short])).toEqual([["memory", "pull-request", plain, short]]);
  expect(changes("StatefulSet", [plain, short, short])).toEqual([["memory", "drift", plain, short]]);
  expect(changes("StatefulSet", [short, "1024Mi", "1048576Ki"])).toEqual([]);
  for (const kind of ["Deployment", "DaemonSet"]) {
    expect(changes(kind, [plain, plain, short])).toEqual([]);
    expect(changes(kind, [plain, short, short])).toEqual([]);
  }
});

test("a text that somebody changed into one which reads like the same amount is drift, and not admission's doing", () => {
  const levels = (value: string) => deployment(1, [{ name: "nginx", image: "web:1", env: [{ name: "LEVEL", value }] }]);
  const git = levels("1000m");
  const states = { live: levels("1"), base: git, merge: git };
  expect(objectChanges(states, { ...rules, describedBy: [git] }, schemas)).toMatchObject([
    { path: "spec.template.spec.containers[nginx].env[LEVEL].value", cause: "drift", before: "1", after: "1000m" },
  ]);
});
