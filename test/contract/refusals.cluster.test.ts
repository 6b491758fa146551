import { afterAll, beforeAll, expect, test } from "vitest";
import { type DeploymentDraft as Draft, deployment } from "./deployment.ts";
import { type Pair, startPair } from "./pair.ts";

/** What cannot be done is refused with the same `Status`: code, reason, message, details and causes. */
let pair: Pair;
const namespace = "contract-refusals";
const within = `/namespaces/${namespace}`;
const web = `/apis/apps/v1${within}/deployments/web`;
const maps = `/api/v1${within}/configmaps`;

beforeAll(async () => {
  pair = await startPair("quiet", namespace);
  await pair.same({ method: "POST", path: `/apis/apps/v1${within}/deployments`, body: deployment("web") });
  await pair.same({ method: "POST", path: maps, body: { metadata: { name: "kept" }, data: { a: "1" } } });
  await pair.same({
    method: "POST",
    path: maps,
    body: { metadata: { name: "fixed" }, data: { a: "1" }, immutable: true },
  });
  await pair.same({ method: "POST", path: `/api/v1${within}/secrets`, body: { metadata: { name: "kept" } } });
});
afterAll(() => pair?.stop());

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
  const { real } = await pair.same({ method: "POST", path, body: deployment("web", change) });
  expect(real.status).toBeGreaterThanOrEqual(400);
});

const json = "application/json-patch+json";
const merge = "application/merge-patch+json";
const apply = "application/apply-patch+yaml";
const strategic = "application/strategic-merge-patch+json";

