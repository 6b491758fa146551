import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openRepository, type Repository } from "../../src/agent/repository.ts";
import { type RemoteRepository, remoteRepository } from "../git/remote-repository.ts";

let remote: RemoteRepository;
beforeEach(() => {
  remote = remoteRepository();
});
afterEach(() => remote.dispose());

const shop = (more = "") => ({ ".trueup.yaml": `systems:\n  shop:\n    cluster: prod\n    path: shop\n${more}` });

function open(): Promise<Repository> {
  const { url, dir } = remote;
  const options = { id: 7, url, transports: ["file" as const], credential: async () => undefined };
  return openRepository(options, "prod", join(dir, "agent"));
}

test("a system is followed to the branch that tracks it now, also when another one did at the last look", async () => {
  const first = remote.commit(shop());
  const repository = await open();
  expect(await repository.track("shop")).toMatchObject({ branch: "main", tip: first });
  const second = remote.commit({ "shop/a.yaml": "a: 1\n" });
  expect(await repository.track("shop")).toMatchObject({ branch: "main", tip: second });
  remote.branch("stable");
  const third = remote.commit(shop("    branch: stable\n"));
  remote.git("push", "--quiet", "origin", "stable:main");
  expect(await repository.track("shop")).toMatchObject({ branch: "stable", tip: third });
});

test("a system that left the configuration, or went to another cluster, is not ours from the next question on", async () => {
  remote.commit(shop());
  const repository = await open();
  await repository.track("shop");
  remote.commit({ ".trueup.yaml": "systems:\n  shop: {cluster: other, path: shop}\n" });
  await expect(repository.track("shop")).rejects.toMatchObject({ name: "Refused" });
  remote.commit({ ".trueup.yaml": null });
  await expect(repository.track("shop")).rejects.toMatchObject({ name: "Refused" });
  remote.commit(shop());
  expect((await repository.track("shop")).config.path).toBe("shop");
});

test("a pull request's head comes with the branch that tracks the system, or without a branch when none does", async () => {
  const base = remote.commit(shop());
  const repository = await open();
  remote.branch("topic");
  const head = remote.commit({ "shop/a.yaml": "a: 1\n" });
  remote.git("push", "--quiet", "origin", "topic:refs/pull/1/head");
  // The first time nothing is known yet.
  for (const _ of ["looked", "known"]) {
    expect(await repository.trackWith("shop", "refs/pull/1/head")).toMatchObject({ tracked: { tip: base }, sha: head });
  }
  expect(await repository.trackWith("shop", "refs/pull/2/head")).toMatchObject({
    tracked: { tip: base },
    sha: undefined,
  });
  expect(await repository.trackWith("new", "refs/pull/1/head")).toMatchObject({ tracked: undefined, sha: head });
});
