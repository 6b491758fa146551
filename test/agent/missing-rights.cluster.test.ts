import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { agentRights } from "../../src/agent/install/agent-rights.ts";
import { apiRequest } from "../harness/control-plane/api-request.ts";
import { kubectlApply } from "../harness/control-plane/service-account.ts";
import { type ControlPlane, startControlPlane } from "../harness/control-plane.ts";
import { installAgentAccount } from "./harness/agent-account.ts";
import { agentScenarios } from "./harness/agent-scenarios.ts";
import { rulesOf } from "./harness/grants.ts";
import { config, configMap, deployment, shape, shapeDefinition } from "./harness/manifests.ts";
import { long, type TestCluster, withAgent } from "./harness/with-agent.ts";

type Account = Exclude<TestCluster, string>;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "trueup-account-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const binding = (role: string) =>
  JSON.stringify({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name: "all" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
    subjects: [{ kind: "ServiceAccount", name: "web", namespace: "default" }],
  });

/** Asks the API server with the agent's own token. @returns the status */
async function statusAs(plane: ControlPlane, account: Account, path: string, body?: object): Promise<number> {
  const { users } = JSON.parse(readFileSync(account.agent.kubeconfig, "utf8")) as {
    users: { user: { token: string } }[];
  };
  const access = { url: plane.url, ca: plane.ca, token: users[0]!.user.token };
  return (await apiRequest(access, path, body === undefined ? {} : { method: "POST", body })).status;
}

const escapes: [string, string, object?][] = [
  ["exec into a pod", "/api/v1/namespaces/shop/pods/web/exec?command=sh&stdout=true", {}],
  ["attach to a pod", "/api/v1/namespaces/shop/pods/web/attach?stdout=true", {}],
  ["forward a port", "/api/v1/namespaces/shop/pods/web/portforward?ports=80", {}],
  ["go through a pod", "/api/v1/namespaces/shop/pods/web/proxy/"],
  ["go through a node", "/api/v1/nodes/node-1/proxy/"],
  ["take an account's token", "/api/v1/namespaces/shop/serviceaccounts/default/token", {}],
];

