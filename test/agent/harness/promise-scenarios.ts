import { watchKind } from "../../../src/kube/watch.ts";
import { config, configMap, deployment } from "./manifests.ts";
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
};
