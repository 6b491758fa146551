import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deployment } from "./deployment.ts";
import { expectSame } from "./differences.ts";
import { forms } from "./media-types.ts";
import { type Ask, type Body, type Pair, startPair } from "./pair.ts";

/** Reading: one object, lists in pages and through selectors, and the forms that a client may ask for. */
let pair: Pair;
const namespace = "contract-reads";
const within = `/namespaces/${namespace}`;
const maps = `/api/v1${within}/configmaps`;

beforeAll(async () => {
  pair = await startPair("quiet", namespace);
  const labels: { [name: string]: object } = {
    a: { app: "x", tier: "front" },
    b: { app: "x", tier: "back" },
    c: { app: "y", weight: "5" },
    d: {},
    e: { app: "y", weight: "12" },
  };
  const make = (path: string, body: unknown) => pair.ask({ method: "POST", path: `${path}?fieldManager=maker`, body });
  for (const [name, set] of Object.entries(labels))
    await make(maps, { metadata: { name, labels: set }, data: { name } });
  await make(`/apis/apps/v1${within}/deployments`, deployment("web"));
  await make(`/apis/apps/v1${within}/daemonsets`, {
    ...deployment("logs"),
    kind: "DaemonSet",
    spec: { ...deployment("logs").spec, replicas: undefined },
  });
  await make(`/apis/apps/v1${within}/statefulsets`, {
    ...deployment("db"),
    kind: "StatefulSet",
    spec: { ...deployment("db").spec, serviceName: "db" },
  });
  await make(`/apis/apps/v1${within}/replicasets`, { ...deployment("old"), kind: "ReplicaSet" });
  const template = {
    spec: {
      restartPolicy: "Never",
      containers: [
        { name: "a", image: "a:1" },
        { name: "b", image: "b:1" },
      ],
    },
  };
  await make(`/apis/batch/v1${within}/jobs`, { metadata: { name: "once" }, spec: { template } });
  await make(`/apis/batch/v1${within}/cronjobs`, {
    metadata: { name: "often" },
    spec: { schedule: "*/5 * * * *", jobTemplate: { spec: { template } } },
  });
  await make(`/api/v1${within}/pods`, {
    metadata: { name: "pod" },
    spec: { containers: [{ name: "a", image: "a:1" }], nodeName: "n", serviceAccountName: "default" },
  });
  await make(`/api/v1${within}/pods`, {
    metadata: { name: "waits" },
    spec: { containers: [{ name: "a", image: "a:1" }], nodeSelector: { x: "y" }, serviceAccountName: "default" },
  });
  await make(`/api/v1${within}/services`, {
    metadata: { name: "front" },
    spec: {
      type: "ClusterIP",
      clusterIP: "None",
      ports: [{ port: 80 }, { name: "dns", port: 53, protocol: "UDP" }].map((port, index) => ({
        name: `p${index}`,
        ...port,
      })),
      selector: { app: "x" },
    },
  });
  await make(`/api/v1${within}/services`, {
    metadata: { name: "elsewhere" },
    spec: { type: "ExternalName", externalName: "example.com" },
  });
  await make(`/api/v1${within}/secrets`, {
    metadata: { name: "quiet" },
    type: "Opaque",
    stringData: { a: "1", b: "2" },
  });
  await make(`/api/v1${within}/serviceaccounts`, { metadata: { name: "robot" } });
  await make(`/api/v1${within}/persistentvolumeclaims`, {
    metadata: { name: "disk" },
    spec: { accessModes: ["ReadWriteOnce"], storageClassName: "fast", resources: { requests: { storage: "1Gi" } } },
  });
  await make(`/apis/networking.k8s.io/v1${within}/ingresses`, {
    metadata: { name: "way" },
    spec: {
      ingressClassName: "nginx",
      tls: [{ hosts: ["a.example.com"] }],
      rules: [
        {
          host: "a.example.com",
          http: {
            paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "front", port: { number: 80 } } } }],
          },
        },
      ],
    },
  });
  await make(`/apis/networking.k8s.io/v1${within}/networkpolicies`, {
    metadata: { name: "wall" },
    spec: { podSelector: { matchLabels: { app: "x" } } },
  });
  await make(`/apis/policy/v1${within}/poddisruptionbudgets`, {
    metadata: { name: "budget" },
    spec: { minAvailable: 1, selector: { matchLabels: { app: "x" } } },
  });
  await make(`/apis/autoscaling/v2${within}/horizontalpodautoscalers`, {
    metadata: { name: "auto" },
    spec: {
      maxReplicas: 3,
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
      metrics: [
        { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } } },
      ],
    },
  });
  await make(`/apis/rbac.authorization.k8s.io/v1${within}/roles`, {
    metadata: { name: "reader" },
    rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }],
  });
  await make(`/apis/rbac.authorization.k8s.io/v1${within}/rolebindings`, {
    metadata: { name: "reads" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "reader" },
    subjects: [{ kind: "ServiceAccount", name: "robot", namespace }],
  });
  await make(`/apis/discovery.k8s.io/v1${within}/endpointslices`, {
    metadata: { name: "slice" },
    addressType: "IPv4",
    endpoints: [{ addresses: ["10.1.2.3"] }],
    ports: [{ port: 80, name: "http" }],
  });
  await make(`/apis/coordination.k8s.io/v1${within}/leases`, {
    metadata: { name: "turn" },
    spec: { holderIdentity: "me" },
  });
  await make(`/api/v1${within}/resourcequotas`, {
    metadata: { name: "quota" },
    spec: { hard: { pods: "5", "requests.cpu": "4" } },
  });
  await make(`/api/v1${within}/limitranges`, {
    metadata: { name: "range" },
    spec: { limits: [{ type: "Container", max: { cpu: "4" } }] },
  });
  await make(`/apis/storage.k8s.io/v1/storageclasses`, {
    metadata: { name: namespace },
    provisioner: "example.com/fast",
  });
  await make(`/apis/scheduling.k8s.io/v1/priorityclasses`, { metadata: { name: namespace }, value: 5 });
  await make(`/apis/networking.k8s.io/v1/ingressclasses`, {
    metadata: { name: namespace },
    spec: { controller: "example.com/x" },
  });
  await make(`/api/v1${within}/events`, {
    metadata: { name: "happened" },
    involvedObject: { kind: "Pod", name: "pod", namespace, fieldPath: "spec.containers{a}" },
    reason: "Seen",
    message: "seen\n",
    type: "Normal",
    count: 3,
    source: { component: "watcher" },
  });
});
afterAll(() => pair?.stop());

