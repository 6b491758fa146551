import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readManifests } from "../../../src/core/manifest/read-manifests.ts";
import type { KubeClient } from "../../../src/kube/kube-client.ts";
import { apiRequest } from "../../harness/control-plane/api-request.ts";
import { tokenOf } from "../../harness/control-plane/service-account.ts";
import { type ControlPlane, startControlPlane } from "../../harness/control-plane.ts";
import { installAgentAccount } from "../harness/agent-account.ts";
import { planned } from "../harness/asked.ts";
import { config, configMap, shape, shapeDefinition } from "../harness/manifests.ts";
import { long, withAgent } from "../harness/with-agent.ts";

let plane: ControlPlane;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "trueup-faults-"));
  plane = await startControlPlane({ controllers: true });
});
afterAll(async () => {
  await plane?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function define(kube: KubeClient, group: string): Promise<void> {
  const definition = readManifests([{ path: "crd.yaml", content: shapeDefinition(group) }]).objects[0]!;
  await kube.apply(definition.object, { dryRun: false, force: true });
  await expect.poll(() => kube.discovery.find(`${group}/v1`, "Shape"), long).toBeDefined();
}

const apiService = (group: string) => ({
  apiVersion: "apiregistration.k8s.io/v1",
  kind: "APIService",
  metadata: { name: `v1.${group}` },
  spec: {
    group,
    version: "v1",
    groupPriorityMinimum: 100,
    versionPriority: 1,
    insecureSkipTLSVerify: true,
    service: { namespace: "default", name: "nothing" },
  },
});

test("an API group whose server is away is named, in plan and sync; other groups go on, and its objects come when it does", () =>
  withAgent(plane.kubeconfig, 1, async ({ agent, kube }) => {
    const group = "away.example";
    await kube.create(apiService(group));
    const base = agent.repository.commit({
      ".trueup.yaml": config("partly"),
      "state/star.yaml": shape(group, 60),
      "state/a.json": configMap("a", { v: "1" }),
    });
    await agent.start();
    await expect.poll(() => agent.of("sync-result").at(-1), long).toMatchObject({ outcome: "failed" });
    const { objects, message } = agent.of("sync-result").at(-1)!;
    expect(objects.map(({ action, kind }) => `${action} ${kind}`).sort()).toEqual([
      "create ConfigMap",
      "invalid Shape",
    ]);
    expect(message).toBe(
      `the cluster refuses Shape star: the API group ${group} is not available now: the server behind it (APIService) does not answer`,
    );
    const headSha = agent.repository.pullRequest(1, { "state/a.json": configMap("a", { v: "2" }) });
    agent.command({
      type: "plan",
      id: "plan",
      repositoryId: 1,
      system: "partly",
      pullRequest: 1,
      headSha,
      baseSha: base,
    });
    await expect
      .poll(() => agent.of("plan-result").at(-1)?.plan, long)
      .toMatchObject({
        objects: [
          { name: "a", action: "update" },
          { name: "star", action: "invalid" },
        ],
        findings: [
          { file: "state/star.yaml", rule: "refused-by-cluster", message: expect.stringContaining(`group ${group}`) },
        ],
      });
    // Drift of the others is healed meanwhile.
    const a = { apiVersion: "v1", kind: "ConfigMap", namespace: "partly", name: "a" };
    await kube.patch(a, { data: { v: "by hand" } }, "merge");
    await expect.poll(async () => (await kube.get(a))?.data, long).toEqual({ v: "1" });

    await kube.delete({ apiVersion: "apiregistration.k8s.io/v1", kind: "APIService", name: `v1.${group}` }, {});
    await define(kube, group);
    await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
    const star = { apiVersion: `${group}/v1`, kind: "Shape", namespace: "partly", name: "star" };
    expect((await kube.get(star))?.spec).toMatchObject({ size: 60 });
  }));

test("a group that goes away when a system has objects of it holds up no other, and deletes nothing unseen", () =>
  withAgent(plane.kubeconfig, 2, async ({ agent, kube }) => {
    const group = "leaving.example";
    await define(kube, group);
    const names = ["a", "b", "c", "d", "e"];
    agent.repository.commit({
      ".trueup.yaml": config("remaining"),
      "state/star.yaml": shape(group, 60),
      ...Object.fromEntries(names.map((name) => [`state/${name}.json`, configMap(name, { v: "1" })])),
    });
    await agent.start();
    await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
    await agent.stop();
    const definition = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      name: `shapes.${group}`,
    };
    await kube.delete(definition, {});
    await expect.poll(() => kube.get(definition), long).toBeUndefined();
    await kube.apply(apiService(group), { dryRun: false, force: true });
    await agent.start();
    // Git no longer has the object either: whether it is still there cannot be told now.
    const sha = agent.repository.commit({ "state/star.yaml": undefined, "state/a.json": configMap("a", { v: "2" }) });
    await expect
      .poll(() => agent.of("sync-result").at(-1), long)
      .toMatchObject({
        sha,
        outcome: "held",
        message: expect.stringContaining(
          `objects of the kind Shape of ${group}, which an earlier commit had, cannot be seen`,
        ),
      });
    const parent = { apiVersion: "v1", kind: "ConfigMap", namespace: "trueup-system", name: "trueup-2-remaining" };
    expect((await kube.get(parent))?.metadata.annotations?.["applyset.kubernetes.io/contains-group-kinds"]).toBe(
      `ConfigMap,Shape.${group}`,
    );
  }));

test("a definition that somebody deletes under the objects is told once, and its objects come back with it", () =>
  withAgent(plane.kubeconfig, 3, async ({ agent, kube }) => {
    const group = "deleted.example";
    await define(kube, group);
    agent.repository.commit({
      ".trueup.yaml": config("undefined"),
      "state/star.yaml": shape(group, 60),
      "state/a.json": configMap("a", { v: "1" }),
    });
    await agent.start();
    await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
    const definition = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      name: `shapes.${group}`,
    };
    await kube.delete(definition, {});
    await expect
      .poll(() => agent.of("drift").at(-1), long)
      .toMatchObject({
        object: { kind: "Shape", name: "star" },
        outcome: "failed",
        // Which of the two depends on how far the server is with the definition when its object goes.
        message: expect.stringMatching(
          /the cluster does not serve Shape of deleted\.example\/v1|custom resource definition is terminating/,
        ),
      });
    const a = { apiVersion: "v1", kind: "ConfigMap", namespace: "undefined", name: "a" };
    await kube.patch(a, { data: { v: "by hand" } }, "merge");
    await expect.poll(async () => (await kube.get(a))?.data, long).toEqual({ v: "1" });
    await expect.poll(() => kube.get(definition), long).toBeUndefined();
    await define(kube, group);
    const star = { apiVersion: `${group}/v1`, kind: "Shape", namespace: "undefined", name: "star" };
    await expect.poll(async () => (await kube.get(star))?.spec, long).toMatchObject({ size: 60 });
    expect(agent.of("drift").filter(({ outcome }) => outcome === "failed")).toHaveLength(1);
    // And it is watched again.
    await kube.patch(star, { spec: { color: "red" } }, "merge");
    await expect.poll(async () => (await kube.get(star))?.spec, long).toMatchObject({ color: "purple" });
  }));

