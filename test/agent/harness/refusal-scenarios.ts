import { readManifests } from "../../../src/core/manifest/read-manifests.ts";
import { planned } from "./asked.ts";
import { config, configMap, deployment, service, shape, shapeDefinition, theirs } from "./manifests.ts";
import { long, type Scenarios, withAgent } from "./with-agent.ts";

/** Bad input and lying commands: each ends in a sentence, nothing is applied, and the next push recovers. */
export const refusalScenarios: Scenarios = {
  "a broken manifest applies nothing, names the line, and the next push recovers": (kubeconfig, expect) =>
    withAgent(kubeconfig, 301, async ({ agent, kube }) => {
      agent.repository.commit({
        ".trueup.yaml": config("broken"),
        "state/a.json": configMap("a", { v: "1" }),
        "state/b.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\ndate: {}\n",
      });
      await agent.start();
      await expect
        .poll(() => agent.of("sync-result").at(-1), long)
        .toMatchObject({
          outcome: "failed",
          error: { kind: "user", findings: [{ file: "state/b.yaml", line: 4, rule: "unknown-field" }] },
        });
      expect(await kube.get({ apiVersion: "v1", kind: "Namespace", name: "broken" })).toBeUndefined();
      agent.repository.commit({ "state/b.yaml": undefined });
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
    }),

  "a plan that was refused for want of a kind is asked for again by itself, and is there once somebody has made that": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 330, async ({ agent, kube }) => {
      const group = "comes-later.example";
      const baseSha = agent.repository.commit({
        ".trueup.yaml": config("comes-later"),
        "state/a.json": configMap("a", { v: "1" }),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const headSha = agent.repository.pullRequest(1, { "state/star.yaml": shape(group, 1) });
      const asked = { repositoryId: 330, system: "comes-later", pullRequest: 1, headSha, baseSha };
      const ask = (id: string) => agent.command({ type: "plan", id, ...asked });
      const answer = (id: string) => agent.of("plan-result").find((one) => one.id === id);
      const isStale = (id: string) => agent.of("plan-stale").some((one) => one.id === id);
      ask("first");
      await expect.poll(() => answer("first")?.error?.findings, long).toMatchObject([{ rule: "unknown-kind" }]);
      for (const { object } of readManifests([{ path: "crd.yaml", content: shapeDefinition(group) }]).objects)
        await kube.create(object);
      await expect.poll(() => isStale("first"), long).toBe(true);
      ask("second");
      await expect
        .poll(() => answer("second")?.plan?.objects, long)
        .toMatchObject([{ action: "create", name: "star" }]);
    }),

  "a command cannot make the agent enact what no tracked branch has": (kubeconfig, expect) =>
    withAgent(
      kubeconfig,
      302,
      async ({ agent }) => {
        const sha = agent.repository.commit({
          ".trueup.yaml": config("pinned"),
          "state/a.json": configMap("a", { v: "1" }),
        });
        await agent.start();
        await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
        const evil = agent.repository.pullRequest(9, { "state/a.json": configMap("a", { v: "evil" }) });
        const outside = agent.repository.pullRequest(10, {
          ".trueup.yaml": config("pinned").replace("path: state", "path: elsewhere"),
        });
        const of = { repositoryId: 302, system: "pinned" };
        agent.command({ type: "sync", id: "not-merged", ...of, sha: evil });
        agent.command({ type: "sync", id: "not-there", ...of, sha: "1".repeat(40) });
        agent.command({ type: "sync", id: "no-system", ...of, system: "other", sha });
        agent.command({ type: "sync", id: "no-repository", repositoryId: 999, system: "pinned", sha });
        agent.command({ type: "plan", id: "not-head", ...of, pullRequest: 9, headSha: sha, baseSha: sha });
        agent.command({ type: "plan", id: "outside", ...of, pullRequest: 10, headSha: outside, baseSha: sha });
        const answers = () =>
          Object.fromEntries(
            agent.messages.flatMap((one) =>
              "error" in one && one.error !== undefined && one.id !== undefined ? [[one.id, one.error.message]] : [],
            ),
          );
        await expect.poll(answers, long).toEqual({
          "not-merged": expect.stringContaining("does not contain"),
          "not-there": expect.stringContaining("no such repository or commit"),
          "no-system": expect.stringContaining("no tracked branch describes"),
          "no-repository": expect.stringContaining("does not name the repository"),
          "not-head": expect.stringContaining("is not at"),
          outside: expect.stringContaining("does not allow the path"),
        });
      },
      { branches: ["main"], paths: ["state"] },
    ),

  "what the cluster refuses is a finding on its line, and its new namespace and kind are planned": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 303, async ({ agent, kube }) => {
      const base = agent.repository.commit({
        ".trueup.yaml": config("admission"),
        "state/a.json": configMap("a", { v: "1" }),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      // A kind that the repository does not define is left to the cluster to check.
      const definition = readManifests([{ path: "crd.yaml", content: shapeDefinition("refused.example") }]).objects[0]!;
      await kube.create(definition.object);
      await expect.poll(() => kube.discovery.find("refused.example/v1", "Shape"), long).toBeDefined();
      await kube.create({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "adopted", namespace: "admission" },
        data: { v: "old", secret: "kept back" },
      });
      const head = agent.repository.pullRequest(3, {
        "state/adopted.json": configMap("adopted", { v: "new" }),
        "state/crd.yaml": shapeDefinition("admission.example"),
        "state/star.yaml": shape("admission.example", 3),
        "state/ns.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: admission-more}\n",
        "state/more.json": configMap("more", {}).replace('"name"', '"namespace":"admission-more","name"'),
        "state/refused.yaml": shape("refused.example", 0).replace("name: star", "name: tiny"),
      });
      const command = { repositoryId: 303, system: "admission", pullRequest: 3, headSha: head, baseSha: base };
      agent.command({ type: "plan", id: "plan", ...command });
      await expect.poll(() => agent.of("plan-result").at(-1), long).toBeDefined();
      const [{ plan, error } = {}] = agent.of("plan-result");
      expect(error).toBeUndefined();
      expect(plan?.objects.map(({ action, kind, name }) => `${action} ${kind} ${name}`).sort()).toEqual([
        "adopt ConfigMap adopted",
        "create ConfigMap more",
        "create CustomResourceDefinition shapes.admission.example",
        "create Namespace admission-more",
        "create Shape star",
        "invalid Shape tiny",
      ]);
      expect(plan?.objects.find(({ name }) => name === "adopted")?.fields).toEqual([
        { path: "data.v", cause: "pull-request", before: "old", after: "new" },
      ]);
      expect(plan?.findings).toMatchObject([{ file: "state/refused.yaml", line: 8, rule: "refused-by-cluster" }]);
      expect(JSON.stringify(plan)).not.toContain("kept back");
    }),

  "what an earlier merge brought and the cluster refuses is a warning to pull requests that leave it as it is": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 313, async ({ agent }) => {
      const lost = (v: string) => configMap("lost", { v }).replace('"name"', '"namespace":"earlier-nowhere","name"');
      const baseSha = agent.repository.commit({
        ".trueup.yaml": config("earlier"),
        "state/a.json": configMap("a", { v: "1" }),
        "state/lost.json": lost("1"),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("failed");
      const of = { repositoryId: 313, system: "earlier", baseSha };
      const other = await planned(agent, expect, of, { "state/a.json": configMap("a", { v: "2" }) });
      expect(other.findings).toMatchObject([{ file: "state/lost.json", severity: "warning" }]);
      expect(other.findings[0]?.message).toMatch(/^was so before this pull request: refused by the cluster: /);
      expect(other.totals).toMatchObject({ update: 1, invalid: 0 });
      const own = await planned(agent, expect, of, { "state/lost.json": lost("2") });
      expect(own.findings).toMatchObject([{ file: "state/lost.json", severity: "error" }]);
      expect(own.totals).toMatchObject({ invalid: 1 });
    }),

  "what the cluster takes and warns of is told on its line, of what the pull request changes alone": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 307, async ({ agent }) => {
      const cloned = (name: string) =>
        `${deployment(name, 0)}      volumes:\n        - name: code\n          gitRepo: { repository: https://git.example/code }\n`;
      const ip = (address: string) =>
        `${service("port: 80")}`
          .replace("name: web", "name: outside")
          .replace("spec:", `spec:\n  externalIPs: [${address}]`);
      const baseSha = agent.repository.commit({
        ".trueup.yaml": config("warned"),
        "state/old.yaml": cloned("old"),
        "state/web.yaml": deployment("web", 0),
        "state/outside.yaml": ip("192.0.2.1"),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const of = { repositoryId: 307, system: "warned", baseSha };
      const plan = await planned(agent, expect, of, {
        "state/web.yaml": cloned("web"),
        "state/outside.yaml": ip("192.0.2.2"),
        "state/new.yaml": cloned("new"),
      });
      expect(plan.totals).toMatchObject({ invalid: 0, create: 1, update: 2 });
      const found = (file: string) => plan.findings.filter((one) => one.file === file);
      for (const file of ["state/web.yaml", "state/new.yaml"]) {
        expect(found(file)).toMatchObject([
          {
            line: 18,
            severity: "warning",
            rule: "cluster-warning",
            message: expect.stringContaining("gitRepo: deprecated"),
          },
        ]);
      }
      expect(found("state/outside.yaml")).toMatchObject([{ message: expect.stringContaining("externalIPs") }]);
      expect(found("state/old.yaml")).toEqual([]);
    }),

  "a field that cannot be changed keeps no other object from being applied, and nothing is deleted to be made anew": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 308, async ({ agent, kube }) => {
      const baseSha = agent.repository.commit({
        ".trueup.yaml": config("fixed"),
        "state/a.json": configMap("a", { v: "1" }),
        "state/web.yaml": deployment("web", 0),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const at = (apiVersion: string, kind: string, name: string) =>
        kube.get({ apiVersion, kind, namespace: "fixed", name });
      const before = await at("apps/v1", "Deployment", "web");
      const changes = {
        "state/a.json": configMap("a", { v: "2" }),
        "state/web.yaml": deployment("web", 0).replaceAll("app: web", "app: web2"),
      };
      const wayOut =
        /spec\.selector.*immutable.*; what is there is not deleted for that: give it another name, or take it out/;
      const plan = await planned(agent, expect, { repositoryId: 308, system: "fixed", baseSha }, changes);
      expect(plan.totals).toMatchObject({ update: 1, invalid: 1, delete: 0, recreate: 0 });
      expect(plan.findings).toMatchObject([
        { file: "state/web.yaml", line: 7, severity: "error", message: expect.stringMatching(wayOut) },
      ]);
      const sha = agent.repository.commit(changes);
      await expect
        .poll(() => agent.of("sync-result").at(-1), long)
        .toMatchObject({ sha, outcome: "failed", message: expect.stringMatching(wayOut) });
      expect((await at("v1", "ConfigMap", "a"))?.data).toEqual({ v: "2" });
      expect((await at("apps/v1", "Deployment", "web"))?.metadata.uid).toBe(before?.metadata.uid);
      // The other name.
      agent.repository.commit({
        "state/web.yaml": deployment("web", 0).replace("name: web", "name: web2").replaceAll("app: web", "app: web2"),
      });
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toMatch(/healthy|held/);
      expect(await at("apps/v1", "Deployment", "web2")).toBeDefined();
    }),

  "an agent that starts again finds everything as it is and writes nothing": (kubeconfig, expect) =>
    withAgent(kubeconfig, 304, async ({ agent, kube }) => {
      const sha = agent.repository.commit({
        ".trueup.yaml": config("restart"),
        "state/a.json": configMap("a", { v: "1" }),
        "state/secret.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: hunter2}\n",
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const versions = async () =>
        Promise.all(
          ["ConfigMap a", "Secret s"].map(async (one) => {
            const [kind, name] = one.split(" ") as [string, string];
            return (await kube.get({ apiVersion: "v1", kind, namespace: "restart", name }))?.metadata.resourceVersion;
          }),
        );
      const before = await versions();
      await agent.stop();
      await agent.start();
      agent.command({ type: "sync", id: "again", repositoryId: 304, system: "restart", sha });
      await expect
        .poll(() => agent.of("sync-result").find(({ id }) => id === "again"), long)
        .toMatchObject({ outcome: "healthy", objects: [{ action: "unchanged" }, { action: "unchanged" }] });
      expect(await versions()).toEqual(before);
      expect(JSON.stringify(agent.messages)).not.toMatch(/hunter2|aHVudGVyMg/);
    }),

  "what drifted while no agent ran is found at the next start, told and healed": (kubeconfig, expect) =>
    withAgent(kubeconfig, 305, async ({ agent, kube }) => {
      agent.repository.commit({
        ".trueup.yaml": config("away"),
        "state/a.json": configMap("a", { v: "1" }),
        "state/b.json": configMap("b", { v: "1" }),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      await agent.stop();
      const at = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", namespace: "away", name });
      await kube.patch(at("a"), { data: { v: "2" } }, "merge");
      await kube.delete(at("b"), {});
      await agent.start();
      await expect
        .poll(
          () =>
            agent
              .of("drift")
              .map(({ object, what, outcome }) => `${object.name} ${what} ${outcome}`)
              .sort(),
          long,
        )
        .toEqual(["a changed healed", "b deleted healed"]);
      expect((await kube.get(at("a")))?.data).toEqual({ v: "1" });
      expect((await kube.get(at("b")))?.data).toEqual({ v: "1" });
    }),

  "one object that cannot be healed keeps neither the others from being healed, nor the agent from starting and stopping":
    (kubeconfig, expect) =>
      withAgent(kubeconfig, 306, async ({ agent, kube }) => {
        const group = "stuck.example";
        agent.repository.commit({
          ".trueup.yaml": config("stuck"),
          "state/definition.yaml": shapeDefinition(group),
          "state/star.yaml": shape(group, 60),
          "state/web.yaml": deployment("web", 0),
        });
        await agent.start();
        await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
        await agent.stop();
        const web = { apiVersion: "apps/v1", kind: "Deployment", namespace: "stuck", name: "web" };
        const definition = {
          apiVersion: "apiextensions.k8s.io/v1",
          kind: "CustomResourceDefinition",
          name: `shapes.${group}`,
        };
        const star = { apiVersion: `${group}/v1`, kind: "Shape", namespace: "stuck", name: "star" };
        await kube.delete(web, {});
        await expect.poll(() => kube.get(web), long).toBeUndefined();
        // A selector cannot be changed, so that Git's can never be applied on this.
        await kube.create(theirs(web));

        const count = agent.of("sync-result").length;
        await agent.start();
        await expect
          .poll(() => agent.of("sync-result").slice(count).at(-1), long)
          .toMatchObject({ outcome: "failed", message: expect.stringMatching(/Deployment web.*immutable/) });
        await kube.delete(definition, {});
        const size = async () => (await kube.get(star))?.spec;
        await expect.poll(size, long).toMatchObject({ size: 60 });
        await agent.stop();

        await kube.delete(definition, {});
        await agent.start();
        await expect.poll(size, long).toMatchObject({ size: 60 });
        const latest = agent.repository.commit({ "state/star.yaml": shape(group, 61) });
        await expect.poll(size, long).toMatchObject({ size: 61 });
        await kube.delete(web, {});
        await expect
          .poll(() => agent.of("sync-result").at(-1), long)
          .toMatchObject({ sha: latest, outcome: "healthy" });
        expect((await kube.get(web))?.spec).toMatchObject({ selector: { matchLabels: { app: "web" } } });
      }),
};
