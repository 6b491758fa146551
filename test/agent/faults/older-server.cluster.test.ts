import { afterAll, beforeAll, expect, test } from "vitest";
import { readManifests } from "../../../src/core/manifest/read-manifests.ts";
import { type ControlPlane, startControlPlane } from "../../harness/control-plane.ts";
import { config, configMap, shape, shapeDefinition } from "../harness/manifests.ts";
import { long, withAgent } from "../harness/with-agent.ts";

let plane: ControlPlane;
beforeAll(async () => {
  plane = await startControlPlane({ controllers: false, apiServerFlags: ["--emulated-version=1.34"] });
});
afterAll(() => plane?.stop());

const policy = `apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: {name: newer}
spec:
  failurePolicy: Ignore
  reinvocationPolicy: Never
  matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]}
  mutations: [{patchType: JSONPatch, jsonPatch: {expression: '[]'}}]
`;

test("kinds and fields that an older server does not know are told as that, with its version, and all else is applied", () =>
  withAgent(plane.kubeconfig, 1, async ({ agent, kube }) => {
    const definition = readManifests([{ path: "crd.yaml", content: shapeDefinition("older.example") }]).objects[0]!;
    await kube.apply(definition.object, { dryRun: false, force: true });
    await expect.poll(() => kube.discovery.find("older.example/v1", "Shape"), long).toBeDefined();
    const base = agent.repository.commit({
      ".trueup.yaml": config("older"),
      "state/a.json": configMap("a", { v: "1" }),
    });
    await agent.start();
    await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
    const change = {
      "state/a.json": configMap("a", { v: "2" }),
      "state/policy.yaml": policy,
      "state/star.yaml": `${shape("older.example", 60)}  weight: 5\n`,
    };
    const kindUnknown =
      "the cluster does not serve MutatingAdmissionPolicy of admissionregistration.k8s.io/v1; it runs Kubernetes 1.34";
    const fieldUnknown =
      /(?:\.spec\.weight: field not declared in schema|unknown field "spec\.weight").*; it runs Kubernetes 1\.34$/;
    const headSha = agent.repository.pullRequest(1, change);
    agent.command({
      type: "plan",
      id: "plan",
      repositoryId: 1,
      system: "older",
      pullRequest: 1,
      headSha,
      baseSha: base,
    });
    await expect
      .poll(() => agent.of("plan-result").at(-1)?.plan?.findings, long)
      .toMatchObject([
        { file: "state/policy.yaml", message: `refused by the cluster: ${kindUnknown}` },
        { file: "state/star.yaml", message: expect.stringMatching(fieldUnknown) },
      ]);
    const sha = agent.repository.commit(change);
    await expect.poll(() => agent.of("sync-result").at(-1), long).toMatchObject({ sha, outcome: "failed" });
    const { details } = agent.of("sync-result").at(-1)!;
    expect(details).toEqual([expect.stringMatching(fieldUnknown)]);
    expect((await kube.get({ apiVersion: "v1", kind: "ConfigMap", namespace: "older", name: "a" }))?.data).toEqual({
      v: "2",
    });
    // Policies wait for everything, and are told once nothing else is in the way.
    agent.repository.commit({ "state/star.yaml": undefined });
    await expect
      .poll(() => agent.of("sync-result").at(-1)?.message, long)
      .toBe(`the cluster refuses MutatingAdmissionPolicy newer: ${kindUnknown}`);
  }));