test("an object of almost 1 MB is planned, applied, healed and pruned; a larger one is told with its size's limit", () =>
  withAgent(plane.kubeconfig, 4, async ({ agent, kube }) => {
    const large = (letter: string, length: number) => configMap("large", { v: letter.repeat(length) });
    const base = agent.repository.commit({
      ".trueup.yaml": config("large", "    protect: {maxDeletions: 100%}\n"),
      "state/large.json": large("x", 1_000_000),
      "state/a.json": configMap("a", {}),
    });
    await agent.start();
    await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
    const ref = { apiVersion: "v1", kind: "ConfigMap", namespace: "large", name: "large" };
    await kube.patch(ref, { data: { v: "small" } }, "merge");
    const size = async () => ((await kube.get(ref))?.data as { v: string } | undefined)?.v.length;
    await expect.poll(size, long).toBe(1_000_000);
    const headSha = agent.repository.pullRequest(1, { "state/large.json": large("y", 1_000_000) });
    agent.command({
      type: "plan",
      id: "plan",
      repositoryId: 4,
      system: "large",
      pullRequest: 1,
      headSha,
      baseSha: base,
    });
    await expect
      .poll(() => agent.of("plan-result").at(-1)?.plan?.objects, long)
      .toMatchObject([{ name: "large", action: "update", fields: [{ path: "data.v" }] }]);
    agent.repository.commit({ "state/large.json": large("z", 1_100_000), "state/b.json": configMap("b", {}) });
    await expect.poll(() => agent.of("sync-result").at(-1), long).toMatchObject({ outcome: "failed" });
    expect(agent.of("sync-result").at(-1)?.error).toMatchObject({
      message: expect.stringMatching(
        /^state\/large\.json:1: ConfigMap has 1100000 bytes of data, and may have 1048576/,
      ),
    });
    agent.repository.commit({ "state/large.json": undefined });
    await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
    expect(await kube.get(ref)).toBeUndefined();
  }));

