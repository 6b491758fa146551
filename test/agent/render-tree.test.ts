import { expect, test } from "vitest";
import { type RenderContext, renderTree } from "../../src/agent/render-tree.ts";
import type { SystemConfig } from "../../src/core/config/system.ts";
import { createValidator } from "../../src/core/schema/validator.ts";
import type { Mirror } from "../../src/git/mirror.ts";
import { loadKubernetesSchemas } from "../../src/render/kubernetes-schemas.ts";
import { createRenderCache } from "../../src/render/render-cache.ts";

const validator = createValidator(loadKubernetesSchemas());
const system: SystemConfig = {
  name: "shop",
  cluster: "here",
  path: "",
  branch: undefined,
  namespace: "shop",
  namespaceGiven: true,
  confine: false,
  dependsOn: [],
  prune: true,
  heal: true,
  exact: false,
  ignore: [],
  protect: { maxDeletions: { percent: 50 } },
  timeoutMs: 1_000,
  approvers: [],
};

/** Commits whose tree has the commit's own name, and what was read of them. */
function repository() {
  const looked: string[] = [];
  const content = (name: string) => JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name } });
  const mirror = {
    treeAt: async (commit: string) => commit,
    files: async (commit: string) => {
      looked.push(commit);
      return [
        { path: "a.json", mode: "100644", id: commit },
        { path: "z.json", mode: "100644", id: "shared" },
      ];
    },
    readFiles: async (files: { path: string; mode: string; id: string }[]) =>
      files.map((file) => ({ ...file, content: Buffer.from(content(file.id)) })),
  } as unknown as Mirror;
  return { mirror, looked };
}

test("what a pull request does not touch is the very same object in its plan's two trees, so that a large system costs no comparison", async () => {
  const { mirror } = repository();
  const context: RenderContext = {
    kube: undefined as never,
    confine: undefined,
    validator,
    applySet: "set",
    cache: createRenderCache(),
  };
  const [main, shared] = (await renderTree(mirror, "main", system, context)).objects;
  const [own, same] = (await renderTree(mirror, "pull", system, context)).objects;
  expect(own).not.toBe(main);
  expect(same).toBe(shared);
  const elsewhere = (await renderTree(mirror, "pull", { ...system, namespace: "elsewhere" }, context)).objects[1];
  expect([same?.ref.namespace, elsewhere?.ref.namespace]).toEqual([system.namespace, "elsewhere"]);
});

test("the tracked branch is rendered once, however many pull requests are planned against it, and none is kept for ever", async () => {
  const { mirror, looked } = repository();
  const context: RenderContext = {
    kube: undefined as never,
    confine: undefined,
    validator,
    applySet: "set",
    cache: createRenderCache(),
  };
  const nameAt = async (commit: string) =>
    (await renderTree(mirror, commit, system, context)).objects.map(({ ref }) => ref.name).slice(0, 1);
  for (let n = 0; n < 10; n++) {
    expect(await nameAt("main")).toEqual(["main"]);
    expect(await nameAt(`pull-${n}`)).toEqual([`pull-${n}`]);
  }
  expect(looked.filter((commit) => commit === "main")).toHaveLength(1);
  await nameAt("pull-9");
  expect(looked.filter((commit) => commit === "pull-9")).toHaveLength(1);
  await nameAt("pull-0");
  expect(looked.filter((commit) => commit === "pull-0")).toHaveLength(2);
});
