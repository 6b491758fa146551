import { expect, test } from "vitest";
import type { JsonObject } from "../../../../src/core/manifest/kube-object.ts";
import { assessRisks } from "../../../../src/core/plan/risks/assess-risks.ts";
import { object, told } from "./told.ts";

const paused = { paused: true };
const upTo = (partition: number) => ({ updateStrategy: { rollingUpdate: { partition } } });
const onDelete = { updateStrategy: { type: "OnDelete" } };
const waiting = (kind: string, spec: JsonObject, updated: number, more: { generation?: number } = {}) => {
  const counts =
    kind === "DaemonSet"
      ? { currentNumberScheduled: 5, updatedNumberScheduled: updated }
      : { replicas: 5, updatedReplicas: updated };
  return object("apps/v1", kind, { spec, status: { ...counts, observedGeneration: 1 } }, { generation: 1, ...more });
};

test.each<[string, JsonObject, number, JsonObject, string[]]>([
  ["Deployment", paused, 0, {}, ["5 pods that a changed template waits for, at most 1 away at a time"]],
  ["Deployment", paused, 4, {}, ["1 pod that a changed template waits for, at most 1 away at a time"]],
  ["Deployment", paused, 5, {}, []],
  ["Deployment", paused, 0, paused, []],
  // It goes on by itself, whatever is merged.
  ["Deployment", {}, 2, {}, []],
  ["StatefulSet", upTo(2), 3, upTo(0), ["2 pods that a changed template waits for, at most 1 away at a time"]],
  ["StatefulSet", upTo(4), 1, upTo(1), ["3 pods that a changed template waits for, at most 1 away at a time"]],
  ["StatefulSet", upTo(9), 0, {}, ["5 pods that a changed template waits for, at most 1 away at a time"]],
  ["StatefulSet", upTo(2), 5, upTo(0), []],
  ["StatefulSet", upTo(2), 3, upTo(4), []],
  ["StatefulSet", onDelete, 3, upTo(0), ["2 pods that a changed template waits for, at most 1 away at a time"]],
  ["DaemonSet", onDelete, 0, {}, ["5 pods that a changed template waits for, at most 1 away at a time"]],
  ["DaemonSet", onDelete, 0, onDelete, []],
])("a %s %j with %i pods as it says now restarts what is left once it is %j", (kind, spec, updated, next, texts) => {
  const restarting = texts.map((text) => `restarts: ${text}`);
  expect(told(waiting(kind, spec, updated), waiting(kind, next, updated))).toEqual(restarting);
});

test("what a controller has not looked at yet may restart all of it, once it goes on", () => {
  const live = waiting("Deployment", paused, 5, { generation: 2 });
  expect(told(live, waiting("Deployment", {}, 5))).toEqual([
    "restarts: 5 pods that a changed template waits for, at most 1 away at a time",
  ]);
  const [risk] = assessRisks({ live, after: waiting("Deployment", {}, 5), fields: [] });
  expect(risk?.withoutLive).toBe("those of its pods that a changed template waits for, at most 25% away at a time");
});
