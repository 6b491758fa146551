import type { KubeClient } from "../../../src/kube/kube-client.ts";
import { config, configMap, deployment } from "./manifests.ts";
import { long, type Scenarios, withAgent } from "./with-agent.ts";

/** Which of these are there, in one word. */
async function configMapsThere(kube: KubeClient, namespace: string, names: readonly string[]): Promise<string> {
  const at = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", namespace, name });
  const live = await Promise.all(names.map((name) => kube.get(at(name))));
  return names.filter((_, index) => live[index] !== undefined).join("");
}

/** What deletes, and what keeps from deleting. */
export const guardScenarios: Scenarios = {
  "held deletions stay held through a second sync and a restart, and the guard that their own commit raised counts from the next one on":
    (kubeconfig, expect) =>
      withAgent(kubeconfig, 501, async ({ agent, kube }) => {
        const names = ["a", "b", "c", "d", "e"];
        const of = { repositoryId: 501, system: "guarded" };
        agent.repository.commit({
          ".trueup.yaml": config("guarded", "    protect: {maxDeletions: 1}\n"),
          ...Object.fromEntries(names.map((name) => [`state/${name}.json`, configMap(name, { v: "1" })])),
        });
        await agent.start();
        await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
        const there = () => configMapsThere(kube, "guarded", names);
        const sha = agent.repository.commit({
          ".trueup.yaml": config("guarded", "    protect: {maxDeletions: 100}\n"),
          "state/b.json": undefined,
          "state/c.json": undefined,
        });
        const held = {
          sha,
          outcome: "held",
          message: "2 of 5 objects would be deleted, and protect.maxDeletions allows 1",
        };
        await expect.poll(() => agent.of("sync-result").at(-1), long).toMatchObject(held);
        agent.command({ type: "sync", id: "again", ...of, sha });
        await expect.poll(() => agent.of("sync-result").find(({ id }) => id === "again"), long).toMatchObject(held);
        await agent.stop();
        await agent.start();
        agent.command({ type: "sync", id: "restarted", ...of, sha });
        await expect.poll(() => agent.of("sync-result").find(({ id }) => id === "restarted"), long).toMatchObject(held);
        expect(await there()).toBe("abcde");

        // The plan of the next pull request meets the raised guard, and so does its merge.
        const change = { "state/d.json": undefined };
        const head = agent.repository.pullRequest(1, change);
        agent.command({ type: "plan", id: "plan", ...of, pullRequest: 1, headSha: head, baseSha: sha });
        await expect
          .poll(
            () =>
              agent
                .of("plan-result")
                .at(-1)
                ?.plan?.objects.map(({ action, name }) => `${action} ${name}`)
                .sort(),
            long,
          )
          .toEqual(["delete b", "delete c", "delete d"]);
        agent.repository.commit(change);
        await expect.poll(there, long).toBe("ae");
      }),

  "an object that says that it is protected outlives its file, until a merge of its own has taken that off": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 519, async ({ agent, kube }) => {
      const there = () => configMapsThere(kube, "keeping", ["a", "b"]);
      const kept = configMap("a", { v: "1" }).replace(
        '"name":"a"',
        '"name":"a","annotations":{"trueup.dev/protect":"true"}',
      );
      const only = { ".trueup.yaml": config("keeping", "    protect: {maxDeletions: 5}\n") };
      agent.repository.commit({ ...only, "state/a.json": kept, "state/b.json": configMap("b", { v: "1" }) });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      agent.repository.commit({ "state/a.json": undefined });
      await expect
        .poll(() => agent.of("sync-result").at(-1), long)
        .toMatchObject({ outcome: "held", message: expect.stringContaining("trueup.dev/protect") });
      expect(await there()).toBe("ab");
      // Back, without the annotation; then it may go.
      agent.repository.commit({ "state/a.json": configMap("a", { v: "1" }) });
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      agent.repository.commit({ "state/a.json": undefined });
      await expect.poll(there, long).toBe("b");
    }),

  "raising the guard in a pull request of its own says what it lets go, and lets it go": (kubeconfig, expect) =>
    withAgent(kubeconfig, 508, async ({ agent, kube }) => {
      const names = ["a", "b", "c", "d", "e"];
      agent.repository.commit({
        ".trueup.yaml": config("raised", "    protect: {maxDeletions: 1}\n"),
        ...Object.fromEntries(names.map((name) => [`state/${name}.json`, configMap(name, { v: "1" })])),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const there = () => configMapsThere(kube, "raised", names);
      const sha = agent.repository.commit({ "state/b.json": undefined, "state/c.json": undefined });
      const details = [
        expect.stringMatching(/^ConfigMap raised\/b, ConfigMap raised\/c: 2 of 5 objects would be deleted/),
      ];
      await expect.poll(() => agent.of("sync-result").at(-1), long).toMatchObject({ sha, outcome: "held", details });

      const raise = { ".trueup.yaml": config("raised", "    protect: {maxDeletions: 2}\n") };
      const headSha = agent.repository.pullRequest(1, raise);
      const command = { repositoryId: 508, system: "raised", pullRequest: 1, headSha, baseSha: sha };
      agent.command({ type: "plan", id: "raise", ...command });
      await expect.poll(() => agent.of("plan-result"), long).toHaveLength(1);
      const pending = { action: "delete", pending: true };
      expect(agent.of("plan-result")[0]?.plan?.objects).toMatchObject([
        { name: "b", ...pending },
        { name: "c", ...pending },
      ]);
      // Neither the plan nor anything else of the pull request has deleted them.
      expect(await there()).toBe("abcde");
      agent.repository.commit(raise);
      await expect.poll(there, long).toBe("ade");
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
    }),

  "what an earlier merge left held does not make every later merge look held": (kubeconfig, expect) =>
    withAgent(kubeconfig, 509, async ({ agent, kube }) => {
      const claim = JSON.stringify({
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { name: "orders" },
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, storageClassName: "" },
      });
      const at = { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: "standing", name: "orders" };
      agent.repository.commit({
        ".trueup.yaml": config("standing"),
        "state/a.json": configMap("a", { v: "1" }),
        "state/claim.json": claim,
      });
      await agent.start();
      await expect.poll(() => kube.get(at), long).toBeDefined();
      // Nobody binds claims here.
      await kube.transport.request({
        method: "PATCH",
        path: "/api/v1/namespaces/standing/persistentvolumeclaims/orders/status",
        contentType: "application/merge-patch+json",
        body: { status: { phase: "Bound" } },
      });
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const removing = agent.repository.commit({ "state/claim.json": undefined });
      const message = "a deleted PersistentVolumeClaim may take its data with it";
      await expect
        .poll(() => agent.of("sync-result").at(-1), long)
        .toMatchObject({ sha: removing, outcome: "held", message });
      const later = agent.repository.commit({ "state/a.json": configMap("a", { v: "2" }) });
      const details = [expect.stringContaining("PersistentVolumeClaim standing/orders: a deleted")];
      const healthy = { sha: later, outcome: "healthy", details };
      await expect.poll(() => agent.of("sync-result").at(-1), long).toMatchObject(healthy);
      await agent.stop();
      await agent.start();
      agent.command({ type: "sync", id: "restarted", repositoryId: 509, system: "standing", sha: later });
      await expect
        .poll(() => agent.of("sync-result").find(({ id }) => id === "restarted"), long)
        .toMatchObject(healthy);
      expect(await kube.get(at)).toBeDefined();
    }),

  "an object without the record of its writers is still ours: healed, recorded again, pruned; a copy of its labels is not":
    (kubeconfig, expect) =>
      withAgent(kubeconfig, 502, async ({ agent, kube }) => {
        const many = ["a", "b", "c", "d", "e"];
        agent.repository.commit({
          ".trueup.yaml": config("cleared"),
          ...Object.fromEntries(many.map((name) => [`state/${name}.json`, configMap(name, { v: "1" })])),
        });
        await agent.start();
        await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
        const at = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", namespace: "cleared", name });
        const managers = async (name: string) =>
          (await kube.get(at(name)))?.metadata.managedFields?.map(({ manager }) => manager) ?? [];
        const clear = [{ op: "replace", path: "/metadata/managedFields", value: [{}] }];
        await kube.patch(at("a"), clear, "json");
        await expect.poll(() => managers("a"), long).toEqual(["trueup"]);
        await expect
          .poll(() => agent.of("drift").at(-1), long)
          .toMatchObject({ object: at("a"), outcome: "healed", message: expect.stringContaining("managedFields") });
        await agent.stop();
        await kube.patch(at("b"), clear, "json");
        // As a controller copies an object's labels to what it makes of it.
        const { labels, uid } = (await kube.get(at("c")))!.metadata;
        const owner = { apiVersion: "v1", kind: "ConfigMap", name: "c", uid: uid!, controller: true };
        const copy = { name: "copy", namespace: "cleared", labels: labels!, ownerReferences: [owner] };
        await kube.create({ apiVersion: "v1", kind: "ConfigMap", metadata: copy });
        await kube.patch(at("copy"), clear, "json");
        expect(await managers("b")).toEqual([]);
        const sha = agent.repository.commit({ "state/b.json": undefined });
        await agent.start();
        await expect
          .poll(() => agent.of("sync-result").at(-1), long)
          .toMatchObject({
            sha,
            outcome: "healthy",
            objects: expect.arrayContaining([expect.objectContaining({ name: "b", action: "delete" })]),
          });
        expect(await kube.get(at("b"))).toBeUndefined();
        expect(await kube.get(at("copy"))).toBeDefined();
      }),

  "what the cluster refuses is tried again by itself, and the result of the same command becomes healthy": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 505, async ({ agent, kube }) => {
      const sha = agent.repository.commit({
        ".trueup.yaml": config("refused"),
        "state/a.json": configMap("a", { v: "1" }),
        "state/b.json": configMap("b", { v: "1" }).replace('"name"', '"namespace":"refused-later","name"'),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1), long).toMatchObject({ sha, outcome: "failed" });
      // Asked for after it has failed: the answer is today's, not silence.
      agent.command({ type: "sync", id: "late", repositoryId: 505, system: "refused", sha });
      const answers = () => agent.of("sync-result").filter(({ id }) => id === "late");
      await expect
        .poll(answers, long)
        .toMatchObject([{ outcome: "failed", message: expect.stringContaining("refused-later") }]);
      await kube.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "refused-later" } });
      await expect
        .poll(() => answers().at(-1), long)
        .toMatchObject({
          outcome: "healthy",
          objects: expect.arrayContaining([expect.objectContaining({ name: "b", action: "create" })]),
        });
      const b = { apiVersion: "v1", kind: "ConfigMap", namespace: "refused-later", name: "b" };
      expect(await kube.get(b)).toBeDefined();
    }),

  "a system's new namespace gets everything, and what is in the old one goes within the guards": (kubeconfig, expect) =>
    withAgent(kubeconfig, 503, async ({ agent, kube }) => {
      const base = agent.repository.commit({
        ".trueup.yaml": config("leaving", "    protect: {maxDeletions: 100%}\n"),
        "state/a.json": configMap("a", { v: "1" }),
        "state/b.json": configMap("b", { v: "1" }),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const moved = config("leaving", "    protect: {maxDeletions: 100%}\n").replace(
        "namespace: leaving",
        "namespace: arriving",
      );
      const change = { ".trueup.yaml": moved };
      const head = agent.repository.pullRequest(1, change);
      const of = { repositoryId: 503, system: "leaving" };
      agent.command({ type: "plan", id: "plan", ...of, pullRequest: 1, headSha: head, baseSha: base });
      const reason = "Git describes it in the namespace arriving instead of leaving; it goes when that one is healthy";
      await expect
        .poll(
          () =>
            agent
              .of("plan-result")
              .at(-1)
              ?.plan?.objects.map(({ action, namespace, name, reason }) => `${action} ${namespace} ${name}: ${reason}`)
              .sort(),
          long,
        )
        .toEqual([
          expect.stringContaining("create arriving a"),
          expect.stringContaining("create arriving b"),
          expect.stringContaining("create undefined arriving"),
          `delete leaving a: ${reason}`,
          `delete leaving b: ${reason}`,
        ]);
      const sha = agent.repository.commit(change);
      await expect.poll(() => agent.of("sync-result").at(-1), long).toMatchObject({ sha, outcome: "healthy" });
      const at = (namespace: string) => ({ apiVersion: "v1", kind: "ConfigMap", namespace, name: "a" });
      expect(await kube.get(at("leaving"))).toBeUndefined();
      expect(await kube.get(at("arriving"))).toBeDefined();
    }),

  "variables in another order are one change of the plan, and count as a restart": (kubeconfig, expect) =>
    withAgent(kubeconfig, 504, async ({ agent }) => {
      const web = (...names: string[]) =>
        `${deployment("web", 2)}          env:\n${names.map((name) => `            - {name: ${name}, value: "1"}\n`).join("")}`;
      const base = agent.repository.commit({ ".trueup.yaml": config("ordered"), "state/web.yaml": web("A", "B", "C") });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const change = { "state/web.yaml": web("C", "A", "B") };
      const head = agent.repository.pullRequest(1, change);
      const of = { repositoryId: 504, system: "ordered" };
      agent.command({ type: "plan", id: "plan", ...of, pullRequest: 1, headSha: head, baseSha: base });
      const fields = [
        {
          path: "spec.template.spec.containers[web].env",
          cause: "pull-request",
          before: ["A", "B", "C"],
          after: ["C", "A", "B"],
        },
      ];
      await expect
        .poll(() => agent.of("plan-result").at(-1)?.plan?.objects, long)
        .toMatchObject([
          {
            action: "update",
            name: "web",
            fields,
            risks: [{ kind: "restarts", text: expect.stringContaining("2 pods") }],
          },
        ]);
      const sha = agent.repository.commit(change);
      await expect
        .poll(() => agent.of("sync-result").at(-1), long)
        .toMatchObject({ sha, outcome: "healthy", objects: [{ action: "update", name: "web" }] });
    }),
};