test.each<[string, string, string, unknown?, string?]>([
  ["object that is not there", "GET", `${maps}/none`],
  ["kind that is not there", "GET", "/apis/apps/v1/nones"],
  ["object that is there already", "POST", maps, { metadata: { name: "kept" } }],
  ["object without a name", "POST", maps, { data: {} }],
  ["object of another namespace", "POST", maps, { metadata: { name: "x", namespace: "other" } }],
  ["object in no namespace", "POST", "/api/v1/namespaces/none/configmaps", { metadata: { name: "x" } }],
  ["method that is not there", "POST", web, deployment("web")],
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
  ["a body that is no JSON", "POST", maps, "{"],
  ["a body that is a list", "POST", maps, "[]"],
  ["a body of no known form", "POST", maps, "x", "text/plain"],
  ["a patch of no known form", "PATCH", `${maps}/kept`, "x", "text/plain"],
  ["a strategic patch of the wrong type", "PATCH", web, { spec: { replicas: "x" } }, strategic],
  ["a merge patch of the wrong type", "PATCH", web, { spec: { replicas: "x" } }, merge],
  ["a JSON patch that is no list", "PATCH", web, { op: "add" }, json],
  ["a JSON patch to where nothing is", "PATCH", web, [{ op: "remove", path: "/spec/nothing" }], json],
  ["a JSON patch with an unknown operation", "PATCH", web, [{ op: "mend", path: "/spec" }], json],
  ["a patch of what is not there", "PATCH", `${maps}/none`, { data: {} }, merge],
  ["an update of what is not there", "PUT", `${maps}/none`, { metadata: { name: "none" } }],
  ["an update without a name", "PUT", `${maps}/kept`, { data: {} }],
  ["an update of another name", "PUT", `${maps}/kept`, { metadata: { name: "other" } }],
  ["an update of another kind", "PUT", `${maps}/kept`, { kind: "Secret", metadata: { name: "kept" } }],
  ["a kind of another version", "POST", maps, { apiVersion: "v2", kind: "ConfigMap", metadata: { name: "x" } }],
  ["an update of an old version", "PUT", `${maps}/kept`, { metadata: { name: "kept", resourceVersion: "1" } }],
  ["an update of another incarnation", "PUT", `${maps}/kept`, { metadata: { name: "kept", uid: "other" } }],
  ["a create with a version", "POST", maps, { metadata: { name: "x", resourceVersion: "1" } }],
  ["a delete of what is not there", "DELETE", `${maps}/none`],
  ["a delete of another incarnation", "DELETE", `${maps}/kept`, { preconditions: { uid: "other" } }],
  ["a delete of another version", "DELETE", `${maps}/kept`, { preconditions: { resourceVersion: "1" } }],
  ["an unknown propagation", "DELETE", `${maps}/kept`, { propagationPolicy: "Sideways" }],
  ["two ways of propagation", "DELETE", `${maps}/kept`, { propagationPolicy: "Orphan", orphanDependents: true }],
  ["an unknown dry run", "POST", `${maps}?dryRun=Some`, { metadata: { name: "x" } }],
  ["an unknown field validation", "POST", `${maps}?fieldValidation=Loud`, { metadata: { name: "x" } }],
  ["a manager's name that is too long", "POST", `${maps}?fieldManager=${"x".repeat(129)}`, { metadata: { name: "x" } }],
  ["a manager's name that cannot be printed", "POST", `${maps}?fieldManager=a%0Ab`, { metadata: { name: "x" } }],
  ["force without apply", "PATCH", `${maps}/kept?force=true`, { data: {} }, merge],
  ["a label selector of no form", "GET", `${maps}?labelSelector=a%20b`],
  ["an unknown field selector", "GET", `${maps}?fieldSelector=data.a%3D1`],
  ["a field selector of no form", "GET", `${maps}?fieldSelector=abc`],
  ["a limit that is no number", "GET", `${maps}?limit=many`],
  ["a continue token of nobody", "GET", `${maps}?continue=abc`],
  ["a version that is none", "GET", `${maps}?resourceVersion=abc`],
  ["a version match without a version", "GET", `${maps}?resourceVersionMatch=Exact`],
  ["an unknown version match", "GET", `${maps}?resourceVersion=1&resourceVersionMatch=About`],
  ["a subresource that is not there", "GET", `${maps}/kept/status`],
  ["a group that is not there", "GET", "/apis/nothing.example.com/v1/things"],
  ["a path that is not there", "GET", "/nothing"],
  ["a wrong method on a collection", "PUT", maps, { metadata: { name: "x" } }],
  ["an apply without its kind", "PATCH", `${maps}/kept?fieldManager=me`, { metadata: { name: "kept" } }, apply],
  [
    "an apply of another kind",
    "PATCH",
    `${maps}/kept?fieldManager=me`,
    { apiVersion: "v1", kind: "Secret", metadata: { name: "kept" } },
    apply,
  ],
  [
    "an apply of another version",
    "PATCH",
    `${maps}/kept?fieldManager=me`,
    { apiVersion: "v2", kind: "ConfigMap", metadata: { name: "kept" } },
    apply,
  ],
  [
    "an apply with managed fields",
    "PATCH",
    `${maps}/kept?fieldManager=me`,
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "kept", managedFields: [{ manager: "x" }] } },
    apply,
  ],
  [
    "an apply of another name",
    "PATCH",
    `${maps}/kept?fieldManager=me`,
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "other" } },
    apply,
  ],
  [
    "an apply of a value of the wrong type",
    "PATCH",
    `${web}?fieldManager=me`,
    { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" }, spec: { replicas: "x" } },
    apply,
  ],
  [
    "an apply of an unknown field",
    "PATCH",
    `${web}?fieldManager=me&force=true`,
    { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" }, spec: { replica: 1 } },
    apply,
  ],
  [
    "an apply that names a list's item twice",
    "PATCH",
    `${web}?fieldManager=me&force=true`,
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web" },
      spec: { template: { spec: { containers: [{ name: "a" }, { name: "a" }] } } },
    },
    apply,
  ],
  [
    "an apply that leaves a list's key out",
    "PATCH",
    `${web}?fieldManager=me&force=true`,
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web" },
      spec: { template: { spec: { containers: [{ image: "a" }] } } },
    },
    apply,
  ],
  ["an apply that is no object", "PATCH", `${maps}/kept?fieldManager=me`, "[]", apply],
  ["an apply that is no YAML", "PATCH", `${maps}/kept?fieldManager=me`, "{a: [", apply],
  [
    "an apply of a version that is old",
    "PATCH",
    `${maps}/kept?fieldManager=me`,
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "kept", resourceVersion: "1" } },
    apply,
  ],
  [
    "an apply for another incarnation",
    "PATCH",
    `${maps}/kept?fieldManager=me`,
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "kept", uid: "other" } },
    apply,
  ],
  [
    "an apply for an incarnation that is not there",
    "PATCH",
    `${maps}/gone?fieldManager=me`,
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "gone", uid: "other" } },
    apply,
  ],
  ["a name that is too long", "POST", maps, { metadata: { name: "x".repeat(254) } }],
  ["a change of what is immutable", "PATCH", `${maps}/fixed`, { data: { a: "2" } }, merge],
  ["a Secret that changes its type", "PATCH", `/api/v1${within}/secrets/kept`, { type: "other" }, merge],
  ["a Service without ports", "POST", `/api/v1${within}/services`, { metadata: { name: "x" }, spec: {} }],
  ["a subresource of another kind", "POST", `${maps}/kept/eviction`, { metadata: { name: "kept" } }],
  ["negative scale", "PATCH", `${web}/scale`, { spec: { replicas: -1 } }, merge],
  ["end of a namespace that must stay", "DELETE", "/api/v1/namespaces/kube-system"],
])("is answered in the same words: %s", async (_, method, path, body, contentType) => {
  const { real } = await pair.same({ method, path, body, ...(contentType !== undefined && { contentType }) });
  expect(real.status).toBeGreaterThanOrEqual(400);
});