describe("in a whole cluster", () => {
  let plane: ControlPlane;
  let cluster: Account;
  beforeAll(async () => {
    plane = await startControlPlane({ controllers: true });
    cluster = await installAgentAccount(plane, { folder });
  });
  afterAll(() => plane?.stop());

  test("a binding of cluster-admin in Git is refused by the server and told; all else is applied and runs", () =>
    withAgent(cluster, 1, async ({ agent, kube }) => {
      const base = agent.repository.commit({
        ".trueup.yaml": config("escalating"),
        "state/a.json": configMap("a", { v: "1" }),
        "state/web.yaml": deployment("web", 1),
        "state/all.json": binding("cluster-admin"),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1), long).toMatchObject({ outcome: "failed" });
      const { objects, message } = agent.of("sync-result").at(-1)!;
      expect(objects.map(({ action, kind }) => `${action} ${kind}`).sort()).toEqual([
        "create ConfigMap",
        "create Deployment",
        "invalid RoleBinding",
      ]);
      expect(message).toMatch(/^the cluster refuses RoleBinding all: .*not currently held.*nobody can hand on/s);
      const all = {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        namespace: "escalating",
        name: "all",
      };
      expect(await kube.get(all)).toBeUndefined();

      const headSha = agent.repository.pullRequest(1, { "state/all.json": binding("admin") });
      const command = { repositoryId: 1, system: "escalating", pullRequest: 1, headSha, baseSha: base };
      agent.command({ type: "plan", id: "plan", ...command });
      await expect
        .poll(() => agent.of("plan-result").at(-1)?.plan?.findings, long)
        .toMatchObject([{ file: "state/all.json", rule: "refused-by-cluster", severity: "error" }]);

      // What the agent holds itself, it may hand on.
      agent.repository.commit({
        "state/all.json": binding("view").replaceAll('"ClusterRole"', '"Role"').replace('"view"', '"reads"'),
        "state/reads.yaml":
          'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: reads}\nrules: [{apiGroups: [""], resources: [configmaps], verbs: [get, update]}]\n',
      });
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
    }));

  test("a kind that nobody granted is told with the rule that is missing, and works once a labelled role has it", () =>
    withAgent(cluster, 2, async ({ agent, kube }) => {
      const group = "granted-later.example";
      agent.repository.commit({
        ".trueup.yaml": config("later"),
        "state/crd.yaml": shapeDefinition(group),
        "state/star.yaml": shape(group, 60),
        "state/web.yaml": deployment("web", 1),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1), long).toMatchObject({ outcome: "failed" });
      const { objects, message } = agent.of("sync-result").at(-1)!;
      expect(objects.map(({ action, kind }) => `${action} ${kind}`).sort()).toEqual([
        "create CustomResourceDefinition",
        "create Deployment",
        "invalid Shape",
      ]);
      expect(message).toContain(
        `it needs the rule {apiGroups: ["${group}"], resources: [shapes], verbs: [list]} in a ClusterRole`,
      );
      await installAgentAccount(plane, { custom: [group], folder });
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const star = { apiVersion: `${group}/v1`, kind: "Shape", namespace: "later", name: "star" };
      expect((await kube.get(star))?.spec).toMatchObject({ size: 60 });
    }));

  test("an agent that was given its rights before events were among them tells a failure without what they say", async () => {
    const withoutEvents = agentRights({ namespace: "trueup-system", confine: [] }).map((one) => ({
      ...one,
      ...(one.rules === undefined ? {} : { rules: rulesOf(one).filter(({ resources }) => resources[0] !== "events") }),
    }));
    kubectlApply(plane, withoutEvents);
    const events = () => statusAs(plane, cluster, "/api/v1/namespaces/default/events");
    await expect.poll(events, long).toBe(403);
    try {
      await withAgent(cluster, 6, async ({ agent }) => {
        agent.repository.commit({
          ".trueup.yaml": config("blind", "    timeout: 1s\n"),
          "state/web.yaml": deployment("web", 1).replace(
            "      containers:",
            "      schedulerName: nobody\n      containers:",
          ),
        });
        await agent.start();
        await expect
          .poll(() => agent.of("sync-result").at(-1), long)
          .toMatchObject({ outcome: "failed", message: "not healthy after 1 s: web 0 of 1 pods ready" });
      });
    } finally {
      await installAgentAccount(plane, { folder });
    }
    await expect.poll(events, long).toBe(200);
  });

  test.each(escapes)("nobody can %s with the agent's token", async (_, path, body) => {
    expect(await statusAs(plane, cluster, path, body)).toBe(403);
  });
});