const same = async (request: Ask): Promise<void> => void (await pair.same(request));

describe("a list", () => {
  test.each([
    "app=x",
    "app==x",
    "app!=x",
    "app in (x,y)",
    "app notin (x)",
    "app",
    "!app",
    "app=x,tier!=front",
    "weight gt 7",
    "weight lt 7",
    "app in (x, y),tier",
    "app=none",
    "",
  ])("by labels: %s", (selector) => same({ path: `${maps}?labelSelector=${encodeURIComponent(selector)}` }));

  test.each(["metadata.name=a", "metadata.name!=a", "metadata.namespace=none", "metadata.name=a,metadata.name=b"])(
    "by fields: %s",
    (selector) => same({ path: `${maps}?fieldSelector=${encodeURIComponent(selector)}` }),
  );

  test.each([
    ["pods", "spec.nodeName=n"],
    ["pods", "status.phase=Pending,spec.nodeName="],
    ["pods", "spec.restartPolicy!=Always"],
    ["secrets", "type=Opaque"],
    ["services", "spec.type=ExternalName"],
    ["events", "involvedObject.name=pod,reason=Seen"],
    ["events", "type!=Normal"],
  ])("of %s by their own fields: %s", (resource, selector) =>
    same({ path: `/api/v1${within}/${resource}?fieldSelector=${encodeURIComponent(selector)}` }),
  );

  test("in pages, to the end", async () => {
    let token = { real: "", embedded: "" };
    for (let page = 0; page < 3; page++) {
      const { real, embedded } = await pair.same((side) => ({ path: `${maps}?limit=2&continue=${token[side]}` }));
      token = { real: real.body.metadata.continue, embedded: embedded.body.metadata.continue };
    }
    expect(token).toEqual({ real: undefined, embedded: undefined });
  });

  test("in pages through a selector, which says nothing of what remains", () =>
    same({ path: `${maps}?limit=1&labelSelector=app` }));

  test("of a limit that everything fits in", () => same({ path: `${maps}?limit=5` }));

  test("as of a version, exactly or not older", async () => {
    const first = await pair.ask({ path: maps });
    const version = { real: first.real.body, embedded: first.embedded.body };
    const at = (side: "real" | "embedded") => version[side].metadata.resourceVersion;
    await pair.ask({ method: "POST", path: maps, body: { metadata: { name: "late" } } });
    await pair.same((side) => ({ path: `${maps}?resourceVersion=${at(side)}&resourceVersionMatch=Exact` }));
    await pair.same((side) => ({ path: `${maps}?resourceVersion=${at(side)}&resourceVersionMatch=NotOlderThan` }));
    await pair.same((side) => ({ path: `${maps}?resourceVersion=${at(side)}` }));
    await pair.same({ path: `${maps}?resourceVersion=0` });
    await pair.ask({ method: "DELETE", path: `${maps}/late` });
  });

  test("of nothing", () => same({ path: `/api/v1${within}/podtemplates` }));
  test("in a namespace that is not there", () => same({ path: "/api/v1/namespaces/none/configmaps" }));
  test("across namespaces", () => same({ path: `/api/v1/configmaps?fieldSelector=metadata.namespace%3D${namespace}` }));
});

