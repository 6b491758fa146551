import { afterAll, beforeAll, expect, test } from "vitest";
import { type ControlPlane, startControlPlane } from "../harness/control-plane.ts";
import { merged, planned } from "./harness/asked.ts";
import { config, shapeDefinition } from "./harness/manifests.ts";
import { long, withAgent } from "./harness/with-agent.ts";

let plane: ControlPlane;
beforeAll(async () => {
  plane = await startControlPlane({ controllers: false });
});
afterAll(() => plane?.stop());

const group = "needed.exact.example";
const star = (spec: string) => `apiVersion: ${group}/v1\nkind: Shape\nmetadata: {name: star}\nspec: ${spec}\n`;
/** CEL, which only a real API server evaluates. */
const rule = `x-kubernetes-validations: [{ rule: "!has(self.color) || has(self.size)", message: "a colour needs a size" }]`;
const fields = "name: { type: string }\ncolor: { type: string }\nsize: { type: integer }\nshape: { type: string }";
const definition = shapeDefinition(group, ["v1"], fields).replace(
  /^( +)spec:\n +type: object\n/m,
  (spec, indent: string) => `${spec}${indent}  ${rule}\n`,
);

test("what somebody added to an exact system, and the merge needs, is planned to stay and stays; what else they added goes", () =>
  withAgent(
    plane.kubeconfig,
    1,
    async ({ agent, kube }) => {
      const baseSha = agent.repository.commit({
        ".trueup.yaml": config("needed", "    exact: true\n    heal: false\n"),
        "state/crd.yaml": definition,
        "state/star.yaml": star("{name: star}"),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const ref = { apiVersion: `${group}/v1`, kind: "Shape", namespace: "needed", name: "star" };
      await kube.patch(ref, { spec: { size: 3, shape: "round" } }, "merge", { manager: "kubectl-edit" });
      const changes = { "state/star.yaml": star("{name: star, color: red}") };
      const plan = await planned(agent, expect, { repositoryId: 1, system: "needed", baseSha }, changes);
      expect(plan.objects.find(({ kind }) => kind === "Shape")?.fields.toSorted(byPath)).toMatchObject([
        { path: "spec.color", cause: "pull-request", after: "red" },
        { path: "spec.shape", cause: "foreign", before: "round" },
        { path: "spec.size", cause: "foreign", before: 3, after: 3 },
      ]);
      expect(await merged(agent, expect, 1, plan, changes)).toEqual(["as-planned"]);
      expect((await kube.get(ref))?.spec).toEqual({ name: "star", color: "red", size: 3 });
    },
    { pollMs: 3_600_000 },
  ));

const byPath = (one: { path: string }, other: { path: string }): number => (one.path < other.path ? -1 : 1);
