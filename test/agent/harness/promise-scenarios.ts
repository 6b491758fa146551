import { watchKind } from "../../../src/kube/watch.ts";
import { planned, synced } from "./asked.ts";
import { config, configMap, deployment, shape, shapeDefinition } from "./manifests.ts";
import { long, type Scenarios, withAgent } from "./with-agent.ts";

const configMaps = { group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true, verbs: [] };

/** What holds whatever a commit, a command or a crash in the middle does. */
export const promiseScenarios: Scenarios = {
  "the inventory names where an object will be before the object is made": (kubeconfig, expect) =>
    withAgent(kubeconfig, 601, async ({ agent, kube }) => {
      const isThere = { apiVersion: "v1", kind: "Namespace", metadata: { name: "inventory-other" } };
      await kube.create(isThere);
      // One watch of one kind, so that its order is the order in which the cluster stored them.
      const seen: string[] = [];
      const listed = Promise.withResolvers<void>();
      const watch = watchKind(
        kube,
        configMaps,
        {},
        {
          onList: () => listed.resolve(),
          onEvent(_type, { metadata: { name, annotations } }) {
            const where = annotations?.["applyset.kubernetes.io/additional-namespaces"];
            const what = annotations?.["applyset.kubernetes.io/contains-group-kinds"];
            if (name === "trueup-601-inventory") seen.push(`${what} in ${where}`);
            if (name.startsWith("inventory-")) seen.push(name);
          },
        },
      );
      try {
        await listed.promise;
        agent.repository.commit({
          ".trueup.yaml": config("inventory"),
          "state/first.json": configMap("inventory-first", {}),
        });
        await agent.start();
        await expect.poll(() => seen, long).toContain("inventory-first");
        expect(seen.indexOf("ConfigMap in inventory")).toBe(0);
        const metadata = { name: "inventory-second", namespace: "inventory-other" };
        agent.repository.commit({
          "state/second.json": JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata }),
        });
        await expect.poll(() => seen, long).toContain("inventory-second");
        const known = seen.indexOf("ConfigMap in inventory,inventory-other");
        expect(known).toBeGreaterThan(0);
        expect(known).toBeLessThan(seen.indexOf("inventory-second"));
      } finally {
        await watch.stop();
      }
    }),

  "a pull request that loosens a guard is planned by the guard that it meets": (kubeconfig, expect) =>
    withAgent(kubeconfig, 602, async ({ agent }) => {
      const names = ["a", "b", "c", "d", "e"];
      const base = agent.repository.commit({
        ".trueup.yaml": config("meets", "    protect: {maxDeletions: 1}\n"),
        ...Object.fromEntries(names.map((name) => [`state/${name}.json`, configMap(name, { v: "1" })])),
        "state/web.yaml": deployment("web", 0),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const loosened =
        "    protect: {maxDeletions: 100%}\n    ignore:\n      - {kind: Deployment, paths: [/spec/replicas]}\n";
      const headSha = agent.repository.pullRequest(1, {
        ".trueup.yaml": config("meets", loosened),
        "state/a.json": undefined,
        "state/b.json": undefined,
        "state/web.yaml": deployment("web", 1),
      });
      const command = { repositoryId: 602, system: "meets", pullRequest: 1, headSha, baseSha: base };
      agent.command({ type: "plan", id: "plan", ...command });
      await expect.poll(() => agent.of("plan-result"), long).toHaveLength(1);
      expect(agent.of("plan-result")[0]?.plan).toMatchObject({
        totals: { held: 2, delete: 0, update: 1 },
        objects: [
          { name: "web", fields: [{ path: "spec.replicas", cause: "pull-request", after: 1 }] },
          { name: "a", action: "held", reason: expect.stringContaining("maxDeletions") },
          { name: "b", action: "held" },
        ],
      });
    }),

  "a command cannot take the cluster back behind what is recorded, in a process that knows nothing yet either": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 603, async ({ agent, kube }) => {
      const version = async () =>
        (await kube.get({ apiVersion: "v1", kind: "ConfigMap", namespace: "forward", name: "a" }))?.data;
      const answer = (id: string) => agent.of("sync-result").find((one) => one.id === id);
      const sync = (id: string, sha: string) =>
        agent.command({ type: "sync", id, repositoryId: 603, system: "forward", sha });
      const first = agent.repository.commit({
        ".trueup.yaml": config("forward"),
        "state/a.json": configMap("a", { v: "1" }),
      });
      const second = agent.repository.commit({ "state/a.json": configMap("a", { v: "2" }) });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1), long).toMatchObject({ sha: second, outcome: "healthy" });
      await agent.stop();

      // A process that has nothing enacted, since what the branch has now is broken.
      const broken = agent.repository.commit({ "state/a.json": "{" });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1), long).toMatchObject({ sha: broken, outcome: "failed" });
      sync("back", first);
      await expect.poll(() => answer("back")?.outcome, long).toBe("superseded");
      expect(await version()).toEqual({ v: "2" });

      // Who sets the branch back in Git means it.
      agent.repository.setBack(first);
      sync("set-back", first);
      await expect.poll(() => answer("set-back")?.outcome, long).toBe("healthy");
      expect(await version()).toEqual({ v: "1" });
    }),

  "what was merged while the agent was away is pending in a plan by the name of its merge, and what was changed by hand is drift":
    (kubeconfig, expect) =>
      withAgent(kubeconfig, 604, async ({ agent, kube }) => {
        const reporting = "    heal: false\n    protect: {maxDeletions: 100%}\n";
        agent.repository.commit({
          ".trueup.yaml": config("behind", reporting),
          "state/merged.json": configMap("merged", { v: "1" }),
          "state/touched.json": configMap("touched", { v: "1" }),
          "state/old.json": configMap("old", { v: "1" }),
        });
        await agent.start();
        await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
        await agent.stop();
        const touched = { apiVersion: "v1", kind: "ConfigMap", namespace: "behind", name: "touched" };
        await kube.patch(touched, { data: { v: "by hand" } }, "merge");
        // A system waits for what it depends on, so these merges are not applied however long the plan takes.
        const waiting = {
          ".trueup.yaml": `${config("behind", `${reporting}    dependsOn: [before]\n`)}  before:
    cluster: here
    path: before
    namespace: behind
`,
          "before/web.yaml": deployment("web", 1, "registry.invalid/web:no"),
        };
        const byTwelve = {
          sha: agent.repository.merge(12, { ...waiting, "state/merged.json": configMap("merged", { v: "2" }) }),
          pullRequest: 12,
        };
        const brought = { "state/early.json": configMap("early", { v: "1" }), "state/old.json": undefined };
        const byThirteen = { sha: agent.repository.commit(brought, "main", "Tidy up @all (#13)"), pullRequest: 13 };
        const baseSha = agent.repository.commit({ "before/other.json": configMap("other", {}) });
        await agent.start();
        const headSha = agent.repository.pullRequest(1, {
          "state/merged.json": configMap("merged", { v: "2", more: "1" }),
          "state/touched.json": configMap("touched", { v: "1", more: "1" }),
        });
        const command = { repositoryId: 604, system: "behind", pullRequest: 1, headSha, baseSha };
        agent.command({ type: "plan", id: "plan", ...command });
        await expect.poll(() => agent.of("plan-result"), long).toHaveLength(1);
        const [{ plan } = {}] = agent.of("plan-result");
        const more = { path: "data.more", cause: "pull-request", after: "1" };
        expect(plan).toMatchObject({
          drifted: 1,
          totals: { create: 1, update: 2, delete: 0 },
          objects: [
            { name: "early", action: "create", pending: true, merge: byThirteen },
            {
              name: "merged",
              drifted: false,
              fields: [{ path: "data.v", cause: "pending", before: "1", after: "2", merge: byTwelve }, more],
            },
            { name: "touched", drifted: true, fields: [{ path: "data.v", cause: "drift", before: "by hand" }, more] },
            { name: "old", action: "delete", pending: true, merge: byThirteen },
          ],
        });
        const sha = byThirteen.sha.slice(0, 7);
        expect(plan?.objects.at(-1)?.reason).toBe(`left over from \`#13\` (\`${sha}\`), which is not finished`);
      }),

  "a deletion that an earlier merge left over is told as pending, and is no later pull request's": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 605, async ({ agent }) => {
      const names = ["a", "b", "c", "d", "e"];
      agent.repository.commit({
        ".trueup.yaml": config("leftover", "    protect: {maxDeletions: 1}\n"),
        ...Object.fromEntries(names.map((name) => [`state/${name}.json`, configMap(name, { v: "1" })])),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const held = agent.repository.commit({ "state/a.json": undefined, "state/b.json": undefined });
      await expect.poll(() => agent.of("sync-result").at(-1), long).toMatchObject({ sha: held, outcome: "held" });
      const headSha = agent.repository.pullRequest(1, { "state/c.json": configMap("c", { v: "2" }) });
      const command = { repositoryId: 605, system: "leftover", pullRequest: 1, headSha, baseSha: held };
      agent.command({ type: "plan", id: "held", ...command });
      await expect.poll(() => agent.of("plan-result"), long).toHaveLength(1);
      const leftOver = { action: "held", pending: true, reason: expect.stringContaining("left over from an earlier") };
      expect(agent.of("plan-result")[0]?.plan).toMatchObject({
        totals: { update: 1, held: 0, delete: 0 },
        objects: [
          { name: "c", action: "update" },
          { name: "a", ...leftOver },
          { name: "b", ...leftOver },
        ],
      });
    }),

  "a pull request that changes a field which the system ignores says that it does so in vain": (kubeconfig, expect) =>
    withAgent(kubeconfig, 606, async ({ agent }) => {
      const ignore = "    ignore:\n      - {kind: Deployment, paths: [/spec/replicas]}\n";
      const baseSha = agent.repository.commit({
        ".trueup.yaml": config("vain", ignore),
        "state/web.yaml": deployment("web", 2),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const headSha = agent.repository.pullRequest(1, { "state/web.yaml": deployment("web", 4) });
      const command = { repositoryId: 606, system: "vain", pullRequest: 1, headSha, baseSha };
      agent.command({ type: "plan", id: "plan", ...command });
      await expect.poll(() => agent.of("plan-result"), long).toHaveLength(1);
      expect(agent.of("plan-result")[0]?.plan).toMatchObject({
        totals: { update: 0, unchanged: 1 },
        objects: [
          {
            name: "web",
            action: "unchanged",
            fields: [{ path: "spec.replicas", cause: "ignored", before: 2, after: 2 }],
          },
        ],
      });
    }),

  "an agent that is stopped in the middle of plans answers none of them, so that nobody reads of a fault": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 609, async ({ agent }) => {
      const base = agent.repository.commit({
        ".trueup.yaml": config("stopped"),
        "state/a.json": configMap("a", { v: "1" }),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const headSha = agent.repository.pullRequest(1, { "state/a.json": configMap("a", { v: "2" }) });
      const ask = {
        type: "plan",
        repositoryId: 609,
        system: "stopped",
        pullRequest: 1,
        headSha,
        baseSha: base,
      } as const;
      const many = 12;
      for (let n = 0; n < many; n++) agent.command({ ...ask, id: `stopped/${n}` });
      // Some are answered, the others are at work.
      await expect.poll(() => agent.of("plan-result").length, { ...long, interval: 1 }).toBeGreaterThan(0);
      await agent.stop();
      expect(agent.of("plan-result").filter(({ error }) => error !== undefined)).toEqual([]);
      expect(agent.of("plan-result").length).toBeLessThan(many);
    }),

  "what is refused only because the same pull request brings the rest is planned, and is there afterwards": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 620, async ({ agent, kube }) => {
      const group = "learns.example";
      const star = (more: string) => `${shape(group, 60)}${more}`;
      const baseSha = agent.repository.commit({
        ".trueup.yaml": config("learns"),
        "state/crd.yaml": shapeDefinition(group),
        "state/star.yaml": star(""),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const changes = {
        "state/crd.yaml": shapeDefinition(group).replace("size:", "glow: { type: string }\n                size:"),
        "state/star.yaml": star("  glow: soft\n"),
        "state/account.json": JSON.stringify({
          apiVersion: "v1",
          kind: "ServiceAccount",
          metadata: { name: "runner" },
        }),
        "state/pod.json": JSON.stringify({
          apiVersion: "v1",
          kind: "Pod",
          metadata: { name: "once" },
          spec: { serviceAccountName: "runner", containers: [{ name: "web", image: "nginx:1.29" }] },
        }),
      };
      const plan = await planned(agent, expect, { repositoryId: 620, system: "learns", baseSha }, changes);
      const found = (kind: string) => plan.objects.find((one) => one.kind === kind);
      expect(found("Shape")).toMatchObject({
        action: "update",
        fields: [{ path: "spec.glow", cause: "pull-request", after: "soft" }],
        reason: "checked by its schema alone: its definition changes with it",
      });
      expect(found("Pod")).toMatchObject({ action: "create" });
      expect(plan.findings).toEqual([]);
      const sha = agent.repository.commit(changes);
      await synced(agent, expect, { repositoryId: 620, system: "learns", sha });
      const live = await kube.get({ apiVersion: `${group}/v1`, kind: "Shape", namespace: "learns", name: "star" });
      expect(live?.spec).toMatchObject({ glow: "soft" });
    }),
};
