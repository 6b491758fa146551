import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { openClusterView } from "../../../src/agent/cluster/cluster-view.ts";
import { createPlanWatch } from "../../../src/agent/plan/plan-watch.ts";
import { createRulesWatch, type RulesWatch } from "../../../src/agent/plan/rules-watch.ts";
import { loadKubeAccess } from "../../../src/kube/kube-access.ts";
import { createKubeClient, type KubeClient } from "../../../src/kube/kube-client.ts";
import { openTransport } from "../../../src/kube/transport.ts";
import { type Cluster, startCluster } from "../../../src/sandbox/cluster/start-cluster.ts";
import { planOf } from "../../core/report/planned.ts";
import { standingClock } from "../standing-clock.ts";

const long = { timeout: 10_000, interval: 20 };
let cluster: Cluster;
let kube: KubeClient;
let watch: RulesWatch;
let changed: (string | undefined)[] = [];
/** Of the nine kinds, those that are watched. */
let open = 0;
beforeAll(async () => {
  cluster = await startCluster({});
  const transport = openTransport(await loadKubeAccess({ kubeconfig: cluster.kubeconfigPath }));
  kube = createKubeClient({
    ...transport,
    async stream(request) {
      const body = await transport.stream(request);
      open++;
      return body;
    },
  });
  watch = createRulesWatch({ kube, log: pino({ level: "silent" }), confine: undefined }, (of) => changed.push(of));
  watch.begin();
  await vi.waitFor(() => expect(open).toBe(9), long);
});
afterAll(async () => {
  await watch.close();
  await kube.close();
  await cluster.stop();
});
beforeEach(() => {
  changed = [];
});

const quota = (name: string, pods: string, place = "default") => ({
  apiVersion: "v1",
  kind: "ResourceQuota",
  metadata: { name, namespace: place },
  spec: { hard: { pods } },
});
const range = (name: string) => ({
  apiVersion: "v1",
  kind: "LimitRange",
  metadata: { name, namespace: "default" },
  spec: { limits: [{ type: "Container", max: { cpu: "1" } }] },
});
const policy = (name: string) => ({
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingAdmissionPolicy",
  metadata: { name },
  spec: {
    matchConstraints: {
      resourceRules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["secrets"] }],
    },
    validations: [{ expression: "true" }],
  },
});
const team = { apiVersion: "v1", kind: "ResourceQuota", namespace: "default", name: "team" };

test("a quota that is made, changed or deleted is told, and not how much of it is used", async () => {
  await kube.create(quota("team", "1"));
  await expect.poll(() => changed, long).toEqual(["default"]);
  const status = (used: string) =>
    kube.transport.request({
      method: "PATCH",
      path: "/api/v1/namespaces/default/resourcequotas/team/status",
      contentType: "application/merge-patch+json",
      body: { status: { hard: { pods: "1" }, used: { pods: used } } },
    });
  // From here on the server goes by it.
  await status("0");
  await expect.poll(() => changed, long).toEqual(["default", "default"]);
  await status("1");
  await kube.patch(team, { metadata: { annotations: { note: "somebody's" } } }, "merge");
  await kube.patch(team, { spec: { hard: { pods: "2" } } }, "merge");
  await kube.create(quota("elsewhere", "1", "kube-system"));
  await expect.poll(() => changed, long).toEqual(["default", "default", "default", "kube-system"]);
  await kube.delete(team, {});
  await expect.poll(() => changed.at(-1), long).toBe("default");
});

test("limits, and the labels of a namespace, are told of that namespace; a policy is told of all", async () => {
  await kube.create(range("limits"));
  await expect.poll(() => changed, long).toEqual(["default"]);
  const labels = { "pod-security.kubernetes.io/enforce": "baseline" };
  await kube.patch({ apiVersion: "v1", kind: "Namespace", name: "default" }, { metadata: { labels } }, "merge");
  await expect.poll(() => changed, long).toEqual(["default", "default"]);
  await kube.create(policy("owned"));
  await expect.poll(() => changed, long).toEqual(["default", "default", undefined]);
});

test("a rule that changes while a plan is being made makes that plan stale, where the plan makes or changes something", async () => {
  const clock = standingClock();
  const log = pino({ level: "silent" });
  const view = openClusterView(kube, undefined, () => undefined);
  const stale: string[] = [];
  const before = open;
  const neverDrifts = () => false;
  const plans = createPlanWatch({ kube, view, log, confine: undefined }, (id) => stale.push(id), neverDrifts, clock);
  const begin = (id: string, namespace: string) => {
    const metadata = { apiVersion: "v1", kind: "ConfigMap", namespace, name: "a" };
    const object = { ...metadata, action: "update", drifted: false, fields: [] } as const;
    const watched = plans.begin(id, id);
    return () => watched.keep(planOf([{ ...object, fields: [] }]), "inputs", "applyset");
  };
  try {
    begin("made", "default")();
    const [there, elsewhere] = [begin("being made", "default"), begin("being made elsewhere", "kube-system")];
    // One of them follows what the plan names.
    await vi.waitFor(() => expect(open - before).toBe(9 + 1), long);
    await kube.create(quota("meanwhile", "5"));
    // What tells this one has been told to those that are being made.
    await expect.poll(() => clock.pass(2_000).then(() => stale), long).toEqual(["made"]);
    there();
    elsewhere();
    await clock.pass(1_999);
    expect(stale).toEqual(["made"]);
    await clock.pass(60_000);
    expect(stale).toEqual(["made", "being made"]);

    const all = begin("met by all", "kube-system");
    begin("made since", "kube-system")();
    await kube.create(policy("meanwhile"));
    await expect.poll(() => clock.pass(2_000).then(() => stale.includes("made since")), long).toBe(true);
    all();
    await clock.pass(2_000);
    expect(stale).toContain("met by all");
  } finally {
    await plans.close();
    await view.close();
  }
});
