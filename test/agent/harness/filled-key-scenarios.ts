import { compareWithPlan } from "../../../src/bot/pull-request/as-planned.ts";
import { planned } from "./asked.ts";
import { config } from "./manifests.ts";
import { long, type Scenarios, withAgent } from "./with-agent.ts";

const definition = (group: string) => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: shapes.${group}
spec:
  group: ${group}
  scope: Namespaced
  names: { kind: Shape, plural: shapes, singular: shape, listKind: ShapeList }
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
                ports:
                  type: array
                  x-kubernetes-list-type: map
                  x-kubernetes-list-map-keys: [name, protocol]
                  items:
                    type: object
                    required: [name]
                    properties:
                      name: { type: string }
                      protocol: { type: string, default: TCP }
                      port: { type: integer }
`;

const star = (group: string, ...ports: string[]) =>
  `apiVersion: ${group}/v1\nkind: Shape\nmetadata: {name: star}\nspec: {ports: [${ports.map((port) => `{${port}}`)}]}\n`;
const one = "name: one, port: 1";
const two = "name: two, port: 2";
const refOf = (group: string, namespace: string) => ({
  apiVersion: `${group}/v1`,
  kind: "Shape",
  namespace,
  name: "star",
});
const editor = { manager: "kubectl-edit" };
const turn = (at: number, value: number) => [{ op: "replace", path: `/spec/ports/${at}/port`, value }];
const drift = { cause: "drift", ...editor };

/** Custom resources, with lists of which Git leaves a part of the items' keys to its default. */
export const filledKeyScenarios: Scenarios = {
  "what somebody changes or takes out of a custom resource's list is put back, where Git leaves a part of its items' keys to the default":
    (kubeconfig, expect) =>
      withAgent(kubeconfig, 807, async ({ agent, kube }) => {
        agent.repository.commit({
          ".trueup.yaml": config("filled"),
          "state/crd.yaml": definition("heals.filled.example"),
          "state/star.yaml": star("heals.filled.example", one, two),
        });
        await agent.start();
        await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
        const ref = refOf("heals.filled.example", "filled");
        await kube.patch(ref, turn(0, 7), "json", editor);
        await expect
          .poll(() => agent.of("drift"), long)
          .toMatchObject([
            {
              outcome: "healed",
              fields: [{ path: "spec.ports[one/TCP].port", ...drift, before: 7, after: 1 }],
            },
          ]);
        await kube.patch(ref, { spec: { ports: [] } }, "merge", editor);
        await expect
          .poll(() => agent.of("drift").at(1), long)
          .toMatchObject({
            outcome: "healed",
            fields: [
              { path: "spec.ports[one/TCP]", cause: "drift" },
              { path: "spec.ports[two/TCP]", cause: "drift" },
            ],
          });
        expect((await kube.get(ref))?.spec).toEqual({
          ports: [
            { name: "one", protocol: "TCP", port: 1 },
            { name: "two", protocol: "TCP", port: 2 },
          ],
        });
      }),

  "a plan tells what somebody changed in such a list from what the pull request changes there, and is kept": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 808, async ({ agent, kube }) => {
      const group = "filled.example";
      const baseSha = agent.repository.commit({
        ".trueup.yaml": config("filling", "    heal: false\n"),
        "state/crd.yaml": definition(group),
        "state/star.yaml": star(group, one, two),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const of = { repositoryId: 808, system: "filling", baseSha };
      const ref = refOf(group, "filling");
      await kube.patch(ref, turn(0, 7), "json", editor);
      await expect.poll(() => agent.of("drift"), long).toMatchObject([{ outcome: "reported" }]);
      const turned = { path: "spec.ports[one/TCP].port", ...drift, before: 7, after: 1 };
      const still = await planned(agent, expect, of, { "state/crd.yaml": `${definition(group)}# the same\n` });
      expect(still.objects).toMatchObject([{ action: "update", drifted: true, fields: [turned] }]);

      const udp = { name: "two", protocol: "UDP", port: 9 };
      await kube.patch(ref, [{ op: "add", path: "/spec/ports/-", value: udp }], "json", editor);
      await expect.poll(() => agent.of("drift").length, long).toBe(2);
      const changes = { "state/star.yaml": star(group, one, "name: two, port: 5", "name: three, port: 3") };
      const plan = await planned(agent, expect, of, changes);
      const added = { name: "three", protocol: "TCP", port: 3 };
      expect(plan.objects).toMatchObject([{ action: "update", drifted: true }]);
      expect(plan.objects[0]).not.toHaveProperty("altered");
      expect(plan.objects[0]?.fields).toEqual([
        expect.objectContaining(turned),
        { path: "spec.ports[two/TCP].port", cause: "pull-request", before: 2, after: 5 },
        { path: "spec.ports[three/TCP]", cause: "pull-request", after: added },
        expect.objectContaining({ path: "spec.ports[two/UDP]", cause: "foreign", before: udp, after: udp, ...editor }),
      ]);
      const sha = agent.repository.commit(changes);
      agent.command({ type: "sync", id: sha, repositoryId: 808, system: "filling", sha });
      const answer = () => agent.of("sync-result").find((result) => result.sha === sha && result.objects.length > 0);
      await expect.poll(() => answer()?.outcome, long).toBe("healthy");
      const fidelity = compareWithPlan(plan, answer()!.objects, true).map(({ fidelity, told }) => told ?? fidelity);
      expect(fidelity).toEqual(["as-planned"]);
    }),
};
