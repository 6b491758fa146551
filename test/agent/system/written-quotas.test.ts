import { expect, test } from "vitest";
import { writtenQuotas } from "../../../src/agent/system/written-quotas.ts";
import type { SyncedObject } from "../../../src/link/messages.ts";

const quota = (action: SyncedObject["action"], name = "team", namespace = "shop"): SyncedObject => ({
  apiVersion: "v1",
  kind: "ResourceQuota",
  namespace,
  name,
  action,
  fields: [],
});
const exceeded = "exceeded quota: team, requested: pods=1, used: pods=1, limited: pods=1";
const refused = (reason = `pods "web" is forbidden: ${exceeded}`, namespace = "shop"): SyncedObject => ({
  apiVersion: "v1",
  kind: "Pod",
  namespace,
  name: "web",
  action: "invalid",
  fields: [],
  reason,
});

let now = 0;
const afterWriting = (...applied: SyncedObject[]) => {
  const quotas = writtenQuotas(() => now);
  quotas.note(applied);
  return quotas;
};

test.each(["create", "update", "adopt", "recreate"] as const)(
  "a quota that was written (%s) is counted for soon",
  (action) => {
    const quotas = afterWriting(quota(action));
    expect(quotas.isAwaited(refused())).toBe(true);
    expect(quotas.isAwaited(refused('pods "web" is forbidden: status unknown for quota: team, resources: pods'))).toBe(
      true,
    );
  },
);

test.each<[string, SyncedObject, SyncedObject]>([
  ["that nobody has written", quota("unchanged"), refused()],
  ["that could not be written", quota("invalid"), refused()],
  ["of another name", quota("update", "other"), refused()],
  ["of another namespace", quota("update", "team", "side"), refused()],
  ["that only has the name of what was written", { ...quota("update"), kind: "ConfigMap" }, refused()],
  ["that has nothing to do with it", quota("update"), refused('admission webhook "team" denied the request')],
])("what is refused for a quota %s is refused for good", (_, applied, invalid) => {
  expect(afterWriting(applied).isAwaited(invalid)).toBe(false);
});

test("ten seconds are enough, however often it is tried meanwhile, and a quota that is written again has them again", () => {
  now = 0;
  const quotas = afterWriting(quota("update"));
  for (now = 1_000; now < 10_000; now += 1_000) {
    quotas.note([quota("unchanged")]);
    expect(quotas.isAwaited(refused())).toBe(true);
  }
  expect(quotas.isAwaited(refused())).toBe(false);
  quotas.note([quota("update")]);
  expect(quotas.isAwaited(refused())).toBe(true);
});
