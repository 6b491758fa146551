import { planned, synced } from "./asked.ts";
import { config, configMap, deployment, service } from "./manifests.ts";
import { long, type Scenarios, withAgent } from "./with-agent.ts";

const networkPolicy = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
spec:
  podSelector: {}
  ingress:
    - ports:
        - port: 80
`;

const editor = { manager: "kubectl-edit" };
const reporting = "    heal: false\n    protect: {maxDeletions: 100%}\n";

/** What somebody writes by hand into objects of ours, and what becomes of it. */
export const driftScenarios: Scenarios = {
  "whoever asks what has drifted learns that it is put back": (kubeconfig, expect) =>
    withAgent(kubeconfig, 533, async ({ agent }) => {
      agent.repository.commit({ ".trueup.yaml": config("heals"), "state/a.json": configMap("a", { v: "1" }) });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      agent.command({ type: "ask-drift", id: "drift", repositoryId: 533, system: "heals" });
      await expect.poll(() => agent.of("drift-answer"), long).toMatchObject([{ heals: true, plan: { drifted: 0 } }]);
    }),

  "a port that somebody turned by hand is turned back, although the server will not have both": (kubeconfig, expect) =>
    withAgent(kubeconfig, 801, async ({ agent, kube }) => {
      const ports = { named: "name: http, port: 80, targetPort: 8080", nameless: "port: 80" };
      for (const [name, port] of Object.entries(ports)) {
        const sha = agent.repository.commit({ ".trueup.yaml": config("turned"), "state/web.yaml": service(port) });
        if (name === "named") await agent.start();
        else await synced(agent, expect, { repositoryId: 801, system: "turned", sha });
        const ref = { apiVersion: "v1", kind: "Service", namespace: "turned", name: "web" };
        await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
        const told = agent.of("drift").length;
        await kube.patch(ref, [{ op: "replace", path: "/spec/ports/0/port", value: 8081 }], "json", editor);
        await expect.poll(() => agent.of("drift").length, long).toBeGreaterThan(told);
        expect(agent.of("drift").slice(told)).toMatchObject([
          {
            outcome: "healed",
            fields: expect.arrayContaining([
              expect.objectContaining({ path: "spec.ports[8081/TCP]", cause: "drift", manager: "kubectl-edit" }),
              expect.objectContaining({ path: "spec.ports[80/TCP]", cause: "drift" }),
            ]),
          },
        ]);
        expect((await kube.get(ref))?.spec).toMatchObject({ ports: [{ port: 80 }] });
      }
      // It is ours again, so that what Git says next is what is there.
      const sha = agent.repository.commit({ "state/web.yaml": service("port: 90") });
      await synced(agent, expect, { repositoryId: 801, system: "turned", sha });
      const ref = { apiVersion: "v1", kind: "Service", namespace: "turned", name: "web" };
      expect((await kube.get(ref))?.spec).toMatchObject({ ports: [{ port: 90, targetPort: 90 }] });
    }),

  "a port that somebody turned by hand is planned as drift, beside what the pull request changes": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 802, async ({ agent, kube }) => {
      const baseSha = agent.repository.commit({
        ".trueup.yaml": config("turning", reporting),
        "state/web.yaml": service("name: http, port: 80, targetPort: 8080"),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const ref = { apiVersion: "v1", kind: "Service", namespace: "turning", name: "web" };
      await kube.patch(ref, [{ op: "replace", path: "/spec/ports/0/port", value: 8081 }], "json", editor);
      await expect.poll(() => agent.of("drift"), long).toMatchObject([{ outcome: "reported" }]);
      const changes = { "state/web.yaml": service("name: http, port: 80, targetPort: 9090") };
      const plan = await planned(agent, expect, { repositoryId: 802, system: "turning", baseSha }, changes);
      expect(plan.objects).toMatchObject([
        {
          action: "update",
          drifted: true,
          fields: expect.arrayContaining([
            expect.objectContaining({ path: "spec.ports[8081/TCP]", cause: "drift", manager: "kubectl-edit" }),
          ]),
        },
      ]);
      const told = plan.objects[0]!.fields.map(({ path }) => path);
      expect(told.every((path) => path.startsWith("spec.ports[8"))).toBe(true);
      const sha = agent.repository.commit(changes);
      await synced(agent, expect, { repositoryId: 802, system: "turning", sha });
      expect((await kube.get(ref))?.spec).toMatchObject({ ports: [{ name: "http", port: 80, targetPort: 9090 }] });
    }),

  "what somebody turns inside a list that is one value is told and turned back, be it left to its default in Git": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 803, async ({ agent, kube }) => {
      agent.repository.commit({ ".trueup.yaml": config("whole"), "state/web.yaml": networkPolicy });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const ref = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", namespace: "whole", name: "web" };
      const ingress = [{ ports: [{ port: 80, protocol: "UDP" }] }];
      await kube.patch(ref, { spec: { ingress } }, "merge", editor);
      await expect
        .poll(() => agent.of("drift"), long)
        .toMatchObject([
          {
            outcome: "healed",
            fields: [
              {
                path: "spec.ingress[0].ports[0].protocol",
                cause: "drift",
                before: "UDP",
                after: "TCP",
                manager: "kubectl-edit",
              },
            ],
          },
        ]);
      expect((await kube.get(ref))?.spec).toMatchObject({ ingress: [{ ports: [{ port: 80, protocol: "TCP" }] }] });
    }),

  "what somebody changed there and back again goes when Git drops it": (kubeconfig, expect) =>
    withAgent(kubeconfig, 804, async ({ agent, kube }) => {
      agent.repository.commit({
        ".trueup.yaml": config("there"),
        "state/settings.json": configMap("settings", { greeting: "hello", colour: "red" }),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const ref = { apiVersion: "v1", kind: "ConfigMap", namespace: "there", name: "settings" };
      // Both in one moment, before anybody looks.
      agent.command({ type: "pause", id: "pause-1", repositoryId: 804, system: "there", pause: anHour() });
      await expect.poll(() => agent.of("pause-result"), long).toHaveLength(1);
      await kube.patch(ref, { data: { colour: "blue" } }, "merge", editor);
      await kube.patch(ref, { data: { colour: "red" } }, "merge", editor);
      agent.command({ type: "pause", id: "pause-2", repositoryId: 804, system: "there" });
      await expect.poll(() => agent.of("pause-result"), long).toHaveLength(2);
      const owners = async () =>
        (await kube.get(ref))?.metadata.managedFields
          ?.filter(({ fieldsV1 }) => JSON.stringify(fieldsV1).includes("f:colour"))
          .map(({ operation }) => operation)
          .sort();
      await expect.poll(owners, long).toEqual(["Apply"]);
      expect(agent.of("drift")).toEqual([]);
      const sha = agent.repository.commit({ "state/settings.json": configMap("settings", { greeting: "hello" }) });
      await synced(agent, expect, { repositoryId: 804, system: "there", sha });
      expect((await kube.get(ref))?.data).toEqual({ greeting: "hello" });
    }),

  "what somebody changes by hand while a system is paused has its plans made again, for merging them would revert it": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 810, async ({ agent, kube }) => {
      const baseSha = agent.repository.commit({
        ".trueup.yaml": config("by-hand", reporting),
        "state/settings.json": configMap("settings", { colour: "red" }),
        "state/other.json": configMap("other", { v: "1" }),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const of = { repositoryId: 810, system: "by-hand" };
      agent.command({ type: "pause", id: "pause", ...of, pause: anHour() });
      await expect.poll(() => agent.of("pause-result"), long).toHaveLength(1);
      const plan = () =>
        planned(agent, expect, { ...of, baseSha }, { "state/other.json": configMap("other", { v: "2" }) });
      const becomesStale = () => {
        const { id } = agent.of("plan-result").at(-1)!;
        return expect.poll(() => agent.of("plan-stale").map((told) => told.id), long).toContain(id);
      };
      expect((await plan()).drifted).toBe(0);
      const ref = { apiVersion: "v1", kind: "ConfigMap", namespace: "by-hand", name: "settings" };
      await kube.patch(ref, { data: { colour: "blue" } }, "merge", editor);
      await becomesStale();
      expect((await plan()).drifted).toBe(1);
      await kube.delete(ref, {});
      await becomesStale();
      expect((await plan()).objects).toMatchObject([
        { name: "other", action: "update" },
        { name: "settings", action: "create", drifted: true },
      ]);
    }),

  "what somebody deleted and took away is told as that, at no time that nobody knows, and not as the pull request's": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 805, async ({ agent, kube }) => {
      const labelled = (name: string, labels: Record<string, string>) =>
        JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, annotations: labels } });
      const baseSha = agent.repository.commit({
        ".trueup.yaml": config("taken", reporting),
        "state/gone.json": configMap("gone", { v: "1" }),
        "state/bare.json": labelled("bare", { "example.com/one": "1" }),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const ref = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", namespace: "taken", name });
      await kube.delete(ref("gone"), {});
      await kube.patch(ref("bare"), { metadata: { annotations: null } }, "merge", editor);
      await expect.poll(() => agent.of("drift"), long).toHaveLength(2);
      const changes = {
        "state/gone.json": configMap("gone", { v: "2" }),
        "state/bare.json": labelled("bare", { "example.com/one": "1", "example.com/two": "2" }),
      };
      const plan = await planned(agent, expect, { repositoryId: 805, system: "taken", baseSha }, changes);
      expect(plan.drifted).toBe(2);
      expect(plan.objects.find(({ name }) => name === "gone")).toMatchObject({ action: "create", drifted: true });
      expect(plan.objects.find(({ name }) => name === "bare")?.fields).toEqual([
        { path: 'metadata.annotations["example.com/one"]', cause: "drift", after: "1", manager: "unknown" },
        { path: 'metadata.annotations["example.com/two"]', cause: "pull-request", after: "2" },
      ]);
      // Planned again later it is the same, so that nobody is told of it again.
      const again = await planned(agent, expect, { repositoryId: 805, system: "taken", baseSha }, changes);
      expect(again.liveAsOf).not.toBe(plan.liveAsOf);
      expect(again.objects).toEqual(plan.objects);
    }),

  "what somebody changed and the pull request drops is told as what the server puts in its place": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 809, async ({ agent, kube }) => {
      const of = { repositoryId: 809, system: "dropped" };
      const baseSha = agent.repository.commit({
        ".trueup.yaml": config("dropped", reporting),
        "state/web.yaml": deployment("web", 0),
        "state/settings.json": configMap("settings", { a: "1" }),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const web = { apiVersion: "apps/v1", kind: "Deployment", namespace: "dropped", name: "web" };
      const settings = { apiVersion: "v1", kind: "ConfigMap", namespace: "dropped", name: "settings" };
      await kube.patch(web, { spec: { replicas: 2 } }, "merge", editor);
      await kube.patch(settings, { data: { a: "3" } }, "merge", editor);
      await expect.poll(() => agent.of("drift"), long).toHaveLength(2);
      const changes = {
        "state/web.yaml": deployment("web", 0).replace("  replicas: 0\n", ""),
        "state/settings.json": JSON.stringify({
          apiVersion: "v1",
          kind: "ConfigMap",
          metadata: { name: "settings" },
          data: null,
        }),
      };
      const plan = await planned(agent, expect, { ...of, baseSha }, changes);
      const told = plan.objects.flatMap(({ fields }) =>
        fields.map(({ path, cause, before, after }) => [path, cause, before, after]),
      );
      expect(told).toEqual([
        ["data.a", "pull-request", "3", undefined],
        ["spec.replicas", "pull-request", 2, 1],
      ]);
      await synced(agent, expect, { ...of, sha: agent.repository.commit(changes) });
      expect((await kube.get(web))?.spec).toMatchObject({ replicas: 1 });
      expect((await kube.get(settings))?.data ?? {}).toEqual({});
    }),

  "drift that is only to be told of stays when a commit changes nothing of its system": (kubeconfig, expect) =>
    withAgent(kubeconfig, 810, async ({ agent, kube }) => {
      agent.repository.commit({ ".trueup.yaml": config("told", reporting), "state/web.yaml": deployment("web", 0) });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const web = { apiVersion: "apps/v1", kind: "Deployment", namespace: "told", name: "web" };
      await kube.patch(web, { spec: { replicas: 2 } }, "merge", editor);
      await expect.poll(() => agent.of("drift"), long).toMatchObject([{ outcome: "reported" }]);
      const sha = agent.repository.commit({ "README.md": "# Others\n" });
      const revision = async () =>
        (await kube.get({ apiVersion: "v1", kind: "ConfigMap", namespace: "trueup-system", name: "trueup-810-told" }))
          ?.metadata.annotations?.["trueup.dev/revision"];
      await expect.poll(revision, long).toBe(sha);
      expect((await kube.get(web))?.spec).toMatchObject({ replicas: 2 });
    }),
};

const anHour = () => ({ until: new Date(Date.now() + 3_600_000).toISOString(), by: "mona" });
