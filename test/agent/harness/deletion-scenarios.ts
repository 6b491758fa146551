import { compareWithPlan } from "../../../src/bot/pull-request/as-planned.ts";
import type { ObjectRef } from "../../../src/core/manifest/kube-object.ts";
import { planned } from "./asked.ts";
import { config, configMap, deployment } from "./manifests.ts";
import { long, type Scenarios, withAgent } from "./with-agent.ts";

/** What a deletion takes along, and how somebody lets it go. */
export const deletionScenarios: Scenarios = {
  "a plan that deletes a namespace says what lives in it, and an approval of just that deletes it": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 510, async ({ agent, kube }) => {
      const namespace = JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name: "doomed" } });
      const base = agent.repository.commit({
        ".trueup.yaml": config("approved"),
        "state/a.json": configMap("a", { v: "1" }),
        "state/namespace.json": namespace,
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      for (const name of ["one", "two"]) {
        await kube.create({ apiVersion: "v1", kind: "Secret", metadata: { name, namespace: "doomed" } });
      }
      const change = { "state/namespace.json": undefined };
      const head = agent.repository.pullRequest(1, change);
      const of = { repositoryId: 510, system: "approved" };
      const planned = async (id: string, approvals?: { tree: string; deletes: string[]; by: string }[]) => {
        const command = { type: "plan", id, ...of, pullRequest: 1, headSha: head, baseSha: base } as const;
        agent.command(approvals === undefined ? command : { ...command, approvals });
        await expect.poll(() => agent.of("plan-result").find((one) => one.id === id)?.plan, long).toBeDefined();
        return agent.of("plan-result").find((one) => one.id === id)!.plan!;
      };
      const plan = await planned("before");
      expect(plan.objects).toMatchObject([
        {
          action: "held",
          kind: "Namespace",
          reason: expect.stringMatching(/takes everything in it with it$/),
          takesAlong: expect.stringMatching(/^in it: 2 × Secret/),
        },
      ]);
      const { tree, deletes } = plan.approval!;
      const approvals = [{ tree, deletes, by: "grace" }];
      const approved = await planned("approved", approvals);
      expect(approved.objects).toMatchObject([
        { action: "delete", kind: "Namespace", reason: expect.stringContaining("approved by `grace`") },
      ]);
      expect(approved.approval).toBeUndefined();

      // Nobody has told the agent of it: what it does by itself is held.
      const sha = agent.repository.commit(change);
      await expect.poll(() => agent.of("sync-result").at(-1), long).toMatchObject({ sha, outcome: "held" });
      expect(agent.of("sync-result").at(-1)?.approval).toMatchObject({ tree, deletes });
      const others = [{ ...approvals[0]!, deletes: ["AAAAAAAAAAAAAAAAAAAAAA"] }];
      agent.command({ type: "sync", id: "other", ...of, sha, approvals: others });
      await expect
        .poll(() => agent.of("sync-result").find(({ id }) => id === "other"), long)
        .toMatchObject({ outcome: "held" });
      agent.command({ type: "sync", id: "approved", ...of, sha, approvals });
      await expect
        .poll(() => agent.of("sync-result").find(({ id }) => id === "approved"), long)
        .toMatchObject({
          outcome: "healthy",
          objects: expect.arrayContaining([expect.objectContaining({ kind: "Namespace", action: "delete" })]),
        });
      const at = { apiVersion: "v1", kind: "Namespace", name: "doomed" };
      await expect
        .poll(async () => (await kube.get(at))?.metadata.deletionTimestamp ?? "gone", long)
        .toEqual(expect.any(String));
    }),

  "a plan that deletes a StatefulSet says whether its claims stay": (kubeconfig, expect) =>
    withAgent(kubeconfig, 531, async ({ agent }) => {
      const set = (name: string, more: object) =>
        JSON.stringify({
          apiVersion: "apps/v1",
          kind: "StatefulSet",
          metadata: { name },
          spec: {
            ...more,
            replicas: 0,
            selector: { matchLabels: { app: name } },
            template: {
              metadata: { labels: { app: name } },
              spec: { containers: [{ name: "db", image: "db:1" }] },
            },
          },
        });
      const resources = { requests: { storage: "1Gi" } };
      const volumeClaimTemplates = [
        { metadata: { name: "data" }, spec: { accessModes: ["ReadWriteOnce"], resources } },
      ];
      const persistentVolumeClaimRetentionPolicy = { whenDeleted: "Delete", whenScaled: "Retain" };
      const sets = {
        "state/goes.json": set("goes", { volumeClaimTemplates, persistentVolumeClaimRetentionPolicy }),
        "state/none.json": set("none", {}),
        "state/stays.json": set("stays", { volumeClaimTemplates }),
      };
      const base = agent.repository.commit({
        ".trueup.yaml": config("claims", "    protect: {maxDeletions: 100%}\n"),
        "state/a.json": configMap("a", { v: "1" }),
        ...sets,
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const gone = Object.fromEntries(Object.keys(sets).map((file) => [file, undefined]));
      const headSha = agent.repository.pullRequest(1, gone);
      const of = { repositoryId: 531, system: "claims", pullRequest: 1, headSha, baseSha: base };
      agent.command({ type: "plan", id: "gone", ...of });
      await expect.poll(() => agent.of("plan-result").find(({ id }) => id === "gone")?.plan, long).toBeDefined();
      const objects = agent.of("plan-result").find(({ id }) => id === "gone")?.plan?.objects;
      expect(Object.fromEntries(objects!.map(({ name, takesAlong }) => [name, takesAlong]))).toEqual({
        goes: "its claims are deleted with it, and what is stored in them may go",
        none: undefined,
        stays: "its claims stay, with what is stored in them",
      });
    }),

  "a plan that deletes a workload says how many pods go with it": (kubeconfig, expect) =>
    withAgent(kubeconfig, 530, async ({ agent }) => {
      const base = agent.repository.commit({
        ".trueup.yaml": config("pods"),
        "state/a.json": configMap("a", { v: "1" }),
        "state/b.json": configMap("b", { v: "1" }),
        "state/web.yaml": deployment("web", 2),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const headSha = agent.repository.pullRequest(1, { "state/web.yaml": undefined });
      const of = { repositoryId: 530, system: "pods", pullRequest: 1, headSha, baseSha: base };
      agent.command({ type: "plan", id: "gone", ...of });
      await expect.poll(() => agent.of("plan-result").find(({ id }) => id === "gone")?.plan, long).toBeDefined();
      expect(agent.of("plan-result").find(({ id }) => id === "gone")?.plan?.objects).toMatchObject([
        { action: "delete", kind: "Deployment", takesAlong: "its 2 pods go with it" },
      ]);
    }),

  "what no merged plan told of stays, through a restart and the next commit, until a plan tells of it": (
    kubeconfig,
    expect,
  ) =>
    withAgent(
      kubeconfig,
      520,
      async ({ agent, kube }) => {
        const names = ["a", "b", "c"];
        const file = (name: string) => `state/${name}.json`;
        agent.repository.commit({
          ".trueup.yaml": config("untold", "    protect: {maxDeletions: 100%}\n"),
          ...Object.fromEntries(names.map((name) => [file(name), configMap(name, { v: "1" })])),
        });
        await agent.start();
        await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
        const of = { repositoryId: 520, system: "untold" };
        const key = (name: string) => `/ConfigMap/untold/${name}`;
        const isThere = async (name: string) =>
          (await kube.get({ apiVersion: "v1", kind: "ConfigMap", namespace: "untold", name })) !== undefined;
        const sync = async (id: string, sha: string, more: { planned?: string[] }) => {
          agent.command({ type: "sync", id, ...of, sha, ...more });
          await expect.poll(() => agent.of("sync-result").find((one) => one.id === id), long).toBeDefined();
          return agent.of("sync-result").find((one) => one.id === id);
        };
        const gone = agent.repository.commit({ [file("a")]: undefined, [file("b")]: undefined });
        expect(await sync("stale", gone, { planned: [key("b")] })).toMatchObject({
          outcome: "held",
          message: "no plan that was merged told of its deletion",
          approval: { deletes: [expect.any(String)] },
        });
        expect([await isThere("a"), await isThere("b")]).toEqual([true, false]);

        await agent.stop();
        await agent.start();
        // A look of its own, then a commit of somebody's without a pull request: neither knows of any plan.
        await expect.poll(() => agent.of("heartbeat").length, long).toBeGreaterThan(0);
        await sync("again", gone, {});
        const pushed = agent.repository.commit({ [file("c")]: configMap("c", { v: "2" }) });
        await sync("pushed", pushed, {});
        expect(await isThere("a")).toBe(true);

        const told = agent.repository.commit({ [file("c")]: configMap("c", { v: "3" }) });
        expect(await sync("told", told, { planned: [key("a")] })).toMatchObject({ outcome: "healthy" });
        expect(await isThere("a")).toBe(false);
      },
      { pollMs: 3_600_000 },
    ),

  "what the agent pulls by itself deletes nothing before the bot could say that nobody was told of it": (
    kubeconfig,
    expect,
  ) =>
    withAgent(
      kubeconfig,
      521,
      async ({ agent, kube }) => {
        const rules = { ".trueup.yaml": config("graced", "    protect: {maxDeletions: 100%}\n") };
        const files = { "state/a.json": configMap("a", { v: "1" }), "state/b.json": configMap("b", { v: "1" }) };
        agent.repository.commit({ ...rules, ...files });
        await agent.start();
        await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
        const sha = agent.repository.commit({ "state/a.json": undefined, "state/b.json": configMap("b", { v: "2" }) });
        const b = { apiVersion: "v1", kind: "ConfigMap", namespace: "graced", name: "b" };
        await expect.poll(async () => (await kube.get(b))?.data, long).toEqual({ v: "2" });
        agent.command({ type: "sync", id: "told", repositoryId: 521, system: "graced", sha, planned: [] });
        await expect
          .poll(() => agent.of("sync-result").find(({ id }) => id === "told"), long)
          .toMatchObject({ outcome: "held", message: "no plan that was merged told of its deletion" });
        expect(await kube.get({ ...b, name: "a" })).toBeDefined();
      },
      { graceMs: 30_000 },
    ),

  "a bot that is there and held up is waited for before anything goes, and once it has asked nothing is waited for": (
    kubeconfig,
    expect,
  ) =>
    withAgent(
      kubeconfig,
      522,
      async ({ agent, kube }) => {
        const names = ["a", "b", "c"];
        agent.repository.commit({
          ".trueup.yaml": config("held-up", "    protect: {maxDeletions: 100%}\n"),
          ...Object.fromEntries(names.map((name) => [`state/${name}.json`, configMap(name, { v: "1" })])),
        });
        await agent.start();
        await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
        const at = (name: string) => kube.get({ apiVersion: "v1", kind: "ConfigMap", namespace: "held-up", name });
        const of = { type: "sync", repositoryId: 522, system: "held-up" } as const;
        const soon = { timeout: 20_000, interval: 50 };
        const outcome = (id: string) => agent.of("sync-result").find((one) => one.id === id)?.outcome;
        /** Waits until all but the deletions of a commit is there, and longer than the agent would without a bot. */
        const pulled = async (v: string, gone: string) => {
          const sha = agent.repository.commit({
            [`state/${gone}.json`]: undefined,
            "state/c.json": configMap("c", { v }),
          });
          await expect.poll(async () => (await at("c"))?.data, long).toEqual({ v });
          await new Promise((resolve) => setTimeout(resolve, 2_500));
          return sha;
        };
        const first = await pulled("2", "a");
        expect(await at("a")).toBeDefined();
        agent.command({ ...of, id: "told", sha: first, planned: [] });
        await expect.poll(() => outcome("told"), long).toBe("held");
        expect(await at("a")).toBeDefined();

        const second = await pulled("3", "b");
        expect(await at("b")).toBeDefined();
        agent.command({ ...of, id: "pushed", sha: second });
        await expect.poll(() => at("b"), soon).toBeUndefined();

        // What is pulled for others goes on with what the bot had asked for.
        const until = new Date(Date.now() + 3_600_000).toISOString();
        agent.command({ ...of, type: "pause", id: "pause", pause: { until, by: "grace" } });
        await expect.poll(() => agent.of("pause-result"), long).toHaveLength(1);
        const third = agent.repository.commit({
          "state/a.json": configMap("a", { v: "2" }),
          "state/c.json": undefined,
        });
        agent.command({ ...of, id: "asked", sha: third });
        await expect.poll(() => agent.of("sync-progress").some(({ id }) => id === "asked"), long).toBe(true);
        agent.repository.commit({ "elsewhere/readme.txt": "for others" });
        await expect.poll(() => outcome("asked"), long).toBe("superseded");
        agent.command({ ...of, type: "pause", id: "resume" });
        await expect.poll(() => at("c"), soon).toBeUndefined();
      },
      // Thirty times as long while the bot is there.
      { graceMs: 2_000 },
    ),

  "what somebody is deleting is planned to be made anew once it is gone, with what is lost by that, and so it comes": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 521, async ({ agent, kube }) => {
      // What it says could not be changed in place: what is made anew may say anything.
      const fixed = (v: string) => JSON.stringify({ ...JSON.parse(configMap("fixed", { v })), immutable: true });
      const within = (name: string) =>
        JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "going-along" } });
      const of = { repositoryId: 521, system: "going" };
      const baseSha = agent.repository.commit({
        ".trueup.yaml": config("going", "    heal: false\n"),
        "state/fixed.json": fixed("1"),
        "state/namespace.json": JSON.stringify({
          ...{ apiVersion: "v1", kind: "Namespace", metadata: { name: "going-along" } },
        }),
        "state/inner.json": within("inner"),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const map = { apiVersion: "v1", kind: "ConfigMap", namespace: "going", name: "fixed" };
      const place = { apiVersion: "v1", kind: "Namespace", name: "going-along" };
      const goes = async (ref: ObjectRef) => {
        const metadata = { finalizers: ["keeper.example/stay"] };
        await kube.patch(ref, { metadata }, "merge", { manager: "keeper" });
        await kube.delete(ref, {});
      };
      await goes(map);
      await goes(place);
      const changes = { "state/fixed.json": fixed("2"), "state/more.json": within("more") };
      const plan = await planned(agent, expect, { ...of, baseSha }, changes);
      const found = (name: string) => plan.objects.find((one) => one.name === name);
      expect(plan.findings).toEqual([]);
      expect(found("fixed")).toMatchObject({
        ...{ action: "create", drifted: true, fields: [] },
        reason: expect.stringContaining("it is being deleted, and merging waits until it is gone"),
      });
      expect(found("going-along")).toMatchObject({
        ...{ action: "create", drifted: true },
        risks: [{ kind: "loses", text: "somebody is deleting it, and everything in it goes with it" }],
      });
      expect(found("more")).toMatchObject({
        ...{ action: "create", drifted: false },
        reason: "checked by its schema alone: the namespace `going-along` is being deleted",
      });

      const sha = agent.repository.commit(changes);
      agent.command({ type: "sync", id: "anew", ...of, sha });
      for (const ref of [map, place]) await kube.patch(ref, { metadata: { finalizers: null } }, "merge");
      const answer = () => agent.of("sync-result").find((one) => one.id === "anew");
      await expect.poll(() => answer()?.objects.length, long).toBe(4);
      const compared = compareWithPlan(plan, answer()!.objects, true);
      expect(compared).toEqual(compared.map(() => ({ fidelity: "as-planned" })));
      expect((await kube.get(map))?.data).toEqual({ v: "2" });
    }),
};
