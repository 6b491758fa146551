import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OnceOptions, reconcileOnce } from "../../src/agent/reconcile-once.ts";
import { loadKubeAccess } from "../../src/kube/kube-access.ts";
import { createKubeClient } from "../../src/kube/kube-client.ts";
import { openTransport } from "../../src/kube/transport.ts";
import { type Cluster, startCluster } from "../../src/sandbox/cluster/start-cluster.ts";
import { type GitRepository, makeGitRepository } from "./harness/git-repository.ts";
import { configMap, shape, shapeDefinition } from "./harness/manifests.ts";

let cluster: Cluster;
let folder: string;
let repository: GitRepository;
beforeAll(async () => {
  cluster = await startCluster({});
  folder = mkdtempSync(join(tmpdir(), "trueup-once-test-"));
  repository = makeGitRepository(folder);
});
afterAll(async () => {
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function once(revision: string, maxDeletions: OnceOptions["maxDeletions"] = { percent: 20 }) {
  const said: string[] = [];
  const outcome = await reconcileOnce({
    repository: repository.url,
    revision,
    path: "state",
    namespace: "once",
    maxDeletions,
    kubeconfig: cluster.kubeconfigPath,
    agentNamespace: "trueup-system",
    credential: undefined,
    dataDir: join(folder, "data"),
    logger: pino({ level: "silent" }),
    say: (line) => said.push(line),
  });
  return { outcome, said: said.join("\n") };
}

test("a cluster is built from one commit, prunes with the next, and refuses a broken one whole", async () => {
  const first = repository.commit({
    "state/crd.yaml": shapeDefinition("once.example"),
    "state/star.yaml": shape("once.example", 5),
    "state/settings.json": configMap("settings", { v: "1" }),
    "elsewhere/other.json": configMap("other", {}),
  });
  const built = await once(first);
  expect(built).toMatchObject({ outcome: "healthy", said: expect.stringContaining("create Shape star") });
  expect(built.said).not.toContain("other");

  const again = await once(first);
  expect(again.outcome).toBe("healthy");
  expect(again.said).not.toMatch(/create|update/);

  const second = await once(repository.commit({ "state/settings.json": undefined }));
  expect(second).toMatchObject({ outcome: "healthy", said: expect.stringContaining("deleting ConfigMap settings") });
  const kube = createKubeClient(openTransport(await loadKubeAccess({ kubeconfig: cluster.kubeconfigPath })));
  try {
    const settings = { apiVersion: "v1", kind: "ConfigMap", namespace: "once", name: "settings" };
    expect(await kube.get(settings)).toBeUndefined();
    const broken = await once(
      repository.commit({ "state/star.yaml": shape("once.example", 5).replace("size", "sise") }),
    );
    expect(broken).toMatchObject({ outcome: "failed", said: expect.stringContaining("state/star.yaml:8") });
    const star = await kube.get({ apiVersion: "once.example/v1", kind: "Shape", namespace: "once", name: "star" });
    expect(star?.spec).toMatchObject({ size: 5 });
  } finally {
    await kube.close();
  }
});

test("a rebuild that drops more than the guard allows is held, until the person who runs it allows it", async () => {
  const state = (name: string) => [`state/kept/${name}.json`, configMap(name, {})];
  const full = repository.commit({
    "state/star.yaml": undefined,
    ...Object.fromEntries(["k1", "k2", "k3", "k4"].map(state)),
  });
  expect(await once(full, { percent: 100 })).toMatchObject({ outcome: "healthy" });
  const fewer = repository.commit({
    "state/kept/k1.json": undefined,
    "state/kept/k2.json": undefined,
    "state/kept/k3.json": undefined,
  });
  expect(await once(fewer)).toMatchObject({ outcome: "held", said: expect.stringContaining("3 of") });
  const allowed = await once(fewer, { percent: 100 });
  expect(allowed).toMatchObject({ outcome: "healthy", said: expect.stringContaining("deleting ConfigMap") });
});
