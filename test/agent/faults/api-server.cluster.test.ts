import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { kubeconfigWith } from "../../harness/control-plane/service-account.ts";
import { type ControlPlane, startControlPlane } from "../../harness/control-plane.ts";
import { type FaultyProxy, startFaultyProxy } from "../../harness/faulty-proxy.ts";
import { makeAuthority } from "../../kube/https-api.ts";
import { config, configMap, deployment } from "../harness/manifests.ts";
import { long, withAgent } from "../harness/with-agent.ts";

let plane: ControlPlane;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "trueup-faults-"));
  plane = await startControlPlane({ controllers: false });
});
afterAll(async () => {
  await plane?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const many = (count: number, v: string) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`state/c${at}.json`, configMap(`c${at}`, { v })]));

describe("the API server itself goes away", () => {
  test("away at the start: the agent says so, waits, and applies when it is there", () =>
    withAgent(plane.kubeconfig, 1, async ({ agent, kube }) => {
      await plane.apiServer.kill();
      const sha = agent.repository.commit({ ".trueup.yaml": config("absent"), ...many(1, "1") });
      try {
        await agent.start();
        await expect
          .poll(() => agent.of("sync-result").at(-1), long)
          .toMatchObject({
            outcome: "failed",
            error: { kind: "fault", message: expect.stringContaining("cannot reach") },
          });
      } finally {
        await plane.apiServer.start();
      }
      await expect.poll(() => agent.of("sync-result").at(-1), long).toMatchObject({ sha, outcome: "healthy" });
      const c0 = { apiVersion: "v1", kind: "ConfigMap", namespace: "absent", name: "c0" };
      expect((await kube.get(c0))?.data).toEqual({ v: "1" });
    }));

  test("killed while objects are applied: every one of them is there in the end, and what is theirs is watched again", () =>
    withAgent(plane.kubeconfig, 2, async ({ agent, kube }) => {
      const count = 150;
      agent.repository.commit({ ".trueup.yaml": config("midway"), ...many(count, "1") });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const sha = agent.repository.commit(many(count, "2"));
      await expect
        .poll(() => agent.of("sync-progress").findLast((one) => one.sha === sha && one.step === "applying")?.done, long)
        .toBeGreaterThan(10);
      await plane.apiServer.kill();
      await plane.apiServer.start();
      await expect.poll(() => agent.of("sync-result").at(-1), long).toMatchObject({ sha, outcome: "healthy" });
      const configMaps = (await kube.discovery.find("v1", "ConfigMap"))!;
      const { items } = await kube.list(configMaps, { namespace: "midway" });
      expect(items.filter(({ data }) => (data as { v?: string })?.v === "2")).toHaveLength(count);

      const c7 = { apiVersion: "v1", kind: "ConfigMap", namespace: "midway", name: "c7" };
      await kube.patch(c7, { data: { v: "by hand" } }, "merge");
      await expect.poll(async () => (await kube.get(c7))?.data, long).toEqual({ v: "2" });
    }));

  test("what drifted in the moment of its return is healed, although no event told of it", () =>
    withAgent(plane.kubeconfig, 3, async ({ agent, kube }) => {
      agent.repository.commit({ ".trueup.yaml": config("returning"), ...many(2, "1") });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      await plane.apiServer.kill();
      await plane.apiServer.start();
      const at = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", namespace: "returning", name });
      await kube.patch(at("c0"), { data: { v: "by hand" } }, "merge");
      await kube.delete(at("c1"), {});
      await expect.poll(async () => (await kube.get(at("c0")))?.data, long).toEqual({ v: "1" });
      await expect.poll(async () => (await kube.get(at("c1")))?.data, long).toEqual({ v: "1" });
    }));
});

