import { merged, planned, synced } from "./asked.ts";
import { config, configMap, deployment, portsField, shapeDefinition } from "./manifests.ts";
import { long, type Scenarios, withAgent } from "./with-agent.ts";

const fields = `size: { type: integer }
selfSigned: { type: object, properties: { crl: { type: array, items: { type: string } } } }
labels: { type: object, additionalProperties: { type: string } }
set: { type: array, x-kubernetes-list-type: set, items: { type: string } }
maybe: { type: object, nullable: true, properties: { p: { type: string } } }
free: { type: object, x-kubernetes-preserve-unknown-fields: true }
${portsField("with: { type: object, properties: { p: { type: string } } }")}`;

/** What Git comes to leave empty. */
export const emptiedScenarios: Scenarios = {
  "a mapping that a pull request empties is an empty one after one rollout, and neither a heal nor the next apply makes another":
    (kubeconfig, expect) =>
      withAgent(
        kubeconfig,
        875,
        async ({ agent, kube }) => {
          const of = { repositoryId: 875, system: "emptied" };
          const web = (context: string, replicas = 1) => ({
            "state/web.yaml": deployment("web", replicas).concat(`          securityContext: ${context}\n`),
          });
          const drop = "{capabilities: {drop: [ALL]}, allowPrivilegeEscalation: false}";
          const baseSha = agent.repository.commit({ ".trueup.yaml": config("emptied"), ...web(drop, 0) });
          await agent.start();
          await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
          const ref = { apiVersion: "apps/v1", kind: "Deployment", namespace: "emptied", name: "web" };
          const live = async () => (await kube.get(ref))!;
          const before = (await live()).metadata.generation as number;
          const changes = web("{}", 0);
          const plan = await planned(agent, expect, { ...of, baseSha }, changes);
          const context = "spec.template.spec.containers[web].securityContext";
          expect(plan.objects[0]?.fields.map(({ path, cause, after }) => [path, cause, after]).sort()).toEqual([
            [`${context}.allowPrivilegeEscalation`, "pull-request", undefined],
            [`${context}.capabilities`, "pull-request", undefined],
          ]);
          expect(await merged(agent, expect, 875, plan, changes)).toEqual(["as-planned"]);
          const { spec, metadata } = await live();
          expect(spec).toMatchObject({ template: { spec: { containers: [{ securityContext: {} }] } } });
          expect(JSON.stringify(spec)).not.toContain("capabilities");
          expect(metadata.generation).toBe(before + 1);
          expect(metadata.managedFields?.filter(({ manager }) => manager === "trueup")).toMatchObject([
            { operation: "Apply" },
          ]);

          await agent.stop();
          await agent.start();
          const sha = agent.repository.commit({ "state/more.json": configMap("more", { v: "1" }) });
          await synced(agent, expect, { ...of, sha });
          expect((await live()).metadata.generation).toBe(before + 1);
          expect(agent.of("drift")).toEqual([]);
        },
        { pollMs: 3_600_000 },
      ),

  "what somebody changed in a mapping that a pull request empties goes with it, and the mapping stays, as planned": (
    kubeconfig,
    expect,
  ) =>
    withAgent(
      kubeconfig,
      877,
      async ({ agent, kube }) => {
        const of = { repositoryId: 877, system: "emptied-drift" };
        const web = (context: string) => ({
          "state/web.yaml": deployment("web", 0).concat(`          securityContext: ${context}\n`),
        });
        const baseSha = agent.repository.commit({
          ".trueup.yaml": config("emptied-drift", "    heal: false\n"),
          ...web("{readOnlyRootFilesystem: true}"),
        });
        await agent.start();
        await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
        const ref = { apiVersion: "apps/v1", kind: "Deployment", namespace: "emptied-drift", name: "web" };
        const path = "/spec/template/spec/containers/0/securityContext/readOnlyRootFilesystem";
        await kube.patch(ref, [{ op: "replace", path, value: false }], "json", { manager: "kubectl-edit" });
        await expect.poll(() => agent.of("drift").at(-1)?.outcome, long).toBe("reported");
        const changes = web("{}");
        const plan = await planned(agent, expect, { ...of, baseSha }, changes);
        const context = "spec.template.spec.containers[web].securityContext";
        expect(plan.objects[0]?.fields).toMatchObject([
          { path: `${context}.readOnlyRootFilesystem`, before: false, manager: "kubectl-edit" },
        ]);
        expect(plan.objects[0]?.fields[0]).not.toHaveProperty("after");
        expect(await merged(agent, expect, 877, plan, changes)).toEqual(["as-planned"]);
        expect((await kube.get(ref))?.spec).toMatchObject({
          template: { spec: { containers: [{ securityContext: {} }] } },
        });
        expect(JSON.stringify((await kube.get(ref))?.spec)).not.toContain("readOnlyRootFilesystem");
      },
      { pollMs: 3_600_000 },
    ),

  "what a pull request empties in a custom resource is as empty as Git says, and no schema refuses it for a null that nobody wrote":
    (kubeconfig, expect) =>
      withAgent(
        kubeconfig,
        876,
        async ({ agent, kube }) => {
          const group = "emptied.example";
          const star = (spec: string) => ({
            "state/star.yaml": `apiVersion: ${group}/v1\nkind: Shape\nmetadata: {name: star}\nspec: ${spec}\n`,
          });
          const full = `{size: 1, selfSigned: {crl: [a]}, labels: {a: b}, set: [a], maybe: {p: x}, free: {a: {b: c}}, ports: [{name: a, with: {p: x}}]}`;
          let baseSha = agent.repository.commit({
            ".trueup.yaml": config("emptied-custom"),
            "state/crd.yaml": shapeDefinition(group, ["v1"], fields),
            ...star(full),
          });
          await agent.start();
          await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
          const ref = { apiVersion: `${group}/v1`, kind: "Shape", namespace: "emptied-custom", name: "star" };
          const become = async (spec: string, wanted: object) => {
            const of = { repositoryId: 876, system: "emptied-custom", baseSha };
            const plan = await planned(agent, expect, of, star(spec));
            const [object] = plan.objects.filter(({ kind }) => kind === "Shape");
            expect(object).toMatchObject({ action: "update", drifted: false });
            expect(new Set(object?.fields.map(({ cause }) => cause))).toEqual(new Set(["pull-request"]));
            // A process that knows nothing yet does just the same.
            await agent.stop();
            await agent.start();
            const before = (await kube.get(ref))?.metadata.generation as number;
            expect(await merged(agent, expect, 876, plan, star(spec))).toEqual(["as-planned"]);
            const now = await kube.get(ref);
            expect(now?.spec).toEqual(wanted);
            expect(now?.metadata.generation).toBe(before + 1);
            baseSha = agent.repository.commit({ "README.md": spec });
          };
          await become(
            "{size: 1, selfSigned: {}, labels: {}, set: [], maybe: {}, free: {a: {}}, ports: [{name: a, with: {}}]}",
            {
              ...{ size: 1, selfSigned: {}, labels: {}, set: [], maybe: {}, free: { a: {} } },
              ports: [{ name: "a", protocol: "TCP", with: {} }],
            },
          );
          // Nothing else of it is held by anybody then.
          await become("{set: [], ports: []}", { set: [], ports: [] });
          await become(full, {
            ...{ size: 1, selfSigned: { crl: ["a"] }, labels: { a: "b" }, set: ["a"], maybe: { p: "x" } },
            ...{ free: { a: { b: "c" } }, ports: [{ name: "a", protocol: "TCP", with: { p: "x" } }] },
          });
          expect(agent.of("drift")).toEqual([]);
        },
        { pollMs: 3_600_000 },
      ),
};
