import { merged, planned, synced } from "./asked.ts";
import { config, configMap, deployment, portsField, shapeDefinition } from "./manifests.ts";
import { long, type Scenarios, withAgent } from "./with-agent.ts";

const editor = { manager: "kubectl-edit" };
const reporting = "    exact: true\n    heal: false\n";

const definition = (group: string) =>
  shapeDefinition(
    group,
    ["v1"],
    `size: { type: integer }
${portsField()}`,
  );
const star = (group: string, ports: string, more = "") =>
  `apiVersion: ${group}/v1\nkind: Shape\nmetadata: {name: star${more}}\nspec: {ports: [${ports}]}\n`;
const refOf = (group: string, namespace: string) => ({
  apiVersion: `${group}/v1`,
  kind: "Shape",
  namespace,
  name: "star",
});

/** What goes from a system with `exact: true`, and what does not. */
export const exactScenarios: Scenarios = {
  "what somebody adds to an object of an exact system that was just made is taken out again": (kubeconfig, expect) =>
    withAgent(kubeconfig, 870, async ({ agent, kube }) => {
      agent.repository.commit({
        ".trueup.yaml": config("exact-new", "    exact: true\n"),
        "state/settings.json": configMap("settings", { greeting: "hello" }),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const ref = { apiVersion: "v1", kind: "ConfigMap", namespace: "exact-new", name: "settings" };
      await kube.patch(ref, { data: { extra: "x" } }, "merge", editor);
      await expect
        .poll(() => agent.of("drift"), long)
        .toMatchObject([{ outcome: "healed", fields: [{ path: "data.extra", cause: "foreign", ...editor }] }]);
      expect((await kube.get(ref))?.data).toEqual({ greeting: "hello" });
    }),

  "an empty list of ours, which nobody holds, stays when what somebody added beside it is taken out": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 871, async ({ agent, kube }) => {
      const group = "alone.exact.example";
      const baseSha = agent.repository.commit({
        ".trueup.yaml": config("exact-alone", reporting),
        "state/crd.yaml": definition(group),
        "state/star.yaml": star(group, ""),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const ref = refOf(group, "exact-alone");
      const add = () => kube.patch(ref, { spec: { size: 3 } }, "merge", editor);
      await add();
      await expect.poll(() => agent.of("drift").at(-1)?.outcome, long).toBe("reported");
      const changes = { "state/star.yaml": star(group, "", ", labels: {a: b}") };
      const plan = await planned(agent, expect, { repositoryId: 871, system: "exact-alone", baseSha }, changes);
      expect(plan.objects[0]?.fields).toMatchObject([
        { path: "metadata.labels", cause: "pull-request" },
        { path: "spec.size", cause: "foreign", before: 3 },
      ]);
      expect(await merged(agent, expect, 871, plan, changes)).toEqual(["as-planned"]);
      expect((await kube.get(ref))?.spec).toEqual({ ports: [] });

      const sha = agent.repository.commit({ ".trueup.yaml": config("exact-alone", "    exact: true\n") });
      await synced(agent, expect, { repositoryId: 871, system: "exact-alone", sha });
      await add();
      await expect.poll(() => agent.of("drift").at(-1)?.outcome, long).toBe("healed");
      expect((await kube.get(ref))?.spec).toEqual({ ports: [] });
    }),

  "an item that Git comes to name by a default, and somebody added before, stays in an exact system; the one it was goes, as planned":
    (kubeconfig, expect) =>
      withAgent(
        kubeconfig,
        872,
        async ({ agent, kube }) => {
          const group = "keys.exact.example";
          const baseSha = agent.repository.commit({
            ".trueup.yaml": config("exact-keys", reporting),
            "state/crd.yaml": definition(group),
            "state/star.yaml": star(group, "{name: dns, protocol: UDP, port: 53}"),
          });
          await agent.start();
          await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
          const ref = refOf(group, "exact-keys");
          const tcp = { name: "dns", protocol: "TCP", port: 53 };
          await kube.patch(ref, [{ op: "add", path: "/spec/ports/-", value: tcp }], "json", editor);
          const changes = { "state/star.yaml": star(group, "{name: dns, port: 53}") };
          const plan = await planned(agent, expect, { repositoryId: 872, system: "exact-keys", baseSha }, changes);
          expect(plan.objects[0]?.fields.filter(({ cause }) => cause !== "already-live")).toMatchObject([
            { path: "spec.ports[dns/UDP]", cause: "pull-request" },
          ]);
          expect(await merged(agent, expect, 872, plan, changes)).toEqual(["as-planned"]);
          expect((await kube.get(ref))?.spec).toEqual({ ports: [tcp] });
        },
        { pollMs: 3_600_000 },
      ),

  "what the server refuses beside what somebody added to an exact system is refused by plan and sync alike": (
    kubeconfig,
    expect,
  ) =>
    withAgent(
      kubeconfig,
      873,
      async ({ agent, kube }) => {
        const of = { repositoryId: 873, system: "exact-refused" };
        const web = (strategy = "") => ({
          "state/web.yaml": deployment("web", 0).replace("  replicas: 0", `  replicas: 0${strategy}`),
        });
        const baseSha = agent.repository.commit({ ".trueup.yaml": config("exact-refused", reporting), ...web() });
        await agent.start();
        await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
        const ref = { apiVersion: "apps/v1", kind: "Deployment", namespace: "exact-refused", name: "web" };
        await kube.patch(ref, { spec: { strategy: { type: "Recreate", rollingUpdate: null } } }, "merge", editor);
        const changes = web("\n  strategy: { rollingUpdate: { maxSurge: 3 } }");
        const plan = await planned(agent, expect, { ...of, baseSha }, changes);
        const reason = expect.stringContaining("may not be specified when strategy `type` is 'Recreate'");
        expect(plan.objects).toMatchObject([{ action: "invalid", reason }]);
        const sha = agent.repository.commit(changes);
        agent.command({ type: "sync", id: sha, ...of, sha });
        await expect
          .poll(() => agent.of("sync-result").find(({ id }) => id === sha), long)
          .toMatchObject({ outcome: "failed", objects: [{ action: "invalid", reason }] });
      },
      { pollMs: 3_600_000 },
    ),
};