describe("the line to the API server is faulty", () => {
  let proxy: FaultyProxy;
  let kubeconfig: string;
  beforeEach(async () => {
    proxy = await startFaultyProxy(plane);
    kubeconfig = kubeconfigWith({ url: proxy.url, ca: plane.ca }, plane.token, folder);
    return () => proxy.close();
  });
  const through = () => ({ kubeconfig: plane.kubeconfig, agent: { kubeconfig } });
  const isWrite = (method: string, path: string) => method === "PATCH" && path.includes("/configmaps/c");

  test.each([
    ["counts some moments later fails no rollout", 3, ["healthy"]],
    ["goes on refusing fails it, until it counts", 12, ["failed", "healthy"]],
  ])("a quota that a commit raises and that %s", (_, times, outcomes) =>
    withAgent(through(), 20 + times, async ({ agent }) => {
      const quota = (pods: string) =>
        JSON.stringify({
          apiVersion: "v1",
          kind: "ResourceQuota",
          metadata: { name: "team" },
          spec: { hard: { pods } },
        });
      agent.repository.commit({ ".trueup.yaml": config(`lagging-${times}`), "state/quota.json": quota("1") });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const message =
        'configmaps "c0" is forbidden: exceeded quota: team, requested: pods=1, used: pods=1, limited: pods=1';
      let left = times;
      proxy.fault = (method, path) => {
        if (!isWrite(method, path) || left-- <= 0) return undefined;
        const body = JSON.stringify({ kind: "Status", apiVersion: "v1", reason: "Forbidden", code: 403, message });
        return { status: 403, headers: { "content-type": "application/json" }, body };
      };
      const sha = agent.repository.commit({ ...many(1, "1"), "state/quota.json": quota("2") });
      const told = () => agent.of("sync-result").filter((one) => one.sha === sha);
      await expect.poll(() => told().at(-1)?.outcome, long).toBe("healthy");
      expect(told().map(({ outcome }) => outcome)).toEqual(outcomes);
    }),
  );

  test("429, 500 and broken lines while objects are applied cost time and no object", () =>
    withAgent(through(), 11, async ({ agent, kube }) => {
      let writes = 0;
      const failing: Parameters<FaultyProxy["fault"]>[] = [];
      proxy.fault = (method, path) => {
        if (!isWrite(method, path) || path.includes("dryRun")) return undefined;
        writes++;
        if (writes % 4 === 0) return undefined;
        failing.push([method, path]);
        if (writes % 4 === 1) return { status: 429, headers: { "retry-after": "1" } };
        return writes % 4 === 2 ? { status: 500 } : "cut";
      };
      const sha = agent.repository.commit({ ".trueup.yaml": config("shaky"), ...many(12, "1") });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1), long).toMatchObject({ sha, outcome: "healthy" });
      expect(failing.length).toBeGreaterThan(12);
      const configMaps = (await kube.discovery.find("v1", "ConfigMap"))!;
      const { items } = await kube.list(configMaps, { namespace: "shaky" });
      expect(items.filter(({ metadata }) => metadata.name.startsWith("c"))).toHaveLength(12);
    }));

  test("a write that was done although its answer was lost is not taken for somebody else's", () =>
    withAgent(through(), 12, async ({ agent, kube }) => {
      agent.repository.commit({ ".trueup.yaml": config("lost"), ...many(1, "1") });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const sent: string[] = [];
      proxy.fault = (method, path) => {
        if (!isWrite(method, path) || sent.length > 0) return undefined;
        sent.push(path);
        // The same write reaches the server by another way, as if this line had broken behind it.
        void kube.apply(
          { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c0", namespace: "lost" }, data: { v: "2" } },
          { dryRun: false, force: false },
        );
        return "cut";
      };
      const sha = agent.repository.commit(many(1, "2"));
      await expect.poll(() => agent.of("sync-result").at(-1), long).toMatchObject({ sha, outcome: "healthy" });
      expect(sent).toHaveLength(1);
      expect(agent.of("drift")).toEqual([]);
    }));

  test("events are asked for once, when a failure is told, by object and of a few of them", () =>
    withAgent(through(), 20, async ({ agent }) => {
      const events = () => proxy.requests.filter((one) => /\/events\b/.test(one));
      const told = () => agent.of("sync-result").at(-1)?.details;
      const workloads = Array.from({ length: 8 }, (_, at) => [`state/w${at}.yaml`, deployment(`w${at}`, 1)]);
      agent.repository.commit({
        ".trueup.yaml": config("many-stuck", "    timeout: 2s\n"),
        ...Object.fromEntries(workloads),
      });
      await agent.start();
      // No controller is there, so that none of them gets a pod.
      await expect.poll(told, long).toHaveLength(8);
      const each = events().map((one) => /fieldSelector=involvedObject.uid%3D([\w-]+)$/.exec(one)?.[1]);
      expect(each).toHaveLength(5);
      expect(new Set(each).size).toBe(5);
      const seen = proxy.requests.length;
      await expect.poll(() => proxy.requests.length, long).toBeGreaterThan(seen);
      expect(events()).toHaveLength(5);
    }));

  test("a plan whose base moved elsewhere alone is told again without a dry run, until somebody writes to the system", () =>
    withAgent(through(), 19, async ({ agent, kube }) => {
      agent.repository.commit({ ".trueup.yaml": config("elsewhere"), ...many(3, "1") });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const headSha = agent.repository.pullRequest(1, { "state/c0.json": configMap("c0", { v: "2" }) });
      const planned = async (id: string, baseSha: string) => {
        const from = proxy.requests.length;
        const of = { repositoryId: 19, system: "elsewhere", pullRequest: 1, headSha, baseSha };
        agent.command({ type: "plan", id, ...of });
        const answer = () => agent.of("plan-result").find((one) => one.id === id)?.plan;
        await expect.poll(answer, long).toBeDefined();
        const dryRuns = proxy.requests.slice(from).filter((one) => one.includes("dryRun"));
        return { ...answer()!, dryRuns: dryRuns.length };
      };
      const first = await planned("first", "0".repeat(40));
      expect(first).toMatchObject({ totals: { update: 1 }, dryRuns: 1 });
      const moved = agent.repository.commit({ "README.md": "# Elsewhere\n" });
      const again = await planned("again", moved);
      expect(again).toMatchObject({ baseSha: moved, objects: first.objects, dryRuns: 0 });
      expect(again.mergeTree).not.toBe(first.mergeTree);

      const c0 = { apiVersion: "v1", kind: "ConfigMap", namespace: "elsewhere", name: "c0" };
      await kube.patch(c0, { metadata: { annotations: { note: "theirs" } } }, "merge");
      await expect.poll(() => agent.of("plan-stale").map(({ id }) => id), long).toContain("again");
      const later = agent.repository.commit({ "README.md": "# Later\n" });
      // Of the base too, since somebody has written the object.
      expect((await planned("later", later)).dryRuns).toBe(2);
    }));

  test("a watch that is cut goes on where it was: what happened meanwhile is seen, and nothing is listed again", () =>
    withAgent(through(), 13, async ({ agent, kube }) => {
      agent.repository.commit({ ".trueup.yaml": config("cutting"), ...many(1, "1") });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const from = proxy.requests.length;
      const lists = () =>
        proxy.requests.slice(from).filter((one) => /^GET \/api\/v1\/configmaps\?(?!.*watch=true)/.test(one));
      proxy.fault = (_, path) => (path.includes("watch=true") ? "cut" : undefined);
      expect(proxy.cutWatches()).toBeGreaterThan(0);
      const c0 = { apiVersion: "v1", kind: "ConfigMap", namespace: "cutting", name: "c0" };
      await kube.patch(c0, { data: { v: "by hand" } }, "merge");
      proxy.fault = () => undefined;
      await expect.poll(async () => (await kube.get(c0))?.data, long).toEqual({ v: "1" });
      expect(lists()).toEqual([]);
    }));

  test("a watch that is told 410 lists again, and misses nothing", () =>
    withAgent(through(), 14, async ({ agent, kube }) => {
      agent.repository.commit({ ".trueup.yaml": config("expired"), ...many(2, "1") });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const at = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", namespace: "expired", name });
      // As a server says it in the middle of a watch, and as one does that is asked to go on.
      const gone = { kind: "Status", code: 410, reason: "Expired", message: "too old resource version" };
      let refused = 0;
      proxy.fault = (_, path) => {
        if (!/\/configmaps\?.*watch=true/.test(path) || refused > 0) return undefined;
        refused++;
        return { status: 410, body: JSON.stringify(gone) };
      };
      proxy.inject(/\/configmaps/, { type: "ERROR", object: gone });
      await kube.patch(at("c0"), { data: { v: "by hand" } }, "merge");
      await kube.delete(at("c1"), {});
      await expect.poll(async () => (await kube.get(at("c0")))?.data, long).toEqual({ v: "1" });
      await expect.poll(async () => (await kube.get(at("c1")))?.data, long).toEqual({ v: "1" });
      expect(refused).toBe(1);
    }));

  test("a heal that stands in the line while a merge is applied neither undoes it nor makes again what it took out", () =>
    withAgent(through(), 17, async ({ agent, kube }) => {
      agent.repository.commit({ ".trueup.yaml": config("slow"), ...many(3, "1") });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const at = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", namespace: "slow", name });
      const held: string[] = [];
      proxy.fault = (method, path) => {
        if (!isWrite(method, path) || path.includes("dryRun") || held.length === 2) return;
        held.push(path);
        return { holdMs: 2_000 };
      };
      await kube.patch(at("c0"), { data: { v: "drift" } }, "merge");
      await kube.delete(at("c1"), {});
      await expect.poll(() => held, long).toHaveLength(2);
      const sha = agent.repository.commit({ ...many(1, "2"), "state/c1.json": undefined });
      await expect.poll(() => agent.of("sync-result").at(-1), long).toMatchObject({ sha, outcome: "healthy" });
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      expect((await kube.get(at("c0")))?.data).toEqual({ v: "2" });
      expect(await kube.get(at("c1"))).toBeUndefined();
    }));

  test("what somebody writes before the answer to our own write is there is not taken for ours", () =>
    withAgent(through(), 18, async ({ agent, kube }) => {
      agent.repository.commit({ ".trueup.yaml": config("crossed"), ...many(1, "1") });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const c0 = { apiVersion: "v1", kind: "ConfigMap", namespace: "crossed", name: "c0" };
      const crossed: string[] = [];
      /** Somebody's write goes through, and is watched, while the answer to ours is on its way. */
      const cross = (ours: string) => {
        proxy.fault = (method, path) => {
          // Who holds what may be recorded before: by that no value changes.
          const isApply = isWrite(method, path) && path.includes("force=") && !path.includes("dryRun");
          if (!isApply || !path.includes("/c0")) return;
          proxy.fault = () => undefined;
          const theirs = async () => {
            await expect.poll(async () => (await kube.get(c0))?.data, long).toEqual({ v: ours });
            await kube.patch(c0, { data: { v: `over ${ours}` } }, "merge");
            await new Promise((watched) => setTimeout(watched, 500));
            crossed.push(ours);
          };
          return { answerAfter: theirs() };
        };
      };
      cross("1");
      await kube.patch(c0, { data: { v: "drift" } }, "merge");
      await expect.poll(() => crossed, long).toEqual(["1"]);
      await expect.poll(async () => (await kube.get(c0))?.data, long).toEqual({ v: "1" });
      cross("2");
      agent.repository.commit({ ...many(1, "2") });
      await expect.poll(() => crossed, long).toEqual(["1", "2"]);
      await expect.poll(async () => (await kube.get(c0))?.data, long).toEqual({ v: "2" });
    }));

  test("a server that refuses everything with 500 is told as a fault of the cluster's, and no object is blamed", () =>
    withAgent(through(), 15, async ({ agent }) => {
      proxy.fault = () => ({
        status: 500,
        body: JSON.stringify({ kind: "Status", code: 500, message: "etcd is away" }),
      });
      const sha = agent.repository.commit({ ".trueup.yaml": config("sick"), ...many(2, "1") });
      await agent.start();
      await expect
        .poll(() => agent.of("sync-result").at(-1), long)
        .toMatchObject({ outcome: "failed", objects: [], error: { kind: "fault" } });
      proxy.fault = () => undefined;
      await expect.poll(() => agent.of("sync-result").at(-1), long).toMatchObject({ sha, outcome: "healthy" });
    }));

  test("a kubeconfig with the wrong CA is told as that, and mended in place the agent goes on", () =>
    withAgent(plane.kubeconfig, 16, async ({ agent }) => {
      const file = kubeconfigWith(plane, plane.token, folder);
      const right = readFileSync(file, "utf8");
      const other = await makeAuthority("another authority");
      const wrong = Buffer.from(other.ca).toString("base64");
      writeFileSync(file, right.replace(/("certificate-authority-data":")[^"]+/, `$1${wrong}`));
      const sha = agent.repository.commit({ ".trueup.yaml": config("wrong-ca"), ...many(1, "1") });
      await agent.start({ kubeconfig: file });
      await expect
        .poll(() => agent.of("sync-result").at(-1), long)
        .toMatchObject({
          outcome: "failed",
          error: { message: expect.stringContaining("does not trust the certificate") },
        });
      writeFileSync(file, right);
      await expect.poll(() => agent.of("sync-result").at(-1), long).toMatchObject({ sha, outcome: "healthy" });
    }));
});
