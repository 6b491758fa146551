import { planned, synced } from "./asked.ts";
import { config, configMap, deployment } from "./manifests.ts";
import { long, type Scenarios, withAgent } from "./with-agent.ts";

const policy = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingAdmissionPolicy",
  metadata: { name: "owned" },
  spec: {
    failurePolicy: "Fail",
    matchConstraints: {
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "advised" } },
      resourceRules: [
        { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE", "UPDATE"], resources: ["configmaps"] },
      ],
    },
    validations: [{ expression: "has(object.metadata.annotations)", message: "an owner is to be named" }],
  },
};
const binding = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingAdmissionPolicyBinding",
  metadata: { name: "owned" },
  spec: { policyName: "owned", validationActions: ["Warn"] },
};

const quota = (hard: Record<string, string>) =>
  JSON.stringify({ apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "team" }, spec: { hard } });
const secret = (name: string) => JSON.stringify({ apiVersion: "v1", kind: "Secret", metadata: { name } });

/** What only a real control plane does: its admission, its controllers, versions that it converts. */
export const admissionScenarios: Scenarios = {
  "a workload that would be taken, and whose pods the namespace's Pod Security level would not have, is told as refused":
    (kubeconfig, expect) =>
      withAgent(kubeconfig, 910, async ({ agent, kube }) => {
        const baseSha = agent.repository.commit({
          ".trueup.yaml": config("secured"),
          "state/a.json": configMap("a", { v: "1" }),
        });
        await agent.start();
        await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
        const of = { repositoryId: 910, system: "secured", baseSha };
        const changes = {
          "state/web.yaml": deployment("web", 1).replace("containers:", "hostNetwork: true\n      containers:"),
        };
        const namespace = { apiVersion: "v1", kind: "Namespace", name: "secured" };
        const label = (labels: Record<string, string | null>) =>
          kube.patch(namespace, { metadata: { labels } }, "merge", { manager: "admin" });
        await label({ "pod-security.kubernetes.io/warn": "baseline" });
        expect((await planned(agent, expect, of, changes)).findings).toMatchObject([
          {
            file: "state/web.yaml",
            severity: "warning",
            message: expect.stringContaining('The cluster warns: would violate PodSecurity "baseline:latest": host'),
          },
        ]);
        await label({ "pod-security.kubernetes.io/warn": null, "pod-security.kubernetes.io/enforce": "baseline" });
        const plan = await planned(agent, expect, of, changes);
        expect(plan.findings).toMatchObject([
          {
            file: "state/web.yaml",
            line: 12,
            severity: "error",
            rule: "refused-by-cluster",
            message: expect.stringMatching(/would take this Deployment and none of its pods: the namespace `secured`/),
          },
        ]);
        expect(plan.objects).toMatchObject([{ action: "create", name: "web" }]);
        const eased = {
          ...changes,
          "state/namespace.yaml":
            "apiVersion: v1\nkind: Namespace\nmetadata: {name: secured, labels: {pod-security.kubernetes.io/enforce: privileged}}\n",
        };
        expect((await planned(agent, expect, of, eased)).findings).toEqual([]);
      }),

  "what the cluster gives a role that aggregates others is no drift, and nobody fights over it": (cluster, expect) =>
    // Whoever may not give every right may not have a role sum them up.
    withAgent(typeof cluster === "string" ? cluster : cluster.kubeconfig, 919, async ({ agent, kube }) => {
      const rule = (resource: string) => [{ apiGroups: [""], resources: [resource], verbs: ["get"] }];
      const role = (name: string, more: object) =>
        JSON.stringify({ apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", ...named(name), ...more });
      const named = (name: string, labels = {}) => ({ metadata: { name, labels } });
      const sums = (label: string) => ({ clusterRoleSelectors: [{ matchLabels: { [label]: "true" } }] });
      const part = (resource: string) =>
        role("summed-up-part", { ...named("summed-up-part", { "summed.example/up": "true" }), rules: rule(resource) });
      const sum = role("summed-up", { aggregationRule: sums("summed.example/up"), rules: [] });
      const baseSha = agent.repository.commit({
        ".trueup.yaml": config("aggregated"),
        "state/sum.json": sum,
        "state/part.json": part("pods"),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const summed = async () =>
        (await kube.get({ apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", name: "summed-up" })) as
          | { rules?: unknown }
          | undefined;
      await expect.poll(async () => (await summed())?.rules, long).toEqual(rule("pods"));
      const of = { repositoryId: 919, system: "aggregated", baseSha };
      expect((await planned(agent, expect, of, { "README.md": "" })).objects).toEqual([]);

      const plan = await planned(agent, expect, of, { "state/part.json": part("services") });
      expect(plan.objects.map(({ name, action }) => `${action} ${name}`)).toEqual(["update summed-up-part"]);
      const sha = agent.repository.commit({ "state/part.json": part("services") });
      await synced(agent, expect, { repositoryId: 919, system: "aggregated", sha });
      await expect.poll(async () => (await summed())?.rules, long).toEqual(rule("services"));
      expect((await planned(agent, expect, { ...of, baseSha: sha }, { "README.md": "" })).objects).toEqual([]);
      expect(agent.of("drift")).toEqual([]);
    }),

  "what an admission policy warns of is told with the plan": (kubeconfig, expect) =>
    withAgent(kubeconfig, 911, async ({ agent, kube }) => {
      const baseSha = agent.repository.commit({
        ".trueup.yaml": config("advised"),
        "state/a.json": configMap("a", { v: "1" }),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      for (const one of [policy, binding]) await kube.create(one);
      const of = { repositoryId: 911, system: "advised", baseSha };
      const found = async () => {
        const changes = { "state/a.json": configMap("a", { v: "2" }) };
        return (await planned(agent, expect, of, changes)).findings.map(({ severity, message }) => [severity, message]);
      };
      // The API server comes to know of a policy in its own time.
      await expect
        .poll(found, { timeout: 60_000, interval: 1_000 })
        .toEqual([["warning", expect.stringMatching(/^The cluster warns: .*'owned'.*an owner is to be named$/)]]);
    }),

  "objects that only together exceed a quota, and pods that it has no room for, are told before the merge": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 912, async ({ agent, kube }) => {
      await kube.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "crowded" } });
      const quota = { apiVersion: "v1", kind: "ResourceQuota", namespace: "crowded", name: "team" };
      const { name, namespace, ...typed } = quota;
      await kube.create({
        ...typed,
        metadata: { name, namespace },
        spec: { hard: { "count/secrets": "3", pods: "1" } },
      });
      const used = async () => ((await kube.get(quota))?.status as { used?: unknown } | undefined)?.used;
      const baseSha = agent.repository.commit({ ".trueup.yaml": config("crowded"), "state/a.json": secret("a") });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      await expect.poll(used, long).toEqual({ "count/secrets": "1", pods: "0" });

      const three = { "state/b.json": secret("b"), "state/c.json": secret("c"), "state/d.json": secret("d") };
      const changes = { ...three, "state/web.yaml": deployment("web", 2) };
      const plan = await planned(agent, expect, { repositoryId: 912, system: "crowded", baseSha }, changes);
      expect(plan.findings).toMatchObject([
        {
          file: "state/d.json",
          severity: "error",
          rule: "refused-by-cluster",
          message: expect.stringContaining("it would need count/secrets 1, and the quota `team` leaves 0"),
        },
        {
          file: "state/web.yaml",
          line: 6,
          severity: "warning",
          message:
            "The cluster would take this Deployment and not all of its pods: they would need 2 pods, and the quota `team` leaves 1",
        },
      ]);
      expect(plan.totals).toMatchObject({ create: 3, invalid: 1 });

      const sha = agent.repository.commit(three);
      const last = () => agent.of("sync-result").at(-1);
      await expect.poll(() => last()?.sha, long).toBe(sha);
      // Which of those that are applied at once comes last is the cluster's to say.
      const refused = last()!.objects.filter(({ action }) => action === "invalid");
      expect(refused).toMatchObject([{ kind: "Secret", reason: expect.stringContaining("exceeded quota: team") }]);
    }),

  "what a quota has room for only once the same merge raises it is planned, and no more of it; the merge brings it in one go":
    (kubeconfig, expect) =>
      withAgent(kubeconfig, 913, async ({ agent }) => {
        const state = { "state/quota.json": quota({ "count/secrets": "1" }), "state/a.json": secret("a") };
        const baseSha = agent.repository.commit({ ".trueup.yaml": config("raised"), ...state });
        await agent.start();
        await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
        const of = { repositoryId: 913, system: "raised", baseSha };
        const two = { "state/b.json": secret("b"), "state/c.json": secret("c") };
        const refused = await planned(agent, expect, of, two);
        expect(refused.findings.map(({ message }) => message)).toEqual([
          'refused by the cluster: secrets "b" is forbidden: exceeded quota: team, requested: count/secrets=1, used: count/secrets=1, limited: count/secrets=1',
          expect.stringContaining('secrets "c" is forbidden: exceeded quota: team'),
        ]);

        const raised = { ...two, "state/quota.json": quota({ "count/secrets": "3" }) };
        const plan = await planned(agent, expect, of, { ...raised, "state/d.json": secret("d") });
        expect(plan.totals).toMatchObject({ create: 2, update: 1, invalid: 1 });
        const reason = "checked by its schema alone: the quota `team` has no room for it before it is changed";
        expect(plan.objects.filter(({ action }) => action === "create")).toMatchObject([{ reason }, { reason }]);
        expect(plan.findings).toMatchObject([
          {
            file: "state/d.json",
            severity: "error",
            message: expect.stringContaining("it would need count/secrets 1, and the quota `team` leaves 0"),
          },
        ]);

        const sha = agent.repository.commit(raised);
        const told = () => agent.of("sync-result").filter((one) => one.sha === sha);
        await expect.poll(() => told().at(-1)?.outcome, long).toBe("healthy");
        expect(told().map(({ outcome }) => outcome)).toEqual(["healthy"]);
      }),

  "a quota that is new or lowered is held against what is there already, which goes for it only where the same merge deletes it":
    (kubeconfig, expect) =>
      withAgent(kubeconfig, 914, async ({ agent, kube }) => {
        const web = { apiVersion: "apps/v1", kind: "Deployment", namespace: "tightened", name: "web" };
        const baseSha = agent.repository.commit({
          ".trueup.yaml": config("tightened"),
          "state/a.json": secret("a"),
          "state/web.yaml": deployment("web", 2),
        });
        await agent.start();
        await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
        await expect.poll(async () => (await kube.get(web))?.status, long).toMatchObject({ readyReplicas: 2 });
        const of = { repositoryId: 914, system: "tightened", baseSha };
        const made = { "state/quota.json": quota({ "count/secrets": "2", pods: "1" }) };
        const warning = {
          file: "state/quota.json",
          severity: "warning",
          rule: "over-quota",
          message:
            "The cluster would take this ResourceQuota, and more is in use than it allows: pods 2 of 1. What is there stays, and nothing more of it is taken until less is in use",
        };
        const more = { ...made, "state/b.json": secret("b"), "state/c.json": secret("c") };
        expect((await planned(agent, expect, of, more)).findings).toMatchObject([
          {
            file: "state/c.json",
            severity: "error",
            message: expect.stringContaining("it would need count/secrets 1, and the quota `team` leaves 0"),
          },
          warning,
        ]);
        const without = await planned(agent, expect, of, { ...made, "state/web.yaml": undefined });
        expect(without.findings).toEqual([]);
        expect(without.totals).toMatchObject({ create: 1 });

        const sha = agent.repository.commit(made);
        await expect.poll(() => agent.of("sync-result").find((one) => one.sha === sha)?.outcome, long).toBe("healthy");
        const { name, namespace } = { name: "team", namespace: "tightened" };
        const status = async () =>
          (await kube.get({ apiVersion: "v1", kind: "ResourceQuota", namespace, name }))?.status;
        await expect.poll(status, long).toMatchObject({ used: { pods: "2", "count/secrets": "1" } });

        const lower = { "state/quota.json": quota({ "count/secrets": "0", pods: "1" }) };
        const lowered = await planned(agent, expect, { ...of, baseSha: sha }, lower);
        expect(lowered.totals).toMatchObject({ update: 1, invalid: 0 });
        expect(lowered.findings).toMatchObject([
          { ...warning, message: expect.stringContaining("than it allows: count/secrets 1 of 0. What is there stays") },
        ]);
      }),

  "a plan that a quota refuses is made again once somebody raises that, and the one that goes through once somebody lowers it":
    (kubeconfig, expect) =>
      withAgent(kubeconfig, 915, async ({ agent, kube }) => {
        await kube.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "quota-moving" } });
        const team = { apiVersion: "v1", kind: "ResourceQuota", namespace: "quota-moving", name: "team" };
        const { name, namespace, ...typed } = team;
        const hard = (secrets: string) => ({ spec: { hard: { "count/secrets": secrets } } });
        await kube.create({ ...typed, metadata: { name, namespace }, ...hard("1") });
        const baseSha = agent.repository.commit({
          ".trueup.yaml": config("quota-moving"),
          "state/a.json": secret("a"),
        });
        await agent.start();
        await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
        await expect
          .poll(async () => (await kube.get(team))?.status, long)
          .toMatchObject({ used: { "count/secrets": "1" } });

        const headSha = agent.repository.pullRequest(1, { "state/b.json": secret("b") });
        let asked = 0;
        const ask = () =>
          agent.command({
            type: "plan",
            id: `${++asked}`,
            repositoryId: 915,
            system: "quota-moving",
            pullRequest: 1,
            headSha,
            baseSha,
          });
        /** As the bot does: what is stale is asked again. @returns what became of the object, by the newest answer */
        const action = () => {
          if (agent.of("plan-stale").some(({ id }) => id === `${asked}`)) ask();
          return agent.of("plan-result").find(({ id }) => id === `${asked}`)?.plan?.objects[0]?.action;
        };
        const withinSeconds = { timeout: 10_000, interval: 50 };
        ask();
        await expect.poll(action, long).toBe("invalid");
        await kube.patch(team, hard("2"), "merge");
        await expect.poll(action, withinSeconds).toBe("create");
        await kube.patch(team, hard("1"), "merge");
        await expect.poll(action, withinSeconds).toBe("invalid");
      }),

  "an autoscaler that a pull request moves to the version in which the cluster keeps it shows what that changes, and who has drifted":
    (kubeconfig, expect) =>
      withAgent(kubeconfig, 642, async ({ agent, kube }) => {
        const scaler = (version: string, target: string) => `apiVersion: autoscaling/${version}
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec:
  maxReplicas: 5
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  ${target}
`;
        const v2 = (cpu: number) =>
          `metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: ${cpu} } } }]`;
        const baseSha = agent.repository.commit({
          ".trueup.yaml": config("scaled", "    heal: false\n"),
          "state/web.yaml": scaler("v1", "targetCPUUtilizationPercentage: 50"),
        });
        await agent.start();
        await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
        const of = { repositoryId: 642, system: "scaled", baseSha };
        const fieldsOf = async (cpu: number) => {
          const plan = await planned(agent, expect, of, { "state/web.yaml": scaler("v2", v2(cpu)) });
          return plan.objects.flatMap(({ fields }) => fields.map(({ path, cause }) => `${path} ${cause}`));
        };
        expect(await fieldsOf(50)).toEqual([]);
        const web = { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", namespace: "scaled", name: "web" };
        await kube.patch(web, { spec: { maxReplicas: 9 } }, "merge", { manager: "kubectl-edit" });
        expect(await fieldsOf(50)).toEqual(["spec.maxReplicas drift"]);
        expect((await fieldsOf(60)).sort()).toEqual(["spec.maxReplicas drift", "spec.metrics pull-request"]);
      }),
};
