import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { KubeClient } from "../../../src/kube/kube-client.ts";
import { type AdmissionWebhook, makeAdmissionWebhook, registerWebhook } from "../../harness/admission-webhook.ts";
import { type ControlPlane, startControlPlane } from "../../harness/control-plane.ts";
import { config, configMap } from "../harness/manifests.ts";
import { long, withAgent } from "../harness/with-agent.ts";

let plane: ControlPlane;
let webhook: AdmissionWebhook;
beforeAll(async () => {
  plane = await startControlPlane({ controllers: false });
});
afterAll(() => plane?.stop());
beforeEach(async () => {
  webhook = await makeAdmissionWebhook();
  await webhook.start();
  return () => webhook.stop();
});

const makeNamespace = (kube: KubeClient, name: string) =>
  kube.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });

test("one that denies is told with its words, in plan and sync, made safe and cut to what one reads; all else is applied", () =>
  withAgent(plane.kubeconfig, 1, async ({ agent, kube }) => {
    await makeNamespace(kube, "denied");
    const words = `no @everyone today \u001b[31m\u202e${"x".repeat(200_000)}`;
    webhook.decide = ({ object }) => (object.data?.v === "bad" ? { deny: words } : {});
    await registerWebhook(webhook, kube, "Validating", "denied");
    const base = agent.repository.commit({
      ".trueup.yaml": config("denied"),
      "state/a.json": configMap("a", { v: "1" }),
    });
    await agent.start();
    await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
    const change = { "state/a.json": configMap("a", { v: "2" }), "state/b.json": configMap("b", { v: "bad" }) };
    const headSha = agent.repository.pullRequest(1, change);
    const command = { repositoryId: 1, system: "denied", pullRequest: 1, headSha, baseSha: base };
    agent.command({ type: "plan", id: "plan", ...command });
    await expect
      .poll(() => agent.of("plan-result").at(-1)?.plan?.objects, long)
      .toMatchObject([
        { name: "a", action: "update" },
        { name: "b", action: "invalid" },
      ]);
    const [finding] = agent.of("plan-result").at(-1)?.plan?.findings ?? [];
    expect(finding).toMatchObject({ file: "state/b.json", rule: "refused-by-cluster" });
    expect(finding?.message).toMatch(/admission webhook "denied.hooks.example" denied the request: no @everyone today/);
    expect(finding!.message.length).toBeLessThan(3_000);

    const sha = agent.repository.commit(change);
    await expect
      .poll(() => agent.of("sync-result").at(-1), long)
      .toMatchObject({
        sha,
        outcome: "failed",
        message: expect.stringContaining("denied the request: no @everyone today"),
        objects: expect.arrayContaining([
          expect.objectContaining({ name: "a", action: "update" }),
          expect.objectContaining({ name: "b", action: "invalid" }),
        ]),
      });
    webhook.decide = () => ({});
    await expect.poll(() => agent.of("sync-result").at(-1), long).toMatchObject({ sha, outcome: "healthy" });
  }));

test("one that is down is told, holds up nothing else, and what it held up is applied when it is back", () =>
  withAgent(plane.kubeconfig, 2, async ({ agent, kube }) => {
    await makeNamespace(kube, "down");
    await registerWebhook(webhook, kube, "Validating", "down");
    await webhook.stop();
    const sha = agent.repository.commit({
      ".trueup.yaml": config("down"),
      "state/a.json": configMap("a", { v: "1" }),
      "state/secret.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: hunter2}\n",
      "state/service.yaml":
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: ExternalName, externalName: web.example}\n",
    });
    await agent.start();
    await expect.poll(() => agent.of("sync-result").at(-1), long).toMatchObject({ sha, outcome: "failed" });
    const { objects, message } = agent.of("sync-result").at(-1)!;
    expect(message).toMatch(/^the cluster refuses ConfigMap a: .*failed calling webhook "down.hooks.example"/);
    expect(objects.map(({ action, kind }) => `${action} ${kind}`).sort()).toEqual([
      "create Secret",
      "create Service",
      "invalid ConfigMap",
    ]);
    await webhook.start();
    await expect.poll(() => agent.of("sync-result").at(-1), long).toMatchObject({ sha, outcome: "healthy" });

    // The same for what is healed.
    const a = { apiVersion: "v1", kind: "ConfigMap", namespace: "down", name: "a" };
    await kube.patch(a, { data: { v: "by hand" } }, "merge");
    await expect.poll(() => agent.of("drift").at(-1)?.outcome, long).toBe("healed");
    webhook.decide = ({ object }) => (object.data?.v === "1" ? { deny: "not while we are away" } : {});
    await kube.patch(a, { data: { v: "by hand again" } }, "merge");
    await expect
      .poll(() => agent.of("drift").at(-1), long)
      .toMatchObject({ outcome: "failed", message: expect.stringContaining("not while we are away") });
    webhook.decide = () => ({});
    await expect.poll(async () => (await kube.get(a))?.data, long).toEqual({ v: "1" });
    expect(agent.of("drift").filter(({ outcome }) => outcome === "failed")).toHaveLength(1);
  }));

