import { expect, test } from "vitest";
import { howFar } from "../../../src/bot/pull-request/how-far.ts";
import type { SyncedObject } from "../../../src/link/messages.ts";
import { deployment, planOf } from "../../core/report/planned.ts";

const synced = (action: SyncedObject["action"]): SyncedObject[] => [
  { apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "web", action, fields: [] },
];
const plan = planOf([deployment({ name: "web", action: "update" })]);

test("what an earlier sync has applied already counts as applied when a later one, asked for again, fails", () => {
  expect(howFar(plan, synced("update"))).toMatchObject({ applied: 1, of: 1 });
  expect(howFar(plan, synced("unchanged"))).toMatchObject({ applied: 1, of: 1, left: [] });
  expect(howFar(plan, synced("held"))).toMatchObject({ applied: 0, of: 1 });
  expect(howFar(planOf([deployment({ name: "web", action: "held" })]), synced("unchanged"))).toMatchObject({
    applied: 0,
  });
});

test("without a plan nothing is said of a sync that found all as it is to be", () => {
  expect(howFar(undefined, synced("unchanged"))).toBeUndefined();
  expect(howFar(undefined, synced("update"))).toEqual({ applied: 1, left: [] });
});