describe("confined to one namespace", () => {
  let plane: ControlPlane;
  let cluster: Account;
  beforeAll(async () => {
    plane = await startControlPlane({ controllers: true });
    cluster = await installAgentAccount(plane, { confine: ["second", "narrow"], folder });
  });
  afterAll(() => plane?.stop());

  const main = "a pull request is planned to the field, merged, applied; a file that goes is pruned";
  test(main, () => agentScenarios[main]!(cluster, expect));

  test("a system that reaches outside is refused with its lines, in plan and sync, before anything is applied", () =>
    withAgent(cluster, 3, async ({ agent, kube }) => {
      const inside = { ".trueup.yaml": config("narrow"), "state/a.json": configMap("a", { v: "1" }) };
      const base = agent.repository.commit(inside);
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const outside = {
        "state/a.json": configMap("a", { v: "2" }),
        "state/key.yaml": "apiVersion: v1\nkind: Secret\nmetadata:\n  name: key\n  namespace: kube-system\n",
        "state/class.yaml":
          "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: urgent}\nvalue: 1\n",
      };
      const findings = [
        { file: "state/class.yaml", line: 2, rule: "outside-confinement" },
        { file: "state/key.yaml", line: 5, rule: "outside-confinement" },
      ];
      const headSha = agent.repository.pullRequest(1, outside);
      const command = { repositoryId: 3, system: "narrow", pullRequest: 1, headSha, baseSha: base };
      agent.command({ type: "plan", id: "plan", ...command });
      await expect.poll(() => agent.of("plan-result").at(-1)?.error, long).toMatchObject({ kind: "user", findings });
      const sha = agent.repository.commit(outside);
      await expect
        .poll(() => agent.of("sync-result").at(-1), long)
        .toMatchObject({ sha, outcome: "failed", error: { kind: "user", findings } });
      expect(agent.of("sync-result").at(-1)?.error?.findings?.[1]?.message).toBe(
        "This Secret is for namespace `kube-system`, and this cluster's agent is confined to the namespaces `second`, `narrow`; name one of those, or have the agent's TRUEUP_CONFINE and its rights extended.",
      );
      expect((await kube.get({ apiVersion: "v1", kind: "ConfigMap", namespace: "narrow", name: "a" }))?.data).toEqual({
        v: "1",
      });
    }));

  test("drift is seen and healed by watching these namespaces alone", () =>
    withAgent(cluster, 4, async ({ agent, kube }) => {
      const more = configMap("more", { v: "1" }).replace('"name"', '"namespace":"second","name"');
      agent.repository.commit({
        ".trueup.yaml": config("drifting").replace("namespace: drifting", "namespace: narrow"),
        "state/b.json": configMap("b", { v: "1" }),
        "state/more.json": more,
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      for (const [namespace, name] of [
        ["narrow", "b"],
        ["second", "more"],
      ] as const) {
        const ref = { apiVersion: "v1", kind: "ConfigMap", namespace, name };
        await kube.patch(ref, { data: { v: "broken" } }, "merge");
        await expect.poll(async () => (await kube.get(ref))?.data, long).toEqual({ v: "1" });
        await kube.delete(ref, {});
        await expect.poll(async () => (await kube.get(ref))?.data, long).toEqual({ v: "1" });
      }
    }));

  test("what it had outside before it was confined stays, and is told as held instead of forgotten", async () => {
    const system = { ".trueup.yaml": config("shrinking").replace("namespace: shrinking", "namespace: narrow") };
    const outside = (name: string) => configMap(name, {}).replace('"name"', '"namespace":"default","name"');
    const parent = { apiVersion: "v1", kind: "ConfigMap", namespace: "trueup-system", name: "trueup-5-shrinking" };
    await withAgent(cluster, 5, async ({ agent, kube }) => {
      agent.repository.commit({ ...system, "state/in.json": configMap("in", {}), "state/out.json": outside("out") });
      await agent.start({ kubeconfig: cluster.kubeconfig });
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      await agent.stop();
      agent.repository.commit({ "state/in.json": configMap("in", { v: "2" }), "state/out.json": undefined });
      await agent.start();
      await expect
        .poll(() => agent.of("sync-result").at(-1), long)
        .toMatchObject({ outcome: "held", message: expect.stringContaining("objects in the namespace default") });
      const out = { apiVersion: "v1", kind: "ConfigMap", namespace: "default", name: "out" };
      expect(await kube.get(out)).toBeDefined();
      const annotations = (await kube.get(parent))?.metadata.annotations;
      expect(annotations?.["applyset.kubernetes.io/additional-namespaces"]).toBe("default,narrow");
    });
  });

  test.each([
    ...escapes,
    ["read a Secret elsewhere", "/api/v1/namespaces/kube-system/secrets"],
    ["read all Secrets", "/api/v1/secrets"],
    ["read the agent's own Secret", "/api/v1/namespaces/trueup-system/secrets/trueup-agent"],
    ["list namespaces", "/api/v1/namespaces"],
  ] as [string, string, object?][])("nobody can %s with the agent's token", async (_, path, body) => {
    expect(await statusAs(plane, cluster, path, body)).toBe(403);
  });
});