test("one that mutates what Git sets, differently at every write, is not fought over, and no plan shows what it does", () =>
  withAgent(plane.kubeconfig, 3, async ({ agent, kube }) => {
    await makeNamespace(kube, "mutated");
    let writes = 0;
    webhook.decide = ({ object, dryRun }) => {
      if (object.metadata.name === "probe") return {};
      if (!dryRun) writes++;
      const annotations = { ...object.metadata.annotations, "hooks.example/seen": `${Date.now()}-${writes}` };
      return {
        patch: [
          { op: "add", path: "/metadata/annotations", value: annotations },
          { op: "add", path: "/data/injected", value: "by the webhook" },
          {
            op: "replace",
            path: "/data/image",
            value: `mirror.example/${(object.data?.image ?? "").split("/").at(-1)}`,
          },
        ],
      };
    };
    await registerWebhook(webhook, kube, "Mutating", "mutated");
    const image = (tag: string) => ({ image: `docker.example/web:${tag}`, other: "1" });
    const base = agent.repository.commit({
      ".trueup.yaml": config("mutated"),
      "state/a.json": configMap("a", image("1")),
      "state/b.json": configMap("b", image("1")),
    });
    await agent.start();
    await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
    const a = { apiVersion: "v1", kind: "ConfigMap", namespace: "mutated", name: "a" };
    expect((await kube.get(a))?.data).toEqual({
      image: "mirror.example/web:1",
      other: "1",
      injected: "by the webhook",
    });
    expect(writes).toBe(2);

    // A restart looks at everything anew.
    await agent.stop();
    await agent.start();
    agent.command({ type: "sync", id: "again", repositoryId: 3, system: "mutated", sha: base });
    await expect.poll(() => agent.of("sync-result").find(({ id }) => id === "again")?.outcome, long).toBe("healthy");
    expect({ writes, drift: agent.of("drift") }).toEqual({ writes: 2, drift: [] });

    const change = { "state/b.json": configMap("b", image("2")) };
    const headSha = agent.repository.pullRequest(1, change);
    const command = { repositoryId: 3, system: "mutated", pullRequest: 1, headSha, baseSha: base };
    agent.command({ type: "plan", id: "plan", ...command });
    await expect
      .poll(() => agent.of("plan-result").at(-1)?.plan, long)
      .toMatchObject({
        drifted: 0,
        objects: [
          {
            name: "b",
            action: "update",
            fields: [
              {
                path: "data.image",
                cause: "pull-request",
                before: "mirror.example/web:1",
                after: "mirror.example/web:2",
              },
            ],
          },
        ],
      });
    expect(agent.of("plan-result").at(-1)?.plan?.objects[0]?.fields).toHaveLength(1);

    // Somebody else's change is still seen, and healed once.
    await kube.patch(a, { data: { other: "by hand" } }, "merge");
    await expect.poll(async () => (await kube.get(a))?.data, long).toMatchObject({ other: "1" });
    const healed = agent.of("drift").at(-1);
    expect(healed).toMatchObject({ outcome: "healed", fields: [{ path: "data.other" }] });
    const after = writes;
    agent.command({ type: "sync", id: "once-more", repositoryId: 3, system: "mutated", sha: base });
    await expect
      .poll(() => agent.of("sync-result").find(({ id }) => id === "once-more")?.outcome, long)
      .toBe("healthy");
    expect(writes).toBe(after);
  }));
