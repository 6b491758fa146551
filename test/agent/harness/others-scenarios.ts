import { planned, synced } from "./asked.ts";
import { config, configMap, deployment, service } from "./manifests.ts";
import { long, type Scenarios, withAgent } from "./with-agent.ts";

const editor = { manager: "kubectl-edit" };

/** What others hold in objects of ours, and whether it stays. */
export const othersScenarios: Scenarios = {
  "what an autoscaler holds by the rules stays its own, and survives when Git drops it": (kubeconfig, expect) =>
    withAgent(kubeconfig, 807, async ({ agent, kube }) => {
      const rules = "    ignore:\n      - {kind: Deployment, paths: [/spec/replicas]}\n";
      agent.repository.commit({ ".trueup.yaml": config("scaled", rules), "state/web.yaml": deployment("web", 3) });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const ref = { apiVersion: "apps/v1", kind: "Deployment", namespace: "scaled", name: "web" };
      await kube.patch(ref, { spec: { replicas: 5 } }, "merge", { manager: "horizontal-pod-autoscaler" });
      const touched = agent.repository.commit({ "state/web.yaml": deployment("web", 3, "nginx:1.30") });
      await synced(agent, expect, { repositoryId: 807, system: "scaled", sha: touched });
      const dropped = deployment("web", 3, "nginx:1.30").replace("  replicas: 3\n", "");
      const sha = agent.repository.commit({ "state/web.yaml": dropped });
      await synced(agent, expect, { repositoryId: 807, system: "scaled", sha });
      expect((await kube.get(ref))?.spec).toMatchObject({ replicas: 5 });
    }),

  "an item that is not ours is not swapped for one of ours that the server will not have beside it": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 808, async ({ agent, kube }) => {
      const ports = (more: string) => service("name: http, port: 80").concat(more);
      const baseSha = agent.repository.commit({ ".trueup.yaml": config("beside"), "state/web.yaml": ports("") });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const ref = { apiVersion: "v1", kind: "Service", namespace: "beside", name: "web" };
      const metrics = [{ op: "add", path: "/spec/ports/-", value: { name: "metrics", port: 9100 } }];
      await kube.patch(ref, metrics, "json", { manager: "helm" });
      const changes = { "state/web.yaml": ports("    - { name: metrics, port: 9090 }\n") };
      const plan = await planned(agent, expect, { repositoryId: 808, system: "beside", baseSha }, changes);
      expect(plan.objects).toMatchObject([{ action: "invalid", reason: expect.stringContaining("Duplicate value") }]);
      expect((await kube.get(ref))?.spec).toMatchObject({ ports: [{ port: 80 }, { port: 9100 }] });
    }),

  "what others add is left alone and named, and where the system is exact it is taken out again": (
    kubeconfig,
    expect,
  ) =>
    withAgent(
      kubeconfig,
      806,
      async ({ agent, kube }) => {
        const of = { repositoryId: 806, system: "exact" };
        const rules = (more: string) => ({ ".trueup.yaml": config("exact", more) });
        const settings = (greeting: string) => ({ "state/settings.json": configMap("settings", { greeting }) });
        const files = { "state/web.yaml": deployment("web", 0), ...settings("hello") };
        agent.repository.commit({ ...rules("    heal: false\n"), ...files });
        await agent.start();
        await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
        const map = { apiVersion: "v1", kind: "ConfigMap", namespace: "exact", name: "settings" };
        const web = { apiVersion: "apps/v1", kind: "Deployment", namespace: "exact", name: "web" };
        const env = [{ name: "DEBUG", value: "1" }];
        const containers = [{ name: "web", image: "nginx:1.29", env, imagePullPolicy: "IfNotPresent" }];
        const add = async () => {
          await kube.patch(map, { data: { more: "1" } }, "merge", editor);
          await kube.patch(web, { spec: { template: { spec: { containers } } } }, "merge", editor);
        };
        const added = async () => {
          const [data, deployed] = [(await kube.get(map))?.data, await kube.get(web)];
          return [data, JSON.stringify(deployed?.spec).includes("DEBUG")];
        };
        await add();
        const exact = agent.repository.commit(rules("    heal: false\n    exact: true\n"));
        await synced(agent, expect, { ...of, sha: exact });
        expect(await added()).toEqual([{ greeting: "hello", more: "1" }, true]);

        const plan = await planned(agent, expect, { ...of, baseSha: exact }, settings("hi"));
        const told = plan.objects.flatMap(({ kind, action, fields }) =>
          fields.map(({ path, cause, manager, ...values }) => [kind, action, path, cause, manager, "after" in values]),
        );
        expect(told.sort()).toEqual([
          ["ConfigMap", "update", "data.greeting", "pull-request", undefined, true],
          ["ConfigMap", "update", "data.more", "foreign", "kubectl-edit", false],
          ["Deployment", "update", "spec.template.spec.containers[web].env[DEBUG]", "foreign", "kubectl-edit", false],
        ]);
        await synced(agent, expect, { ...of, sha: agent.repository.commit(settings("hi")) });
        expect(await added()).toEqual([{ greeting: "hi" }, false]);

        const healing = agent.repository.commit(rules("    exact: true\n"));
        await synced(agent, expect, { ...of, sha: healing });
        await add();
        await expect.poll(added, long).toEqual([{ greeting: "hi" }, false]);
        const healed = agent.of("drift").filter(({ outcome }) => outcome === "healed");
        expect(healed.flatMap(({ fields }) => fields)).toContainEqual(
          expect.objectContaining({ path: "data.more", cause: "foreign", before: "1", manager: "kubectl-edit" }),
        );
      },
      { pollMs: 3_600_000 },
    ),

  "what others added to an exact system goes with the merge, or with the heal, in one write, so that pods restart once":
    (kubeconfig, expect) =>
      withAgent(
        kubeconfig,
        851,
        async ({ agent, kube }) => {
          const of = { repositoryId: 851, system: "exact-once" };
          const rules = (more = "") => ({ ".trueup.yaml": config("exact-once", `    exact: true\n${more}`) });
          const image = (tag: string) => ({ "state/web.yaml": deployment("web", 0, `nginx:${tag}`) });
          const baseSha = agent.repository.commit({ ...rules("    heal: false\n"), ...image("1.29") });
          await agent.start();
          await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
          const web = { apiVersion: "apps/v1", kind: "Deployment", namespace: "exact-once", name: "web" };
          const drift = async () => {
            const steps = [
              { op: "add", path: "/spec/template/spec/containers/0/env", value: [{ name: "X", value: "1" }] },
              { op: "replace", path: "/spec/template/spec/containers/0/image", value: "nginx:1.28" },
            ];
            return (await kube.patch(web, steps, "json", editor)).metadata.generation as number;
          };
          const generation = async () => {
            const { spec, metadata } = (await kube.get(web))!;
            const isExact = !JSON.stringify(spec).includes('"X"') && !JSON.stringify(metadata).includes(editor.manager);
            return isExact ? metadata.generation : undefined;
          };
          let before = await drift();
          await expect.poll(() => agent.of("drift").at(-1)?.outcome, long).toBe("reported");
          const plan = await planned(agent, expect, { ...of, baseSha }, image("1.30"));
          const told = plan.objects[0]?.fields.map(({ path, cause }) => [path, cause]).sort();
          const container = "spec.template.spec.containers[web]";
          expect(told).toEqual([
            [`${container}.env[X]`, "foreign"],
            [`${container}.image`, "pull-request"],
          ]);
          await synced(agent, expect, { ...of, sha: agent.repository.commit(image("1.30")) });
          expect(await generation()).toBe(before + 1);
          const done = agent
            .of("sync-result")
            .at(-1)
            ?.objects[0]?.fields.map(({ path }) => path)
            .sort();
          expect(done).toEqual([`${container}.env`, `${container}.image`]);

          await synced(agent, expect, { ...of, sha: agent.repository.commit(rules()) });
          before = await drift();
          await expect.poll(generation, long).toBe(before + 1);
        },
        { pollMs: 3_600_000 },
      ),

  "what the server gave to what others added, and keeps only beside it, is planned to go too, and what a merge adds gets none":
    (kubeconfig, expect) =>
      withAgent(
        kubeconfig,
        852,
        async ({ agent, kube }) => {
          const of = { repositoryId: 852, system: "exact-port" };
          const ports = (more = "") => ({ "state/web.yaml": service("name: http, port: 80").concat(more) });
          const rules = "    exact: true\n    heal: false\n";
          const baseSha = agent.repository.commit({ ".trueup.yaml": config("exact-port", rules), ...ports() });
          await agent.start();
          await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
          const ref = { apiVersion: "v1", kind: "Service", namespace: "exact-port", name: "web" };
          const exposed = await kube.patch(ref, { spec: { type: "NodePort" } }, "merge", editor);
          expect(JSON.stringify(exposed.spec)).toContain("nodePort");
          const changes = ports("    - { name: metrics, port: 9090 }\n");
          const plan = await planned(agent, expect, { ...of, baseSha }, changes);
          const told = plan.objects[0]?.fields.map(({ path, cause, manager }) => [path, cause, manager]).sort();
          expect(told).toEqual([
            ["spec.externalTrafficPolicy", "foreign", "kubectl-edit"],
            ["spec.ports[80/TCP].nodePort", "foreign", "kubectl-edit"],
            ["spec.ports[9090/TCP]", "pull-request", undefined],
            ["spec.type", "foreign", "kubectl-edit"],
          ]);
          expect(JSON.stringify(plan.objects[0]?.fields.find(({ cause }) => cause !== "foreign"))).not.toContain(
            "nodePort",
          );
          await synced(agent, expect, { ...of, sha: agent.repository.commit(changes) });
          const done = agent
            .of("sync-result")
            .at(-1)
            ?.objects.find(({ kind }) => kind === "Service");
          expect(done?.fields.map(({ path }) => path).sort()).toEqual(told?.map(([path]) => path));
          const { spec } = (await kube.get(ref))!;
          expect(spec).toMatchObject({ type: "ClusterIP" });
          expect(JSON.stringify(spec)).not.toContain("nodePort");
        },
        { pollMs: 3_600_000 },
      ),

  "what somebody replaced with a manifest without our label is adopted, as planned, and not said to have been deleted":
    (kubeconfig, expect) =>
      withAgent(
        kubeconfig,
        853,
        async ({ agent, kube }) => {
          const of = { repositoryId: 853, system: "unlabelled" };
          const settings = (greeting: string) => ({ "state/settings.json": configMap("settings", { greeting }) });
          const rules = { ".trueup.yaml": config("unlabelled", "    heal: false\n") };
          const baseSha = agent.repository.commit({ ...rules, ...settings("hello") });
          await agent.start();
          await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
          const ref = { apiVersion: "v1", kind: "ConfigMap", namespace: "unlabelled", name: "settings" };
          const { metadata, ...made } = (await kube.get(ref))!;
          const { name, namespace = "" } = metadata;
          // The server keeps times by the second.
          const later = () => Date.now() - Date.parse(String(metadata.creationTimestamp)) > 2000;
          await expect.poll(later, long).toBe(true);
          await kube.replace({ ...made, metadata: { name, namespace } });
          await expect.poll(() => agent.of("drift").at(-1)?.outcome, long).toBe("reported");
          const plan = await planned(agent, expect, { ...of, baseSha }, settings("hi"));
          expect(plan.objects).toMatchObject([{ action: "adopt" }]);
          await synced(agent, expect, { ...of, sha: agent.repository.commit(settings("hi")) });
          expect(agent.of("sync-result").at(-1)?.objects).toContainEqual(
            expect.objectContaining({ kind: "ConfigMap", action: "adopt" }),
          );
          expect((await kube.get(ref))?.metadata.uid).toBe(metadata.uid);
        },
        { pollMs: 3_600_000 },
      ),
};
