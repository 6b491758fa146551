import { readFileSync } from "node:fs";
import { loadAll } from "js-yaml";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KubeObject } from "../../../src/core/manifest/kube-object.ts";
import { loadKubernetesSchemas } from "../../../src/render/kubernetes-schemas.ts";
import { type Cluster, startCluster } from "../../../src/sandbox/cluster/start-cluster.ts";
import { type ApiAccess, apiRequest } from "../../harness/control-plane/api-request.ts";
import { type ControlPlane, startControlPlane } from "../../harness/control-plane.ts";

/** The same request goes to a real API server and to ours; the answers must be the same. */
let real: ControlPlane;
let cluster: Cluster;
const namespace = "contract";
const within = `/namespaces/${namespace}`;

beforeAll(async () => {
  real = await startControlPlane({ controllers: false });
  cluster = await startCluster({ workloads: false });
  await ask("POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  await ask("POST", `/apis/apps/v1${within}/deployments`, deployment());
  await ask("POST", `/api/v1${within}/configmaps`, { metadata: { name: "kept" }, data: { a: "1" } });
});
afterAll(async () => {
  await cluster?.stop();
  await real?.stop();
});

async function ask(method: string, path: string, body?: unknown, contentType?: string) {
  const ours: ApiAccess = { url: cluster.url, ca: cluster.ca, token: cluster.adminToken };
  const options = { method, ...(body !== undefined && { body }), ...(contentType !== undefined && { contentType }) };
  const [expected, answer] = await Promise.all([real, ours].map((access) => apiRequest(access, path, options)));
  return { expected: told(expected!), answer: told(answer!) };
}

/** What must be equal: all but what is the server's own choice. */
function told({ status, json }: { status: number; json: () => unknown }) {
  const body = json() as KubeObject;
  const { metadata, spec } = body;
  for (const field of ["uid", "resourceVersion", "creationTimestamp"]) if (metadata?.[field]) metadata[field] = "set";
  for (const entry of metadata?.managedFields ?? []) if (entry.time !== undefined) entry.time = "set";
  const addresses = spec as { clusterIP?: string; clusterIPs?: string[]; ports?: { nodePort?: number }[] } | undefined;
  if (addresses?.clusterIP && addresses.clusterIP !== "None") {
    addresses.clusterIP = "set";
    addresses.clusterIPs = ["set"];
  }
  if (body.kind === "Service") for (const port of addresses?.ports ?? []) if (port.nodePort) port.nodePort = 1;
  const text = JSON.stringify(body).replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "uid");
  return { status, body: JSON.parse(text) };
}

function deployment(change: (object: Draft) => void = () => {}): Draft {
  const draft: Draft = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: "web" } },
      template: {
        metadata: { labels: { app: "web" } },
        spec: { containers: [{ name: "web", image: "nginx:1" }] },
      },
    },
  };
  change(draft);
  return draft;
}

interface Draft {
  apiVersion: string;
  kind: string;
  metadata: Record<string, unknown>;
  spec: {
    selector: { matchLabels?: Record<string, string> };
    template: { metadata: object; spec: { containers: Record<string, unknown>[]; [field: string]: unknown } };
    [field: string]: unknown;
  };
}

/** Kinds whose answer rests on admission plugins or controllers that the embedded cluster does not have. */
const elsewhere = new Set(["Pod", "HorizontalPodAutoscaler", "Event", "LimitRange", "Shape", "ResourceSlice", "Node"]);
const { resources } = loadKubernetesSchemas();
const manifests = loadAll(readFileSync(new URL("../../core/schema/manifests.yaml", import.meta.url), "utf8"))
  .filter((object): object is KubeObject => typeof object === "object" && object !== null)
  .filter(({ kind }) => !elsewhere.has(kind));

describe.each(["created", "applied"])("an object that is %s", (how) => {
  test.each(manifests.map((object): [string, KubeObject] => [`${object.kind} ${object.metadata.name}`, object]))(
    "comes back with the same defaults and owners: %s",
    async (_, object) => {
      const slash = object.apiVersion.indexOf("/");
      const [group, version] = [object.apiVersion.slice(0, Math.max(slash, 0)), object.apiVersion.slice(slash + 1)];
      const row = resources.find((it) => it.group === group && it.version === version && it.kind === object.kind);
      expect(row).toBeDefined();
      const { namespaced, plural } = row!;
      const body = structuredClone(object);
      if (namespaced) body.metadata.namespace = namespace;
      const path = `${slash < 0 ? "/api" : "/apis"}/${object.apiVersion}${namespaced ? within : ""}/${plural}`;
      const { expected, answer } =
        how === "created"
          ? await ask("POST", `${path}?fieldManager=me&dryRun=All`, body)
          : await ask(
              "PATCH",
              `${path}/${body.metadata.name}?fieldManager=me&force=true&dryRun=All`,
              body,
              "application/apply-patch+yaml",
            );
      expect(answer).toEqual(expected);
    },
  );
});

