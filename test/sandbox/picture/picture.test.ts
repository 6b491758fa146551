import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import type { KubeObject } from "../../../src/core/manifest/kube-object.ts";
import { createValidator } from "../../../src/core/schema/validator.ts";
import { loadKubernetesSchemas } from "../../../src/render/kubernetes-schemas.ts";
import { startCluster } from "../../../src/sandbox/cluster/start-cluster.ts";
import type { ClusterStore } from "../../../src/sandbox/cluster/store.ts";
import type { Forge, ForgeRepository } from "../../../src/sandbox/forge/forge.ts";
import { forgePages } from "../../../src/sandbox/forge/pages/pages.ts";
import { startForge } from "../../../src/sandbox/forge/start-forge.ts";
import { desiredReader } from "../../../src/sandbox/picture/desired.ts";
import { startPicture } from "../../../src/sandbox/picture/picture.ts";
import { seedFiles } from "../../../src/sandbox/story/first-commit.ts";
import { openClient } from "../../../src/sandbox/story/ground.ts";

const seed = new URL("../../../src/sandbox/seed/", import.meta.url).pathname;
const shapes = "shapes.demo.trueup.dev";
const star = {
  apiVersion: "demo.trueup.dev/v1",
  kind: "Shape",
  metadata: { name: "star", namespace: "demo" },
  spec: { shape: "star", color: "purple", size: 60, points: 5 },
};
const starLabels = { "app.kubernetes.io/name": "star", "app.kubernetes.io/part-of": "demo" };

interface Shown {
  forge: Forge;
  repository: ForgeRepository;
  store: ClusterStore;
  picture(): Promise<string>;
  breakIt(how: string, key?: string): Promise<number>;
}

/** A forge with these files, an empty cluster, and the picture of both. */
async function show(files: ReadonlyMap<string, Uint8Array | string>): Promise<Shown> {
  const dir = await mkdtemp(join(tmpdir(), "trueup-picture-"));
  const cluster = await startCluster({ dir: join(dir, "cluster") });
  const forge = await startForge({ dir: join(dir, "forge") });
  await forge.createRepository({ owner: "acme", name: "demo", files });
  const repository = forge.repository("acme/demo")!;
  const kube = await openClient(cluster.kubeconfigPath);
  const desired = desiredReader(repository, createValidator(loadKubernetesSchemas()));
  const picture = await startPicture({ forge, repository, desired, kube, isOurs: () => true });
  forge.mount(forgePages({ forge, picture: picture.pages }));
  onTestFinished(async () => {
    await picture.stop();
    await kube.close();
    await forge.stop();
    await cluster.stop();
    await rm(dir, { recursive: true });
  });
  return {
    ...{ forge, repository, store: cluster.store },
    async picture() {
      const answer = await fetch(`${forge.url}/picture`);
      expect(answer.status).toBe(200);
      return (await answer.text()).replaceAll(/\s+/g, " ");
    },
    async breakIt(how, key = "demo.trueup.dev/Shape/demo/star") {
      const body = new URLSearchParams({ how, key });
      const headers = { origin: forge.url };
      return (await fetch(`${forge.url}/picture/break`, { method: "POST", body, headers, redirect: "manual" })).status;
    },
  };
}

/** What Git wants, made in the cluster as the agent would. */
async function apply({ store, repository }: Shown): Promise<void> {
  const crd = await repository.file("main", "shape-crd.yaml");
  const { load } = await import("js-yaml");
  const agent = { manager: "trueup" };
  store.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "demo" } }, agent);
  store.create(load(crd!.content.toString()) as KubeObject, agent);
  await vi.waitFor(() => store.create({ ...star, metadata: { ...star.metadata, labels: starLabels } }, agent));
}

/** Other objects are in sync, or not there, before the star is. */
const starInSync = /Shape<\/span> <span class="grow">star<\/span> <span class="standing">in sync/;

