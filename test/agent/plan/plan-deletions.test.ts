import { expect, test } from "vitest";
import { nobodyKnows } from "../../../src/agent/plan/earlier-merges.ts";
import { planDeletions } from "../../../src/agent/plan/plan-deletions.ts";
import type { DesiredObject } from "../../../src/core/plan/desired-object.ts";
import { checkMessage } from "../../../src/link/link-schema.ts";
import type { PlanResult } from "../../../src/link/messages.ts";
import { planOf } from "../../core/report/planned.ts";

const member = (apiVersion: string, kind: string, isProtected = false) => ({
  key: `${kind}/web`,
  ref: { apiVersion, kind, namespace: "shop", name: "web" },
  uid: kind,
  terminating: false,
  isProtected,
});
const kept = { key: "kept", ref: member("v1", "Secret").ref } as DesiredObject;
const planned = async (isProtected: boolean) =>
  (
    await planDeletions({
      system: "shop",
      merge: [kept],
      base: undefined,
      members: [member("networking.k8s.io/v1", "NetworkPolicy", isProtected), member("v1", "ConfigMap")],
      policy: { prune: true, protect: { maxDeletions: { percent: 100 } }, approvers: [] },
      protect: { maxDeletions: { percent: 100 } },
      mergeOf: nobodyKnows,
    })
  ).objects;

test("a NetworkPolicy that goes is told to leave its pods open, and the bot takes the agent's word for it", async () => {
  const objects = await planned(false);
  const policy = objects.find(({ kind }) => kind === "NetworkPolicy");
  expect(policy).toMatchObject({
    action: "delete",
    risks: [{ kind: "exposes", text: expect.stringContaining("its pods") }],
  });
  expect(objects.find(({ kind }) => kind === "ConfigMap")).not.toHaveProperty("risks");
  const risks = [{ kind: "restarts" as const, text: "5 pods", withoutLive: "its pods" }];
  const plan = planOf([...objects, { ...policy!, risks }]);
  const result: PlanResult = { type: "plan-result", id: "plan", repositoryId: 1, system: "shop", plan };
  expect(checkMessage(result)).toEqual(result);
});

test("one that is held stays, and shields as before", async () => {
  const [policy] = (await planned(true)).filter(({ kind }) => kind === "NetworkPolicy");
  expect(policy?.action).toBe("held");
  expect(policy).not.toHaveProperty("risks");
});