const kinds = [
  "/apis/apps/v1 deployments",
  "/apis/apps/v1 daemonsets",
  "/apis/apps/v1 statefulsets",
  "/apis/apps/v1 replicasets",
  "/apis/batch/v1 jobs",
  "/apis/batch/v1 cronjobs",
  "/api/v1 pods",
  "/api/v1 services",
  "/api/v1 secrets",
  "/api/v1 configmaps",
  "/api/v1 serviceaccounts",
  "/api/v1 persistentvolumeclaims",
  "/api/v1 resourcequotas",
  "/api/v1 limitranges",
  "/api/v1 events",
  "/apis/networking.k8s.io/v1 ingresses",
  "/apis/networking.k8s.io/v1 networkpolicies",
  "/apis/policy/v1 poddisruptionbudgets",
  "/apis/autoscaling/v2 horizontalpodautoscalers",
  "/apis/rbac.authorization.k8s.io/v1 roles",
  "/apis/rbac.authorization.k8s.io/v1 rolebindings",
  "/apis/discovery.k8s.io/v1 endpointslices",
  "/apis/coordination.k8s.io/v1 leases",
].map((it) => it.split(" ") as [string, string]);

describe.each(kinds)("%s %s", (root, plural) => {
  test("as a table for people", () => same({ path: `${root}${within}/${plural}`, accept: forms.table }));
  test("as metadata alone", () => same({ path: `${root}${within}/${plural}`, accept: forms.metadataList }));
  test("whole", () => same({ path: `${root}${within}/${plural}` }));
});

describe.each([
  ["/apis/storage.k8s.io/v1/storageclasses"],
  ["/apis/scheduling.k8s.io/v1/priorityclasses"],
  ["/apis/networking.k8s.io/v1/ingressclasses"],
  ["/api/v1/namespaces"],
])("%s", (path) => {
  test("one of them as a table", () => same({ path: `${path}/${namespace}`, accept: forms.table }));
  test("by name as a table", () =>
    same({ path: `${path}?fieldSelector=metadata.name%3D${namespace}`, accept: forms.table }));
});

describe("a form", () => {
  const all = (include: string) => ({ path: `${maps}?includeObject=${include}`, accept: forms.table });
  test.each(["None", "Metadata", "Object"])("a table with %s of each object", (include) => same(all(include)));
  test("a table in pages", () => same({ path: `${maps}?limit=2`, accept: forms.table }));
  test("an object as a table", () => same({ path: `${maps}/a`, accept: forms.table }));
  test("an object's metadata", () => same({ path: `${maps}/a`, accept: forms.metadata }));
  test("a list where one object is asked for", () => same({ path: `${maps}/a`, accept: forms.metadataList }));
  test("one object where a list is asked for", () => same({ path: maps, accept: forms.metadata }));
  test("the first form that the server can write", () =>
    same({ path: `${maps}/a`, accept: `text/html, ${forms.table}, application/json` }));
  test("a table of what is not there", () => same({ path: `${maps}/none`, accept: forms.table }));
  test("what a write answers", () =>
    same({
      method: "POST",
      path: `${maps}?dryRun=All`,
      body: { metadata: { name: "x" } },
      accept: forms.metadata,
    }));
  test("none that there is", () => same({ path: maps, accept: "text/html" }));
});

test("every kind that both have is told in the same columns", async () => {
  const { embedded } = await pair.ask({ path: "/apis", accept: forms.aggregated });
  const groups = embedded.body.items as { metadata: { name: string }; versions: Version[] }[];
  const paths = groups.flatMap(({ metadata, versions }) =>
    versions.flatMap(({ version, resources }) =>
      resources
        .filter(({ verbs }) => verbs.includes("list"))
        .map(({ resource }) => `/apis/${metadata.name}/${version}/${resource}`),
    ),
  );
  expect(paths.length).toBeGreaterThan(40);
  for (const path of [
    "/api/v1/nodes",
    "/api/v1/persistentvolumes",
    "/api/v1/endpoints",
    "/api/v1/podtemplates",
    ...paths,
  ]) {
    const { real, embedded } = await pair.ask({ path, accept: forms.table });
    const columns = (body: Body) => body.columnDefinitions.map(({ description: _, ...column }: Body) => column);
    expectSame(path, columns(real.body), columns(embedded.body));
  }
});

interface Version {
  version: string;
  resources: { resource: string; verbs: string[] }[];
}
