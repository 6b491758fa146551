import { afterEach, beforeEach, expect, test } from "vitest";
import { readConfig } from "../../../src/bot/desired/read-config.ts";
import { validateSystems } from "../../../src/bot/desired/validate-systems.ts";
import { createValidator } from "../../../src/core/schema/validator.ts";
import { loadKubernetesSchemas } from "../../../src/render/kubernetes-schemas.ts";
import { type RemoteRepository, remoteRepository } from "../../git/remote-repository.ts";

let remote: RemoteRepository;
beforeEach(() => {
  remote = remoteRepository();
});
afterEach(() => remote.dispose());

const settings = (data: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n${data}`;

test("what was checked before is found to be right or wrong again, commit by commit", async () => {
  const validator = createValidator(loadKubernetesSchemas());
  const mirror = await remote.mirror();
  const systems = "systems:\n  shop: {cluster: prod, path: shop}\n  copy: {cluster: prod, path: copy}\n";
  const right = remote.commit({ ".trueup.yaml": systems, "shop/a.yaml": settings("data: {a: b}\n") });
  const wrong = remote.commit({ "shop/a.yaml": settings("data: {a: 1}\n") });
  const moved = remote.commit({ "shop/b.yaml": settings("data: {a: 1}\n"), "shop/a.yaml": null });
  const files = async (sha: string): Promise<string[]> => {
    await mirror.fetchCommits([sha]);
    const { systems } = await readConfig(mirror, sha);
    return (await validateSystems(validator, mirror, sha, systems)).map(({ file }) => file);
  };
  for (const _ of ["read", "remembered"]) {
    expect(await files(right)).toEqual([]);
    expect(await files(wrong)).toEqual(["shop/a.yaml"]);
    expect(await files(moved)).toEqual(["shop/b.yaml"]);
  }
});