const heal = ({ store }: Shown) =>
  store.update(shapes, "demo", "star", (copy) => ({ ...copy, spec: star.spec }), { manager: "trueup" });

test("what Git wants and nobody has made yet is missing, in words", async () => {
  const text = await (await show(seedFiles(seed))).picture();
  expect(text).toContain("4 missing, of 4 objects");
  expect(text).toContain('aria-label="purple star, size 60"');
  expect(text).toContain("nothing there");
});

test("a painted star is drifted with its writer's name, and its heal is told afterwards", async () => {
  const shown = await show(seedFiles(seed));
  await apply(shown);
  await expect.poll(() => shown.picture()).toMatch(starInSync);

  expect(await shown.breakIt("paint")).toBe(303);
  await expect.poll(() => shown.picture()).toContain('aria-label="red circle, size 60"');
  const painted = await shown.picture();
  expect(painted).toMatch(
    /spec\.color<\/code> is <del>red<\/del>, Git wants <ins>purple<\/ins>; <code>someone-with-a-brush/,
  );

  heal(shown);
  await expect.poll(() => shown.picture()).toContain("Shape demo/star</b>");
  const healed = await shown.picture();
  expect(healed).toMatch(
    /Shape demo\/star<\/b> <span class="breaks">spec\.shape star → circle, spec\.color purple → red/,
  );
  expect(healed).toContain("by <code>someone-with-a-brush</code>");
  expect(healed).not.toContain("<del>");
});

test("a rollout of what Git wants anew is no drift and no heal", async () => {
  const shown = await show(seedFiles(seed));
  await apply(shown);
  const text = (await shown.repository.file("main", "system-state.yaml"))!.content.toString();
  await shown.repository.commitFile({
    ...{ branch: "main", path: "system-state.yaml", message: "Gold" },
    content: text.replace("color: purple", "color: gold"),
  });
  await expect.poll(() => shown.picture()).toContain("gold star");
  expect(await shown.picture()).toContain('<span class="standing">behind Git');
  shown.store.update(shapes, "demo", "star", (copy) => ({ ...copy, spec: { ...star.spec, color: "gold" } }), {
    manager: "trueup",
  });
  const text2 = await shown.picture();
  expect(text2).toContain("Nothing yet. Break something");
  expect(text2).not.toContain("<del>");
});

test("what was deleted and comes back was healed", async () => {
  const shown = await show(seedFiles(seed));
  await apply(shown);
  await expect.poll(() => shown.picture()).toMatch(starInSync);
  expect(await shown.breakIt("delete")).toBe(303);
  await expect.poll(() => shown.picture()).not.toMatch(starInSync);
  shown.store.create({ ...star, metadata: { ...star.metadata, labels: starLabels } }, { manager: "trueup" });
  await expect.poll(() => shown.picture()).toContain('<span class="breaks">deleted</span>');
});

test("what is not there cannot be broken, and the page says so", async () => {
  const shown = await show(seedFiles(seed));
  expect(await shown.breakIt("paint")).toBe(409);
  expect(await shown.breakIt("paint", "no/such/thing")).toBe(409);
  expect(await shown.breakIt("explode")).toBe(409);
});

test("manifests that cannot be read are named with file and line, and the rest is drawn", async () => {
  const files = new Map<string, string | Uint8Array>(seedFiles(seed));
  files.set("deployment.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: [\n");
  const text = await (await show(files)).picture();
  expect(text).toContain("deployment.yaml:");
  expect(text).toContain("purple star, size 60");
});

test("what hostile manifests say stays text", async () => {
  const files = new Map<string, string | Uint8Array>(seedFiles(seed));
  const evil = '"><script>alert(1)</script>';
  const shape = { ...star, spec: { shape: evil, color: evil, size: 1e9, points: 1e9 } };
  files.set("system-state.yaml", JSON.stringify(shape));
  const text = await (await show(files)).picture();
  expect(text).not.toContain("<script>alert");
  expect(text).toContain("size 100");
});
