import type { PlannedObject } from "../../../src/core/plan/plan.ts";
import { planned } from "./asked.ts";
import { config, configMap, deployment } from "./manifests.ts";
import { long, type Scenarios, withAgent } from "./with-agent.ts";

const elsewhere = (name: string, namespace: string) =>
  configMap(name, { v: "1" }).replace('"name"', `"namespace":"${namespace}","name"`);
const namespaceNamed = (name: string) => `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name} }\n`;

const token = (type: string) => JSON.stringify({ apiVersion: "v1", kind: "Secret", metadata: { name: "token" }, type });
const byPath = (object: PlannedObject | undefined) =>
  (object?.fields ?? []).toSorted((one, other) => (one.path < other.path ? -1 : 1));

/** What is told while an earlier merge was refused in part, did not get so far, or is on its way. */
export const unfinishedScenarios: Scenarios = {
  "what an earlier merge was refused, and what it never got to, is pending by its name, and nobody is said to have deleted it":
    (kubeconfig, expect) =>
      withAgent(kubeconfig, 841, async ({ agent }) => {
        agent.repository.commit({ ".trueup.yaml": config("unmade"), "state/a.json": configMap("a", { v: "1" }) });
        await agent.start();
        await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
        // What reads a configuration that is refused is left alone.
        const sha = agent.repository.merge(2, {
          "state/b.json": elsewhere("b", "unmade-later"),
          "state/priv.yaml": deployment("priv", 0).replace("name: priv", "name: priv\n  namespace: unmade-later"),
        });
        await expect.poll(() => agent.of("sync-result").at(-1), long).toMatchObject({ sha, outcome: "failed" });
        const of = { repositoryId: 841, system: "unmade", baseSha: sha };
        const later = {
          "state/a.json": configMap("a", { v: "2" }),
          "state/later.yaml": namespaceNamed("unmade-later"),
        };
        const asIs = { pending: true, drifted: false, merge: { sha, pullRequest: 2 } };
        const all = {
          drifted: 0,
          health: "Failed",
          objects: expect.arrayContaining([
            expect.objectContaining({ name: "b", action: "create", ...asIs }),
            expect.objectContaining({ name: "priv", action: "create", ...asIs }),
          ]),
        };
        expect(await planned(agent, expect, of, later)).toMatchObject(all);
        await agent.stop();
        const failed = agent.of("sync-result").length;
        await agent.start();
        await expect.poll(() => agent.of("sync-result").slice(failed).at(-1)?.outcome, long).toBe("failed");
        expect(await planned(agent, expect, of, later)).toMatchObject(all);
      }),

  "what a rollout that is on its way has not got to is pending by its name, and what somebody did there is drift, in a process that knows nothing yet either":
    (kubeconfig, expect) =>
      withAgent(kubeconfig, 842, async ({ agent, kube }) => {
        agent.repository.commit({
          ".trueup.yaml": config("halfway", "    heal: false\n"),
          "state/token.json": token("Opaque"),
          "state/odd.yaml": deployment("odd", 0),
          "state/even.yaml": deployment("even", 0),
          "state/gone.yaml": deployment("gone", 0),
        });
        await agent.start();
        await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
        await agent.stop();
        const at = (name: string) => ({ apiVersion: "apps/v1", kind: "Deployment", namespace: "halfway", name });
        const editor = { manager: "kubectl-edit" };
        const image = [{ op: "replace", path: "/spec/template/spec/containers/0/image", value: "nginx:1.28" }];
        await kube.patch(at("odd"), image, "json", editor);
        await kube.patch(at("even"), { spec: { replicas: 1 } }, "merge", editor);
        await kube.delete(at("gone"), {});
        // What reads a configuration that is refused is left alone.
        const sha = agent.repository.merge(14, {
          "state/token.json": token("example.com/other"),
          "state/odd.yaml": deployment("odd", 2),
          "state/gone.yaml": deployment("gone", 1),
        });
        const done = agent.of("sync-result").length;
        await agent.start();
        await expect
          .poll(() => agent.of("sync-result").slice(done).at(-1), long)
          .toMatchObject({ sha, outcome: "failed" });
        const of = { repositoryId: 842, system: "halfway", baseSha: sha };
        const plan = await planned(agent, expect, of, { "state/token.json": token("Opaque") });
        const found = (name: string) => plan.objects.find((one) => one.name === name);
        const edited = { cause: "drift", manager: "kubectl-edit" };
        expect(byPath(found("odd"))).toMatchObject([
          { path: "spec.replicas", cause: "pending", before: 0, after: 2, merge: { sha, pullRequest: 14 } },
          { path: "spec.template.spec.containers[web].image", ...edited },
        ]);
        expect(found("even")).toMatchObject({ fields: [{ path: "spec.replicas", ...edited }] });
        expect(found("gone")).toMatchObject({ action: "create", drifted: true });
        expect(plan).toMatchObject({ drifted: 3, health: "Failed" });
        // Taking into Git what is live there would take the earlier merge back.
        agent.command({ type: "ask-drift", id: "drift", repositoryId: 842, system: "halfway" });
        await expect.poll(() => agent.of("drift-answer"), long).toHaveLength(1);
        const { heals, adoptable = [] } = agent.of("drift-answer")[0]!;
        expect(heals).toBe(false);
        const changes = adoptable.map(({ object, changes }) => [object.name, changes.map(({ to }) => to)]);
        expect(Object.fromEntries(changes)).toEqual({ odd: ["nginx:1.28"], even: [1] });
      }),

  "of an earlier merge that was refused, what a later one keeps is pending by its name, and what it takes back was never there":
    (kubeconfig, expect) =>
      withAgent(kubeconfig, 843, async ({ agent }) => {
        agent.repository.commit({ ".trueup.yaml": config("kept-pending"), "state/web.yaml": deployment("web", 0) });
        await agent.start();
        await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
        const bold = deployment("web", 2, "nginx:1.28").replace("spec:", "spec:\n  minReadySeconds: 5");
        const sha = agent.repository.merge(29, { "state/web.yaml": bold.replaceAll("app: web", "app: web2") });
        await expect.poll(() => agent.of("sync-result").at(-1), long).toMatchObject({ sha, outcome: "failed" });
        const of = { repositoryId: 843, system: "kept-pending", baseSha: sha };
        const plan = await planned(agent, expect, of, { "state/web.yaml": bold });
        const earlier = { cause: "pending", merge: { sha, pullRequest: 29 } };
        expect(plan.objects).toHaveLength(1);
        expect(byPath(plan.objects[0]).filter(({ cause }) => cause !== "already-live")).toEqual([
          { path: "spec.minReadySeconds", after: 5, ...earlier },
          { path: "spec.replicas", before: 0, after: 2, ...earlier },
          { path: "spec.template.spec.containers[web].image", before: "nginx:1.29", after: "nginx:1.28", ...earlier },
        ]);
        expect(plan).toMatchObject({ drifted: 0, health: "Failed", findings: [] });
        // What the later one changes is its own, also where the earlier one had changed it.
        const own = await planned(agent, expect, of, { "state/web.yaml": bold.replace("replicas: 2", "replicas: 3") });
        expect(own.objects[0]?.fields).toContainEqual({
          path: "spec.replicas",
          cause: "pull-request",
          before: 0,
          after: 3,
        });
      }),
};
