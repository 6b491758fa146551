import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { overlapsOf } from "../../../src/bot/pull-request/overlaps.ts";
import type { BotContext } from "../../../src/bot/reconciler.ts";
import { identityKey } from "../../../src/core/manifest/kube-object.ts";
import type { Touch } from "../../../src/core/plan/overlap.ts";
import { openStore, type Store } from "../../../src/store/open-store.ts";
import { recordAskedPlan } from "../../../src/store/plans.ts";
import { recordTouches, touchingPullRequests, whoMeets } from "../../../src/store/touches.ts";

const dir = mkdtempSync(join(tmpdir(), "trueup-touches-"));
let store: Store;
beforeAll(async () => {
  store = await openStore({ dir });
});
afterAll(async () => {
  await store.close();
  rmSync(dir, { recursive: true, force: true });
});

const named = (name: string, action: Touch["action"] = "update"): Touch => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  name,
  action,
  fields: action === "update" ? [{ path: "data.colour", after: "blue" }] : [],
});

async function touch(
  repositoryId: number,
  pullRequest: number,
  touches: Touch[],
  { system = "shop", cluster = "prod" } = {},
): Promise<void> {
  const of = { repositoryId, pullRequest, system, cluster };
  const askedAt = new Date(0);
  await recordAskedPlan(store.db, {
    ...of,
    commandId: `${repositoryId}/${pullRequest}/${system}`,
    headSha: "a",
    baseSha: "b",
    askedAt,
  });
  await recordTouches(store.db, of, new Map(touches.map((one) => [identityKey(one), one])));
}

const overlaps = (repositoryId: number, number: number) =>
  overlapsOf({ db: store.db } as unknown as BotContext, repositoryId, number);

test("the one deletion behind hundreds of harmless meetings is told first, and all of them are counted", async () => {
  const names = Array.from({ length: 400 }, (_, at) => `c${String(at).padStart(3, "0")}`);
  await touch(
    1,
    1,
    [...names, "z"].map((name) => named(name)),
  );
  for (const number of [2, 3, 4])
    await touch(
      1,
      number,
      names.map((name) => named(name)),
    );
  await touch(1, 9, [named("z", "delete")]);
  await touch(1, 10, [named("z", "delete")], { cluster: "staging" });
  await touch(2, 11, [named("z", "delete")]);
  const { worst, total } = await overlaps(1, 1);
  expect(total).toBe(1_201);
  expect(worst.slice(0, 2)).toMatchObject([
    { how: "deletes", pullRequest: 9, object: { name: "z" } },
    { how: "object", pullRequest: 2 },
  ]);
  expect(worst.length).toBeLessThan(20);
  expect(await whoMeets(store.db, 1, 1)).toEqual([2, 3, 4, 9]);
  expect(await overlaps(1, 10)).toEqual({ worst: [], total: 0 });
  expect(await overlaps(1, 12)).toEqual({ worst: [], total: 0 });
});

test("a page that ends with the last meeting is not asked for again and again", async () => {
  const names = Array.from({ length: 500 }, (_, at) => named(`c${at}`));
  await touch(3, 1, names);
  await touch(3, 2, names);
  expect((await overlaps(3, 1)).total).toBe(500);
  expect(await touchingPullRequests(store.db, 3)).toEqual([1, 2]);
});

test("a change that two make alike on several clusters is one meeting that names the systems, not the same line again and again", async () => {
  const clusters = ["eu", "us", "asia"].map((cluster) => ({ system: `shop-${cluster}`, cluster }));
  for (const one of clusters) for (const number of [1, 2]) await touch(4, number, [named("web")], one);
  await touch(4, 2, [named("other")], { system: "platform", cluster: "eu" });
  const { worst, total } = await overlaps(4, 1);
  expect(worst).toMatchObject([{ pullRequest: 2, how: "object", object: { name: "web" } }]);
  expect(worst[0]!.systems.toSorted((one, other) => one.cluster.localeCompare(other.cluster))).toEqual([
    { system: "shop-asia", cluster: "asia" },
    { system: "shop-eu", cluster: "eu" },
    { system: "shop-us", cluster: "us" },
  ]);
  expect(total).toBe(3);
});
