import { config, configMap, deployment, shape, shapeDefinition } from "./manifests.ts";
import { long, type Scenarios, withAgent } from "./with-agent.ts";

/** From a first commit to a merge, and back from what people break. */
export const mainPathScenarios: Scenarios = {
  "the first commit is pulled and applied without anybody asking, and told": (kubeconfig, expect) =>
    withAgent(kubeconfig, 101, async ({ agent, kube }) => {
      const group = "first.example";
      const sha = agent.repository.commit({
        ".trueup.yaml": config("first"),
        "state/crd.yaml": shapeDefinition(group),
        "state/star.yaml": shape(group, 60),
        "state/web.yaml": deployment("web", 3),
        "state/settings.json": configMap("settings", { greeting: "hello" }),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result"), long).toMatchObject([{ sha, outcome: "healthy" }]);
      const [result] = agent.of("sync-result");
      expect(result?.objects.map(({ kind, action }) => `${action} ${kind}`).sort()).toEqual([
        "create ConfigMap",
        "create CustomResourceDefinition",
        "create Deployment",
        "create Shape",
      ]);
      const star = await kube.get({ apiVersion: `${group}/v1`, kind: "Shape", namespace: "first", name: "star" });
      expect(star?.spec).toEqual({ shape: "star", color: "purple", size: 60 });
      const parent = await kube.get({
        apiVersion: "v1",
        kind: "ConfigMap",
        namespace: "trueup-system",
        name: "trueup-101-first",
      });
      expect(parent?.metadata.annotations).toMatchObject({
        "applyset.kubernetes.io/contains-group-kinds": `ConfigMap,CustomResourceDefinition.apiextensions.k8s.io,Deployment.apps,Shape.${group}`,
        "applyset.kubernetes.io/additional-namespaces": "first",
        "trueup.dev/revision": sha,
      });
    }),

  "a pull request is planned to the field, merged, applied; a file that goes is pruned": (kubeconfig, expect) =>
    withAgent(kubeconfig, 102, async ({ agent, kube }) => {
      const base = agent.repository.commit({
        ".trueup.yaml": config("second", "    protect: {maxDeletions: 50%}\n"),
        "state/web.yaml": deployment("web", 2),
        "state/settings.json": configMap("settings", { greeting: "hello" }),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const change = { "state/web.yaml": deployment("web", 4), "state/settings.json": undefined };
      const head = agent.repository.pullRequest(7, change);
      agent.command({
        type: "plan",
        id: "plan-1",
        repositoryId: 102,
        system: "second",
        pullRequest: 7,
        headSha: head,
        baseSha: base,
      });
      await expect.poll(() => agent.of("plan-result"), long).toHaveLength(1);
      const [{ plan, error } = {}] = agent.of("plan-result");
      expect(error).toBeUndefined();
      expect(plan?.objects).toMatchObject([
        {
          kind: "Deployment",
          action: "update",
          drifted: false,
          file: "state/web.yaml",
          fields: [{ path: "spec.replicas", cause: "pull-request", before: 2, after: 4 }],
        },
        { kind: "ConfigMap", name: "settings", action: "delete", file: "state/settings.json" },
      ]);
      expect(plan).toMatchObject({ baseSha: base, headSha: head, drifted: 0, findings: [] });

      const sha = agent.repository.commit(change);
      agent.command({ type: "sync", id: "sync-1", repositoryId: 102, system: "second", sha });
      await expect
        .poll(() => agent.of("sync-result").find(({ id }) => id === "sync-1"), long)
        .toMatchObject({
          sha,
          outcome: "healthy",
          objects: [
            { kind: "Deployment", action: "update", fields: [{ path: "spec.replicas", before: 2, after: 4 }] },
            { kind: "ConfigMap", action: "delete" },
          ],
        });
      const gone = { apiVersion: "v1", kind: "ConfigMap", namespace: "second", name: "settings" };
      expect(await kube.get(gone)).toBeUndefined();
    }),

  "what somebody changes or deletes by hand is healed at once, with the writer's name": (kubeconfig, expect) =>
    withAgent(kubeconfig, 103, async ({ agent, kube }) => {
      agent.repository.commit({
        ".trueup.yaml": config("third"),
        "state/settings.json": configMap("settings", { greeting: "hello" }),
        "state/web.yaml": deployment("web", 1),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const settings = { apiVersion: "v1", kind: "ConfigMap", namespace: "third", name: "settings" };
      await kube.transport.request({
        method: "PATCH",
        path: "/api/v1/namespaces/third/configmaps/settings?fieldManager=someone-with-a-brush",
        contentType: "application/merge-patch+json",
        body: { data: { greeting: "bye" } },
      });
      await expect.poll(async () => (await kube.get(settings))?.data, long).toEqual({ greeting: "hello" });
      await expect
        .poll(() => agent.of("drift").at(-1), long)
        .toMatchObject({
          what: "changed",
          outcome: "healed",
          fields: [{ path: "data.greeting", before: "bye", after: "hello", manager: "someone-with-a-brush" }],
        });
      await kube.transport.request({
        method: "PATCH",
        path: "/apis/apps/v1/namespaces/third/deployments/web/scale?fieldManager=kubectl",
        contentType: "application/merge-patch+json",
        body: { spec: { replicas: 5 } },
      });
      const web = { apiVersion: "apps/v1", kind: "Deployment", namespace: "third", name: "web" };
      await expect
        .poll(() => agent.of("drift").at(-1), long)
        .toMatchObject({ object: web, fields: [{ path: "spec.replicas", before: 5, after: 1 }] });
      await kube.delete(settings, {});
      await expect.poll(() => agent.of("drift").at(-1), long).toMatchObject({ object: settings, what: "deleted" });
      expect((await kube.get(settings))?.data).toEqual({ greeting: "hello" });
    }),

  "a namespace and a definition that are deleted come back with all that lived in them": (kubeconfig, expect) =>
    withAgent(kubeconfig, 104, async ({ agent, kube }) => {
      const group = "fourth.example";
      agent.repository.commit({
        ".trueup.yaml": config("fourth"),
        "state/crd.yaml": shapeDefinition(group),
        "state/star.yaml": shape(group, 60),
        "state/settings.json": configMap("settings", { greeting: "hello" }),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const star = { apiVersion: `${group}/v1`, kind: "Shape", namespace: "fourth", name: "star" };
      const settings = { apiVersion: "v1", kind: "ConfigMap", namespace: "fourth", name: "settings" };
      const before = (await kube.get(star))?.metadata.uid;
      await kube.delete(
        { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", name: `shapes.${group}` },
        {},
      );
      await kube.delete({ apiVersion: "v1", kind: "Namespace", name: "fourth" }, {});
      const state = async () => {
        const [one, other] = await Promise.all([kube.get(star), kube.get(settings)]);
        return {
          isNew: one !== undefined && one.metadata.uid !== before,
          size: (one?.spec as { size?: number } | undefined)?.size,
          data: other?.metadata.deletionTimestamp === undefined ? other?.data : undefined,
        };
      };
      await expect.poll(state, long).toEqual({ isNew: true, size: 60, data: { greeting: "hello" } });
      // The record of what is ours comes back as well.
      const parent = { apiVersion: "v1", kind: "ConfigMap", namespace: "trueup-system", name: "trueup-104-fourth" };
      const record = (await kube.get(parent))?.metadata.annotations;
      await kube.delete(parent, {});
      await expect.poll(async () => (await kube.get(parent))?.metadata.annotations, long).toEqual(record);
      // Watched again, not only made again.
      await kube.patch(star, { spec: { color: "red" } }, "merge");
      await expect.poll(async () => (await kube.get(star))?.spec, long).toMatchObject({ color: "purple" });
    }),

  "an image that cannot be pulled fails the sync with its cause and what still serves, and the next commit recovers": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 105, async ({ agent }) => {
      agent.repository.commit({ ".trueup.yaml": config("fifth"), "state/web.yaml": deployment("web", 2) });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const bad = agent.repository.commit({ "state/web.yaml": deployment("web", 2, "registry.invalid/web:no") });
      await expect
        .poll(() => agent.of("sync-result").at(-1), long)
        .toMatchObject({ sha: bad, outcome: "failed", message: expect.stringContaining("registry.invalid/web:no") });
      expect(agent.of("sync-result").at(-1)?.details).toEqual([
        expect.stringMatching(/^Deployment `fifth\/web`: image .* cannot be pulled .*\. 2 old pods still serve\.$/),
      ]);
      expect(agent.of("sync-progress").map(({ message }) => message)).toContain("web 0 of 2 new pods ready");
      const good = agent.repository.commit({ "state/web.yaml": deployment("web", 2) });
      await expect.poll(() => agent.of("sync-result").at(-1), long).toMatchObject({ sha: good, outcome: "healthy" });
    }),
};
