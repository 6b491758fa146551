import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openInventory, parentOf } from "../../src/agent/cluster/inventory.ts";
import { loadKubeAccess } from "../../src/kube/kube-access.ts";
import { createKubeClient } from "../../src/kube/kube-client.ts";
import { openTransport } from "../../src/kube/transport.ts";
import { expectSame } from "./differences.ts";
import { type Kubectl, linesOf, stockKubectl } from "./kubectl.ts";
import { type Pair, startPair } from "./pair.ts";

/** A stock kubectl does the same on both clusters and says the same, through a working day. */
let pair: Pair;
let kubectl: Kubectl;
const namespace = "contract-kubectl";

beforeAll(async () => {
  pair = await startPair("alive", namespace);
  kubectl = stockKubectl(pair, namespace);
  const account = `/api/v1/namespaces/${namespace}/serviceaccounts/default`;
  await pair.eventuallySame({ path: account }, ({ status }) => status === 200);
});
afterAll(async () => {
  kubectl?.stop();
  await pair?.stop();
});

const manifests = (image: string, value: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "${image}", ports: [{containerPort: 80}]}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {a: "${value}"}
`;
const same = async (line: string, input?: string) => kubectl.same(line.split(" "), input);

/** Waits until a rollout is through on both: how often kubectl says that it waits is each cluster's own. */
async function rolledOut(name: string): Promise<void> {
  const { real, embedded } = await kubectl.run(["rollout", "status", `deployment/${name}`, "--timeout=50s"]);
  const last = (text: string) => text.trim().split("\n").at(-1);
  expect(last(real.text)).toBe(`deployment "${name}" successfully rolled out`);
  expectSame("rollout status", last(real.text), last(embedded.text));
}

interface Pod {
  status: { containerStatuses?: { ready: boolean }[] };
}

/** Waits until just so many pods are there, and ready: old ones end after a rollout is through. */
async function podsLeft(count: number): Promise<void> {
  const ready = ({ status }: Pod) => status.containerStatuses?.every((it) => it.ready) === true;
  const settled = (pods: Pod[]) => pods.length === count && pods.every(ready);
  for (;;) {
    const { real, embedded } = await pair.ask({ path: `/api/v1/namespaces/${namespace}/pods` });
    if (settled(real.body.items) && settled(embedded.body.items)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe("a working day", () => {
  test("apply, from the client: all is made, then nothing changes", async () => {
    await same("apply -f -", manifests("nginx:1", "1"));
    await rolledOut("web");
    await same("apply -f -", manifests("nginx:1", "1"));
  });

  test("diff: what would change, and that it would", async () => {
    const { real } = await same("diff -f -", manifests("nginx:2", "2"));
    expect(real.code).toBe(1);
    await same("diff -f -", manifests("nginx:1", "1"));
    await same("diff --server-side --force-conflicts --field-manager=other -f -", manifests("nginx:2", "2"));
  });

  test("get: for people, wide, as YAML, by a path", async () => {
    await podsLeft(2);
    await same("get deployments,replicasets,services,pods");
    await same("get deployments,replicasets,services,pods -o wide");
    await same("get deployment web -o yaml");
    await same("get deployment web -o jsonpath={.spec.replicas}/{.status.readyReplicas}");
    await same(
      "get deployment web -o custom-columns=NAME:.metadata.name,IMAGE:.spec.template.spec.containers[*].image",
    );
    await same("get deployment -l app=web -o name");
    await same("get configmap settings -o json");
    await same("get deployment none");
    await same("get nothing");
  });

  test("rollout: a new image, back again, and anew", async () => {
    await same("apply -f -", manifests("nginx:2", "2"));
    await rolledOut("web");
    await same("rollout history deployment/web");
    await same("rollout undo deployment/web");
    await rolledOut("web");
    await same("rollout restart deployment/web");
    await rolledOut("web");
    await same("rollout pause deployment/web");
    await same("rollout resume deployment/web");
    await podsLeft(2);
  });

  test("apply, on the server: conflicts are named, and forced", async () => {
    const { real } = await same("apply --server-side --field-manager=me -f -", manifests("nginx:3", "3"));
    expect(real.code).toBe(1);
    await same("apply --server-side --field-manager=me --force-conflicts -f -", manifests("nginx:1", "1"));
    await same("apply --server-side --dry-run=server --field-manager=me -f -", manifests("nginx:1", "9"));
  });

  test("scale, edit, label, annotate, patch, set", async () => {
    await same("scale deployment/web --replicas=1");
    await same("scale deployment/web --replicas=2");
    const { real } = await same("edit deployment/web");
    expect(real.text).toContain("edited");
    await same("get deployment web -o jsonpath={.spec.replicas}");
    await same("label deployment/web tier=front");
    await same("label deployment/web tier=back");
    await same("label --overwrite deployment/web tier=back");
    await same("annotate deployment/web note=1");
    await same("annotate deployment/web note-");
    await same('patch deployment web -p {"spec":{"replicas":1}}');
    await same('patch configmap settings --type=merge -p {"data":{"b":"2"}}');
    await same('patch configmap settings --type=json -p [{"op":"remove","path":"/data/b"}]');
    await same('patch deployment web --subresource=scale --type=merge -p {"spec":{"replicas":2}}');
    await same("set image deployment/web web=nginx:4");
    await rolledOut("web");
    await podsLeft(2);
  });

  test("wait: for a condition, for a value, and in vain", async () => {
    await same("wait --for=condition=Available deployment/web --timeout=30s");
    await same("wait --for=jsonpath={.status.readyReplicas}=2 deployment/web --timeout=30s");
    await same("wait --for=condition=Never deployment/web --timeout=1s");
  });

  test("describe: what people read when something is wrong", async () => {
    const { real, embedded } = await kubectl.run(["describe", "deployment", "web"]);
    expect(embedded.code).toBe(0);
    expectSame("describe deployment", beforeEvents(real.text), beforeEvents(embedded.text));
    await same("describe configmap settings");
    await same(`describe namespace ${namespace}`);
    const { text } = (await kubectl.run(["events"])).embedded;
    for (const said of ["Successfully assigned", "Pulled", "Started container web"]) expect(text).toContain(said);
  });

  test("create: a Deployment, a ConfigMap, a pod whose image is nowhere", async () => {
    await same("create deployment made --image=nginx:1 --replicas=1");
    await rolledOut("made");
    await same("create configmap made --from-literal=a=1");
    await same("create configmap made --from-literal=a=1");
    await same("create namespace contract-kubectl-made --dry-run=server -o yaml");
    await same("expose deployment made --port=81");
    await same("run bad --image=registry.invalid/a:1 --restart=Never");
    const reason = "{.status.containerStatuses[0].state.waiting.reason}=ImagePullBackOff";
    await same(`wait --for=jsonpath=${reason} pod/bad --timeout=30s`);
    await same("get pod bad");
    const { text } = (await kubectl.run(["describe", "pod", "bad"])).embedded;
    for (const said of ["Successfully assigned", "Failed to pull image", "Error: ImagePullBackOff"]) {
      expect(text).toContain(said);
    }
  });

  test("events: controllers and scheduler tell the same", async () => {
    for (const [reason, object] of [
      ["ScalingReplicaSet", "deployment/made"],
      ["SuccessfulCreate", "replicaset/made"],
      ["Scheduled", "pod/made"],
    ]) {
      const { real, embedded } = await kubectl.run(["get", "events", `--field-selector=reason=${reason}`]);
      const news = (text: string) => newsOf(text).filter((line) => line.includes(object!));
      expect(news(real.text), reason).not.toEqual([]);
      expectSame(`events: ${reason}`, news(real.text), news(embedded.text));
    }
    await same("events --for deployment/made");
  });

  test("explain and api-resources: what the server can do", async () => {
    for (const what of [
      "deployment",
      "deployment.spec.strategy",
      "pod.spec.containers.env",
      "configmap",
      "cronjob.spec",
    ]) {
      const { real, embedded } = await kubectl.run(["explain", what]);
      expect(fieldsOf(real.text)).not.toEqual([]);
      expectSame(`explain ${what}`, fieldsOf(real.text), fieldsOf(embedded.text));
    }
    await same("explain deployment.spec.nothing");
    const { real, embedded } = await kubectl.run(["api-resources", "--no-headers", "-o", "wide"]);
    const rows = linesOf(embedded.text).filter((line) => line !== "");
    expect(rows.length).toBeGreaterThan(50);
    expect(linesOf(real.text)).toEqual(expect.arrayContaining(rows));
    await same("version");
    await same("auth can-i create pods");
    await same("get --raw /readyz");
  });

  test("delete: one, of a file, in the background, by labels", async () => {
    await same("delete deployment made");
    await same("delete pod bad --grace-period=0 --force");
    await same("delete configmap none");
    await same("delete configmap none --ignore-not-found");
    await same("delete service made --cascade=background");
    await same("delete -f - --cascade=foreground", manifests("nginx:1", "1"));
    await same("delete configmap,deployment -l app=web");
    await same("get deployments,replicasets,services");
  });
});

test("an ApplySet of ours is not kubectl's to prune", async () => {
  const parent = parentOf(namespace, 42, "shop");
  for (const kubeconfig of [pair.real.kubeconfig, pair.embedded.kubeconfigPath]) {
    const kube = createKubeClient(openTransport(await loadKubeAccess({ kubeconfig })));
    try {
      const options = { kube, namespace, confine: undefined, repositoryId: 42, system: "shop", version: "0" };
      const nothing = { revision: undefined, policyRevision: undefined, held: false, unplanned: [] };
      const groupKinds = [{ group: "", kind: "ConfigMap" }];
      await openInventory(options).write({ groupKinds, namespaces: [namespace], ...nothing });
    } finally {
      await kube.close();
    }
  }
  const map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: foreign}\n";
  const said = await same(`apply --server-side --prune --applyset=configmap/${parent.name} -f -`, map);
  expect(said.real.code).toBe(1);
  expect(said.real.text).toMatch(/tooling.*trueup|trueup.*tooling/);
  const { real } = await pair.same({ path: `/api/v1/namespaces/${namespace}/configmaps/foreign` });
  expect(real.status).toBe(404);
});

function beforeEvents(text: string): string[] {
  // In which order old ReplicaSets are told is the server's order of names, in which their hashes are.
  const lines = linesOf(text.slice(0, text.indexOf("\nEvents:")));
  return lines.map((line) => (line.startsWith("OldReplicaSets:") ? "OldReplicaSets:" : line));
}

/** Reason, object and message of events, without how long ago. */
function newsOf(text: string): string[] {
  return linesOf(text)
    .map((line) => line.replace(/^<age>( \(x\d+ over <age>\))? /, ""))
    .filter((line) => line !== "")
    .sort();
}

/** The fields that `explain` lists, with their types, without the prose. */
function fieldsOf(text: string): string[] {
  return text.split("\n").filter((line) => /^(GROUP|KIND|VERSION|FIELDS?):|^ {2}\S+\t<.*>/.test(line));
}