const container = (draft: Draft) => draft.spec.template.spec.containers[0]!;

test.each<[string, (draft: Draft) => void]>([
  ["selector that does not match", (draft) => Object.assign(draft.spec.selector, { matchLabels: { app: "other" } })],
  ["empty selector", (draft) => Object.assign(draft.spec, { selector: {} })],
  ["no containers", (draft) => Object.assign(draft.spec.template.spec, { containers: [] })],
  ["container without image", (draft) => delete container(draft).image],
  ["container named in capitals", (draft) => Object.assign(container(draft), { name: "Web_1" })],
  ["container twice", (draft) => draft.spec.template.spec.containers.push({ name: "web", image: "nginx:1" })],
  ["negative replicas", (draft) => Object.assign(draft.spec, { replicas: -1 })],
  ["replicas as text", (draft) => Object.assign(draft.spec, { replicas: "3" })],
  ["name in capitals", (draft) => Object.assign(draft.metadata, { name: "Web_1" })],
  ["bad label", (draft) => Object.assign(draft.metadata, { labels: { "a b": "c" } })],
  ["bad label value", (draft) => Object.assign(draft.metadata, { labels: { a: "b c" } })],
  ["bad quantity", (draft) => Object.assign(container(draft), { resources: { requests: { cpu: "abc" } } })],
  [
    "request above its limit",
    (draft) => Object.assign(container(draft), { resources: { requests: { cpu: "2" }, limits: { cpu: "1" } } }),
  ],
  ["restart policy of a Job", (draft) => Object.assign(draft.spec.template.spec, { restartPolicy: "Never" })],
  [
    "mount without volume",
    (draft) => Object.assign(container(draft), { volumeMounts: [{ name: "x", mountPath: "/x" }] }),
  ],
  ["probe without handler", (draft) => Object.assign(container(draft), { livenessProbe: { periodSeconds: 3 } })],
  ["unknown field", (draft) => Object.assign(draft.spec, { replica: 3 })],
])("is refused in the same words: a Deployment with %s", async (_, change) => {
  const path = `/apis/apps/v1${within}/deployments?dryRun=All&fieldValidation=Strict`;
  const { expected, answer } = await ask("POST", path, deployment(change));
  expect(expected.status).toBeGreaterThanOrEqual(400);
  expect(answer).toEqual(expected);
});

const json = "application/json-patch+json";
const merge = "application/merge-patch+json";
const apply = "application/apply-patch+yaml";
const web = `/apis/apps/v1${within}/deployments/web`;
const maps = `/api/v1${within}/configmaps`;

test.each<[string, string, string, unknown?, string?]>([
  ["object that is not there", "GET", `${maps}/none`],
  ["kind that is not there", "GET", "/apis/apps/v1/nones"],
  ["object that is there already", "POST", maps, { metadata: { name: "kept" } }],
  ["object without a name", "POST", maps, { data: {} }],
  ["object of another namespace", "POST", maps, { metadata: { name: "x", namespace: "other" } }],
  ["object in no namespace", "POST", "/api/v1/namespaces/none/configmaps", { metadata: { name: "x" } }],
  ["method that is not there", "POST", web, deployment()],
  [
    "selector that changes",
    "PATCH",
    web,
    { spec: { selector: { matchLabels: { app: "x" } }, template: { metadata: { labels: { app: "x" } } } } },
    merge,
  ],
  ["old version", "PATCH", web, { metadata: { resourceVersion: "1" } }, merge],
  ["new name", "PATCH", web, { metadata: { name: "x" } }, merge],
  ["failing test of a JSON patch", "PATCH", web, [{ op: "test", path: "/spec/replicas", value: 9 }], json],
  [
    "apply without a manager",
    "PATCH",
    `${maps}/kept`,
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "kept" } },
    apply,
  ],
  [
    "apply against another manager",
    "PATCH",
    `${maps}/kept?fieldManager=me`,
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "kept" }, data: { a: "2" } },
    apply,
  ],
  ["negative scale", "PATCH", `${web}/scale`, { spec: { replicas: -1 } }, merge],
  ["end of a namespace that must stay", "DELETE", "/api/v1/namespaces/kube-system"],
])("is answered in the same words: %s", async (_, method, path, body, contentType) => {
  const { expected, answer } = await ask(method, path, body, contentType);
  expect(expected.status).toBeGreaterThanOrEqual(400);
  expect(answer).toEqual(expected);
});
