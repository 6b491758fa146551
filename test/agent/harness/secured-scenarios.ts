import { planned } from "./asked.ts";
import { config, configMap, deployment } from "./manifests.ts";
import { long, type Scenarios, withAgent } from "./with-agent.ts";

const namespace = (name: string, labels: Record<string, string>) =>
  JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });
const enforce = (level: string) => ({ "pod-security.kubernetes.io/enforce": level });
const empty = (name: string, namespace: string) =>
  JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace } });
const onHost = (name: string) =>
  deployment("web", 1)
    .replace("name: web", `name: web\n  namespace: ${name}`)
    .replace("containers:", "hostNetwork: true\n      containers:");
const pod = (name: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: bare, namespace: ${name} }\nspec:\n  containers: [{ name: c, image: nginx }]\n`;

/** Pod Security and quotas of namespaces as a merge leaves them, and not as they are. */
export const securedScenarios: Scenarios = {
  "objects of a namespace that the same pull request makes are held against its Pod Security level and its quota": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 915, async ({ agent }) => {
      const state = { "state/a.json": configMap("a", { v: "1" }) };
      const baseSha = agent.repository.commit({ ".trueup.yaml": config("founding"), ...state });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const hard = { configmaps: "3", "count/serviceaccounts": "1" };
      const quota = {
        apiVersion: "v1",
        kind: "ResourceQuota",
        metadata: { name: "q", namespace: "founded" },
        spec: { hard },
      };
      const changes = {
        "state/namespace.json": namespace("founded", enforce("restricted")),
        "state/quota.json": JSON.stringify(quota),
        "state/x0.json": empty("x0", "founded"),
        "state/x1.json": empty("x1", "founded"),
        "state/x2.json": empty("x2", "founded"),
        "state/bare.yaml": pod("founded"),
        "state/web.yaml": onHost("founded"),
      };
      const of = { repositoryId: 915, system: "founding", baseSha };
      const plan = await planned(agent, expect, of, changes);
      expect(plan.findings).toMatchObject([
        {
          file: "state/bare.yaml",
          severity: "error",
          message: expect.stringContaining('pods "bare" is forbidden: violates PodSecurity "restricted:latest": allow'),
        },
        {
          file: "state/web.yaml",
          severity: "error",
          rule: "refused-by-cluster",
          message: expect.stringMatching(
            /^The cluster would take this Deployment and none of its pods: the namespace `founded` enforces .* `host namespaces` \(`hostNetwork=true`\), `allowPrivilegeEscalation != false` /,
          ),
        },
        {
          file: "state/x2.json",
          severity: "error",
          message: expect.stringContaining("and the quota `q` leaves 0"),
        },
      ]);
      expect(plan.totals).toMatchObject({ create: 5, invalid: 2 });
      const { "state/x2.json": _, ...fewer } = changes;
      const privileged = { "state/namespace.json": namespace("founded", enforce("privileged")) };
      const eased = await planned(agent, expect, of, { ...fewer, ...privileged });
      expect(eased.findings).toEqual([]);
    }),

  "workloads are held against the Pod Security level that the same pull request gives their namespace": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 916, async ({ agent }) => {
      const state = { "state/namespace.json": namespace("levelled", enforce("restricted")) };
      const baseSha = agent.repository.commit({ ".trueup.yaml": config("levelled"), ...state });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const of = { repositoryId: 916, system: "levelled", baseSha };
      const found = async (level: string, web: string) => {
        const plan = await planned(agent, expect, of, {
          "state/namespace.json": namespace("levelled", enforce(level)),
          "state/web.yaml": web,
          "state/bare.yaml": pod("levelled"),
        });
        return plan.findings.map(({ file, severity, message }) => [file, severity, message]);
      };
      expect(await found("baseline", deployment("web", 1))).toEqual([]);
      expect(await found("baseline", onHost("levelled"))).toEqual([
        [
          "state/web.yaml",
          "error",
          expect.stringMatching(/level `baseline`: `host namespaces` \(`hostNetwork=true`\)$/),
        ],
      ]);
      expect(await found("restricted", deployment("web", 1))).toMatchObject([
        ["state/bare.yaml", "error", expect.stringContaining("violates PodSecurity")],
        ["state/web.yaml", "error", expect.stringContaining("none of its pods")],
      ]);

      const sha = agent.repository.commit({ "state/namespace.json": namespace("levelled", enforce("baseline")) });
      await expect.poll(() => agent.of("sync-result").find((one) => one.sha === sha)?.outcome, long).toBe("healthy");
      of.baseSha = sha;
      expect(await found("restricted", deployment("web", 1))).toMatchObject([
        ["state/bare.yaml", "error", expect.stringContaining("violates PodSecurity")],
        ["state/web.yaml", "error", expect.stringMatching(/none of its pods: .* `allowPrivilegeEscalation != false` /)],
      ]);
    }),
};
