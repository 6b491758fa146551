import { planned, synced } from "./asked.ts";
import { config, configMap, deployment, theirs } from "./manifests.ts";
import { long, type Scenarios, withAgent } from "./with-agent.ts";

const patch = (path: string, manager: string, body: unknown) => ({
  method: "PATCH" as const,
  path: `${path}?fieldManager=${manager}`,
  contentType: "application/merge-patch+json",
  body,
});

/** What a system's configuration and its guards ask for. */
export const policyScenarios: Scenarios = {
  "more deletions than allowed are held, and the rest is applied": (kubeconfig, expect) =>
    withAgent(kubeconfig, 201, async ({ agent, kube }) => {
      const names = ["a", "b", "c", "d", "e"];
      agent.repository.commit({
        ".trueup.yaml": config("held", "    protect: {maxDeletions: 1}\n"),
        ...Object.fromEntries(names.map((name) => [`state/${name}.json`, configMap(name, { v: "1" })])),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      // Loosening the guard in the same commit does not help.
      const sha = agent.repository.commit({
        ".trueup.yaml": config("held", "    protect: {maxDeletions: 100}\n"),
        "state/a.json": configMap("a", { v: "2" }),
        "state/b.json": undefined,
        "state/c.json": undefined,
      });
      await expect
        .poll(() => agent.of("sync-result").at(-1), long)
        .toMatchObject({ sha, outcome: "held", message: expect.stringContaining("maxDeletions") });
      const at = (name: string) => kube.get({ apiVersion: "v1", kind: "ConfigMap", namespace: "held", name });
      expect((await at("a"))?.data).toEqual({ v: "2" });
      expect(await at("b")).toBeDefined();
    }),

  "a plan made before the base's own guards count is stale once they do, so that nobody merges by the old ones": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 207, async ({ agent }) => {
      agent.repository.commit({
        ".trueup.yaml": config("tightened", "    protect: {maxDeletions: 100%}\n"),
        ...Object.fromEntries(["a", "b", "c"].map((name) => [`state/${name}.json`, configMap(name, { v: "1" })])),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const of = { repositoryId: 207, system: "tightened" };
      const until = new Date(Date.now() + 3_600_000).toISOString();
      agent.command({ type: "pause", id: "pause", ...of, pause: { until, by: "grace" } });
      await expect.poll(() => agent.of("pause-result"), long).toHaveLength(1);
      const baseSha = agent.repository.commit({
        ".trueup.yaml": config("tightened", "    protect: {maxDeletions: 0}\n"),
      });
      const headSha = agent.repository.pullRequest(1, { "state/a.json": undefined });
      const planned = async (id: string) => {
        agent.command({ type: "plan", id, ...of, pullRequest: 1, headSha, baseSha });
        await expect.poll(() => agent.of("plan-result").find((one) => one.id === id)?.plan, long).toBeDefined();
        return agent.of("plan-result").find((one) => one.id === id)!.plan!;
      };
      expect(await planned("before")).toMatchObject({ objects: [{ name: "a", action: "delete" }] });
      agent.command({ type: "pause", id: "resume", ...of });
      await expect.poll(() => agent.of("plan-stale").map(({ id }) => id), long).toContain("before");
      expect(await planned("after")).toMatchObject({ objects: [{ name: "a", action: "held" }] });
    }),

  "what leaves Git while nothing is pruned is planned to stay, left alone, and goes with a merge once the system prunes":
    (kubeconfig, expect) =>
      withAgent(kubeconfig, 209, async ({ agent, kube }) => {
        const of = { repositoryId: 209, system: "unpruned" };
        const baseSha = agent.repository.commit({
          ".trueup.yaml": config("unpruned", "    prune: false\n"),
          "state/a.json": configMap("a", { v: "1" }),
          "state/web.yaml": deployment("web", 0),
        });
        await agent.start();
        await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
        const gone = { "state/web.yaml": undefined };
        const plan = await planned(agent, expect, { ...of, baseSha }, gone);
        expect(plan.objects).toMatchObject([
          {
            kind: "Deployment",
            action: "unchanged",
            file: "state/web.yaml",
            reason: expect.stringMatching(/it stays/),
          },
        ]);
        expect(plan.totals).toMatchObject({ delete: 0, held: 0, unchanged: 2 });
        const sha = agent.repository.commit(gone);
        await synced(agent, expect, { ...of, sha });
        // It was told with that merge, and is no later one's.
        const later = await planned(agent, expect, { ...of, baseSha: sha }, { "state/b.json": configMap("b", {}) });
        expect(later.objects).toMatchObject([{ name: "b", action: "create" }]);

        // A process that has never seen it finds it by the inventory, though no other Deployment is described.
        await agent.stop();
        await agent.start();
        const prunes = agent.repository.commit({ ".trueup.yaml": config("unpruned") });
        await synced(agent, expect, { ...of, sha: prunes });
        const then = await planned(agent, expect, { ...of, baseSha: prunes }, { "state/c.json": configMap("c", {}) });
        expect(then.objects).toContainEqual(expect.objectContaining({ name: "web", action: "delete", pending: true }));
        const last = agent.repository.commit({ "state/c.json": configMap("c", {}) });
        await synced(agent, expect, { ...of, sha: last });
        expect(await kube.get({ apiVersion: "apps/v1", kind: "Deployment", namespace: "unpruned", name: "web" })).toBe(
          undefined,
        );
      }),

  "a commit that lifts its confinement is held to it, so that no one merge can reach out of its namespace": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 208, async ({ agent, kube }) => {
      const outside = configMap("outside", { v: "1" }).replace('"name"', '"namespace":"default","name"');
      const baseSha = agent.repository.commit({
        ".trueup.yaml": config("kept-in", "    confine: true\n"),
        "state/a.json": configMap("a", { v: "1" }),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const both = { ".trueup.yaml": config("kept-in"), "state/outside.json": outside };
      const refused = [
        {
          file: "state/outside.json",
          rule: "not-confined",
          message: expect.stringContaining("confined to namespace `kept-in` until a merge of its own has lifted that"),
        },
      ];
      const of = { repositoryId: 208, system: "kept-in" };
      for (const [pullRequest, changes] of [both, { ...both, ".trueup.yaml": config("default") }].entries()) {
        if (pullRequest === 1) changes[".trueup.yaml"] = changes[".trueup.yaml"].replace("  default:", "  kept-in:");
        const headSha = agent.repository.pullRequest(pullRequest + 1, changes);
        const id = `plan-${pullRequest}`;
        agent.command({ type: "plan", id, ...of, pullRequest: pullRequest + 1, headSha, baseSha });
        await expect
          .poll(() => agent.of("plan-result").find((one) => one.id === id)?.error?.findings, long)
          .toEqual(expect.arrayContaining(refused.map((one) => expect.objectContaining(one))));
      }
      // Merged all the same.
      const sha = agent.repository.commit(both);
      await expect
        .poll(() => agent.of("sync-result").at(-1), long)
        .toMatchObject({ sha, outcome: "failed", error: { findings: refused } });
      expect(
        await kube.get({ apiVersion: "v1", kind: "ConfigMap", namespace: "default", name: "outside" }),
      ).toBeUndefined();
      const alone = agent.repository.commit({ "state/outside.json": undefined });
      await synced(agent, expect, { ...of, sha: alone });
      const then = agent.repository.commit({ "state/outside.json": outside });
      await synced(agent, expect, { ...of, sha: then });
      expect(
        await kube.get({ apiVersion: "v1", kind: "ConfigMap", namespace: "default", name: "outside" }),
      ).toBeDefined();
    }),

  "ignored fields stay what others made them, through heals and syncs": (kubeconfig, expect) =>
    withAgent(kubeconfig, 202, async ({ agent, kube }) => {
      const ignore = "    ignore:\n      - {kind: Deployment, paths: [/spec/replicas]}\n";
      agent.repository.commit({ ".trueup.yaml": config("ignoring", ignore), "state/web.yaml": deployment("web", 1) });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const path = "/apis/apps/v1/namespaces/ignoring/deployments/web";
      await kube.transport.request(patch(path, "autoscaler", { spec: { replicas: 3 } }));
      await kube.transport.request(patch(path, "mallory", { spec: { paused: false, minReadySeconds: 1 } }));
      const sha = agent.repository.commit({ "state/web.yaml": deployment("web", 1, "nginx:1.30") });
      await expect.poll(() => agent.of("sync-result").at(-1), long).toMatchObject({ sha, outcome: "healthy" });
      const live = await kube.get({ apiVersion: "apps/v1", kind: "Deployment", namespace: "ignoring", name: "web" });
      expect(live?.spec).toMatchObject({
        replicas: 3,
        template: { spec: { containers: [{ image: "nginx:1.30" }] } },
      });
      expect(agent.of("drift")).toEqual([]);
    }),

  "with heal: false drift is reported and stands, in the heartbeat and in plans too": (kubeconfig, expect) =>
    withAgent(kubeconfig, 203, async ({ agent, kube }) => {
      const base = agent.repository.commit({
        ".trueup.yaml": config("reporting", "    heal: false\n"),
        "state/settings.json": configMap("settings", { greeting: "hello", other: "1" }),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const path = "/api/v1/namespaces/reporting/configmaps/settings";
      await kube.transport.request(patch(path, "mallory", { data: { greeting: "bye" } }));
      await expect.poll(() => agent.of("drift").at(-1), long).toMatchObject({ outcome: "reported" });
      const head = agent.repository.pullRequest(1, {
        "state/settings.json": configMap("settings", { greeting: "hello", other: "2" }),
      });
      const command = { repositoryId: 203, system: "reporting", pullRequest: 1, headSha: head, baseSha: base };
      agent.command({ type: "plan", id: "plan", ...command });
      await expect
        .poll(() => agent.of("plan-result").at(-1)?.plan, long)
        .toMatchObject({
          drifted: 1,
          objects: [
            {
              action: "update",
              drifted: true,
              fields: [
                { path: "data.greeting", cause: "drift", before: "bye", after: "hello", manager: "mallory" },
                { path: "data.other", cause: "pull-request", before: "1", after: "2" },
              ],
            },
          ],
        });
      const live = await kube.get({
        apiVersion: "v1",
        kind: "ConfigMap",
        namespace: "reporting",
        name: "settings",
      });
      expect(live?.data).toMatchObject({ greeting: "bye" });
    }),

  "with heal: false nothing is written at a start either, also not what the cluster would have refused before": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 206, async ({ agent, kube }) => {
      agent.repository.commit({
        ".trueup.yaml": config("looking", "    heal: false\n"),
        "state/web.yaml": deployment("web", 0),
        "state/settings.json": configMap("settings", { greeting: "hello" }),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      await agent.stop();
      const web = { apiVersion: "apps/v1", kind: "Deployment", namespace: "looking", name: "web" };
      await kube.delete(web, {});
      await expect.poll(() => kube.get(web), long).toBeUndefined();
      // A selector cannot be changed, so that Git's can never be applied on this.
      await kube.create(theirs(web));
      const settings = { apiVersion: "v1", kind: "ConfigMap", namespace: "looking", name: "settings" };
      const label = "applyset.kubernetes.io~1part-of";
      await kube.patch(settings, [{ op: "remove", path: `/metadata/labels/${label}` }], "json");
      // What is looked at again before its report has gone out is told again, as the same incident.
      const incidents = () => [...new Map(agent.of("drift").map((one) => [one.id, one])).values()];
      const told = () => incidents().map(({ object, what, outcome }) => `${object.name} ${what} ${outcome}`);
      await agent.start();
      await expect.poll(() => told().sort(), long).toEqual(["settings changed reported", "web changed failed"]);
      await kube.delete(web, {});
      await expect.poll(told, long).toContain("web deleted reported");
      await kube.patch(settings, { data: { greeting: "bye" } }, "merge");
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      expect(await kube.get(web)).toBeUndefined();
      expect((await kube.get(settings))?.metadata.labels ?? {}).toEqual({});
      expect(told().sort()).toEqual(["settings changed reported", "web changed failed", "web deleted reported"]);
    }),

  "who keeps writing against Git is called a contest, and healed when the writer has given up": (kubeconfig, expect) =>
    withAgent(kubeconfig, 204, async ({ agent, kube }) => {
      const names = ["a", "b"];
      agent.repository.commit({
        ".trueup.yaml": config("contest"),
        ...Object.fromEntries(names.map((name) => [`state/${name}.json`, configMap(name, { greeting: "hello" })])),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const pathOf = (name: string) => `/api/v1/namespaces/contest/configmaps/${name}`;
      const greeting = async (name: string) =>
        ((await kube.transport.request({ method: "GET", path: pathOf(name) })) as { data: { greeting: string } }).data
          .greeting;
      const contested = () =>
        new Set(agent.of("drift").flatMap(({ object, outcome }) => (outcome === "contested" ? object.name : [])));
      const fight = async (name: string) => {
        while (!contested().has(name)) {
          if ((await greeting(name)) === "hello")
            await kube.transport.request(patch(pathOf(name), "mallory", { data: { greeting: "bye" } }));
        }
      };
      await Promise.all(names.map(fight));
      await expect.poll(async () => new Set(await Promise.all(names.map(greeting))), long).toEqual(new Set(["hello"]));
    }),

  "an object of another ApplySet is held, never taken": (kubeconfig, expect) =>
    withAgent(kubeconfig, 205, async ({ agent, kube }) => {
      const metadata = {
        name: "theirs",
        namespace: "default",
        labels: { "applyset.kubernetes.io/part-of": "applyset-somebody-elses-v1" },
      };
      await kube.create({ apiVersion: "v1", kind: "ConfigMap", metadata, data: { v: "theirs" } });
      const manifest = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "theirs", namespace: "default" } };
      agent.repository.commit({
        ".trueup.yaml": config("foreign"),
        "state/theirs.json": JSON.stringify({ ...manifest, data: { v: "ours" } }),
      });
      await agent.start();
      await expect
        .poll(() => agent.of("sync-result").at(-1), long)
        .toMatchObject({ outcome: "held", objects: [{ action: "held" }] });
      const live = await kube.get({ apiVersion: "v1", kind: "ConfigMap", namespace: "default", name: "theirs" });
      expect(live?.data).toEqual({ v: "theirs" });
    }),
};