test("a token that is revoked under a running agent is told, and the next one in its file is taken without a restart", async () => {
  const cluster = await installAgentAccount(plane, { folder });
  await withAgent(cluster, 5, async ({ agent, kube }) => {
    const token = join(folder, "token");
    const account = { apiVersion: "v1", kind: "ServiceAccount", namespace: "trueup-system", name: "trueup-agent" };
    writeFileSync(token, await tokenOf(plane, "trueup-system", "trueup-agent"));
    const kubeconfig = JSON.parse(readFileSync(cluster.agent.kubeconfig, "utf8"));
    kubeconfig.users[0].user = { tokenFile: token };
    const file = join(folder, "kubeconfig-of-a-file");
    writeFileSync(file, JSON.stringify(kubeconfig));
    agent.repository.commit({ ".trueup.yaml": config("revoked"), "state/a.json": configMap("a", { v: "1" }) });
    await agent.start({ kubeconfig: file });
    await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
    // A token is of one incarnation of its account; the rights are of the name.
    await kube.delete(account, {});
    // The API server remembers a token that was good for some seconds.
    const access = { url: plane.url, ca: plane.ca, token: readFileSync(token, "utf8") };
    await expect.poll(async () => (await apiRequest(access, "/api/v1/configmaps")).status, long).toBe(401);
    const sha = agent.repository.commit({ "state/a.json": configMap("a", { v: "2" }) });
    await expect
      .poll(() => agent.of("sync-result").at(-1), long)
      .toMatchObject({
        sha,
        outcome: "failed",
        error: { message: expect.stringContaining("does not accept the agent's credentials") },
      });
    await kube.create({
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "trueup-agent", namespace: "trueup-system" },
    });
    writeFileSync(token, await tokenOf(plane, "trueup-system", "trueup-agent"));
    await expect.poll(() => agent.of("sync-result").at(-1), long).toMatchObject({ sha, outcome: "healthy" });
    const a = { apiVersion: "v1", kind: "ConfigMap", namespace: "revoked", name: "a" };
    await kube.patch(a, { data: { v: "by hand" } }, "merge");
    await expect.poll(async () => (await kube.get(a))?.data, long).toEqual({ v: "2" });
  });
});

test("a field that a version of a definition renames under objects which have it is that object's refusal, in the server's words; all else goes on", () =>
  withAgent(plane.kubeconfig, 9, async ({ agent }) => {
    const group = "renamed.example";
    const of = { repositoryId: 9, system: "renamed" };
    const both = shapeDefinition(group, ["v1", "v2"]);
    const at = both.lastIndexOf("color");
    agent.repository.commit({
      ".trueup.yaml": config("renamed"),
      "state/crd.yaml": shapeDefinition(group),
      "state/star.yaml": shape(group, 1),
      "state/a.json": configMap("a", { v: "1" }),
    });
    await agent.start();
    await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
    const baseSha = agent.repository.commit({
      "state/crd.yaml": `${both.slice(0, at)}hue${both.slice(at + "color".length)}`,
      "state/star.yaml": shape(group, 2, "v2").replace("color", "hue"),
    });
    const words = expect.stringMatching(/failed to .*: field not declared in schema/);
    const answer = () => agent.of("sync-result").findLast((one) => one.sha === baseSha);
    await expect.poll(answer, long).toMatchObject({ outcome: "failed" });
    expect(answer()?.error).toBeUndefined();
    expect(answer()?.objects).toContainEqual(
      expect.objectContaining({ name: "star", action: "invalid", reason: words }),
    );
    const plan = await planned(agent, expect, { ...of, baseSha }, { "state/a.json": configMap("a", { v: "2" }) });
    expect(plan.objects).toMatchObject([
      { name: "a", action: "update" },
      { name: "star", action: "invalid", pending: true, reason: words },
    ]);
  }));
