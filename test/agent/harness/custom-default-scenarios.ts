import { merged, planned } from "./asked.ts";
import { config, portsField, shapeDefinition } from "./manifests.ts";
import { long, type Scenarios, withAgent } from "./with-agent.ts";

const definition = (group: string, color = "{ type: string }") =>
  shapeDefinition(
    group,
    ["v1"],
    `color: ${color}
${portsField()}`,
  );

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

/** What the server fills into custom resources. */
export const customDefaultScenarios: Scenarios = {
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

  "a version in a custom resource is no amount: 1.1 in the place of 1.10 is drift, and put back; from 1.1 to 1.10 is the pull request's":
    (kubeconfig, expect) =>
      withAgent(
        kubeconfig,
        874,
        async ({ agent, kube }) => {
          const of = { repositoryId: 874, system: "versioned" };
          const group = "versioned.example";
          const release = (version: string) => ({
            "state/star.yaml": `apiVersion: ${group}/v1\nkind: Shape\nmetadata: {name: star}\nspec: {color: "${version}"}\n`,
          });
          const baseSha = agent.repository.commit({
            ".trueup.yaml": config("versioned"),
            "state/crd.yaml": definition(group),
            ...release("1.1"),
          });
          await agent.start();
          await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
          const plan = await planned(agent, expect, { ...of, baseSha }, release("1.10"));
          expect(plan.objects[0]?.fields).toEqual([
            { path: "spec.color", cause: "pull-request", before: "1.1", after: "1.10" },
          ]);
          expect(await merged(agent, expect, 874, plan, release("1.10"))).toEqual(["as-planned"]);
          const ref = refOf(group, "versioned");
          await kube.patch(ref, { spec: { color: "1.1" } }, "merge", editor);
          const told = [{ path: "spec.color", ...drift, before: "1.1", after: "1.10" }];
          await expect.poll(() => agent.of("drift"), long).toMatchObject([{ outcome: "healed", fields: told }]);
          expect((await kube.get(ref))?.spec).toEqual({ color: "1.10" });
        },
        { pollMs: 3_600_000 },
      ),

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
      expect(await merged(agent, expect, 808, plan, changes)).toEqual(["as-planned"]);
    }),

  "a default that a pull request gives a definition is planned in every object that gets it by that, edited or not": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 809, async ({ agent, kube }) => {
      const group = "gains.filled.example";
      const named = (name: string, manifest: string) => manifest.replace("name: star", `name: ${name}`);
      const still = star(group, one);
      const baseSha = agent.repository.commit({
        ".trueup.yaml": config("gains", "    heal: false\n"),
        "state/crd.yaml": definition(group),
        "state/star.yaml": star(group, one),
        "state/still.yaml": named("still", still),
        "state/own.yaml": named("own", still.replace("spec: {", "spec: {color: blue, ")),
        "state/turned.yaml": named("turned", still),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      await kube.patch({ ...refOf(group, "gains"), name: "turned" }, turn(0, 7), "json", editor);
      await expect.poll(() => agent.of("drift"), long).toMatchObject([{ outcome: "reported" }]);
      const changes = {
        "state/crd.yaml": definition(group, "{ type: string, default: red }"),
        "state/star.yaml": star(group, two),
      };
      const of = { repositoryId: 809, system: "gains", baseSha };
      const plan = await planned(agent, expect, of, changes);
      const red = { path: "spec.color", cause: "pull-request", after: "red" };
      const fieldsOf = (name: string) => plan.objects.find((object) => object.name === name)?.fields;
      expect(plan.totals).toMatchObject({ update: 4, unchanged: 1 });
      expect(fieldsOf("star")).toContainEqual(red);
      expect(fieldsOf("still")).toEqual([red]);
      expect(fieldsOf("turned")).toEqual([expect.objectContaining({ before: 7, after: 1, ...drift }), red]);
      expect(await merged(agent, expect, 809, plan, changes)).toEqual(Array.from({ length: 4 }, () => "as-planned"));
      const live = (name: string) => kube.get({ ...refOf(group, "gains"), name });
      await expect.poll(async () => (await live("still"))?.spec, long).toMatchObject({ color: "red" });
      expect((await live("own"))?.spec).toMatchObject({ color: "blue" });
      const after = { ...of, baseSha: agent.repository.commit({}) };
      expect((await planned(agent, expect, after, { "README.md": "nothing" })).objects).toEqual([]);
    }),
};
