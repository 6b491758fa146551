import { expect, test } from "vitest";
import { adoptableChanges } from "../../../src/core/adopt/adoptable-changes.ts";
import type { Json, KubeObject } from "../../../src/core/manifest/kube-object.ts";
import { createSchemaPlaces } from "../../../src/core/plan/list-keys.ts";
import { loadKubernetesSchemas } from "../../../src/render/kubernetes-schemas.ts";

const schemas = createSchemaPlaces(loadKubernetesSchemas().definitions);

const web = (replicas: number, password: string, names: string[]): KubeObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "shop", annotations: { password } },
  spec: { replicas, template: { spec: { containers: names.map((name): Json => ({ name, image: `${name}:1` })) } } },
});

test("which fields Git cannot take over is told of each, and whether it is a credential or the order of a list", () => {
  const base = web(1, "hunter2-of-git", ["one", "two"]);
  const live = web(3, "hunter2-of-live", ["two", "one"]);
  const rules = { ignore: [], manager: "trueup", behind: "drift" } as const;
  const foreign = { manifests: [base], states: [], ignore: [], manager: "trueup" };
  const { changes, left, leftOut } = adoptableChanges({ live, base, merge: base }, rules, foreign, schemas);
  expect(changes).toMatchObject([{ to: 3 }]);
  expect(left).toBe(2);
  expect(leftOut).toEqual([
    { path: "spec.template.spec.containers", why: "order" },
    { path: "metadata.annotations.password", why: "credential" },
  ]);
  expect(JSON.stringify(leftOut)).not.toContain("hunter2");
});
