import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../src/core/manifest/kube-object.ts";
import type { FieldChange } from "../../../../src/core/plan/plan.ts";
import { object, told } from "./told.ts";

describe("a DaemonSet", () => {
  const template: FieldChange[] = [{ path: "spec.template.spec", cause: "pull-request" }];
  const on = (spec: JsonObject, pods = 3) =>
    object("apps/v1", "DaemonSet", { spec: { template: { spec } }, status: { currentNumberScheduled: pods } });
  const terms = (...nodeSelectorTerms: JsonObject[]) => ({
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
  });
  const zones = (...values: string[]) => ({ matchExpressions: [{ key: "zone", operator: "In", values }] });
  const tolerant = (...tolerations: JsonObject[]) => ({ tolerations });
  const stay = "restarts: those that stay of 3 pods, at most 1 away at a time";

  test.each<[JsonObject, JsonObject, string]>([
    [{}, { nodeSelector: { disk: "ssd" } }, "without disk=ssd"],
    [
      { nodeSelector: { disk: "ssd" } },
      { nodeSelector: { disk: "hdd", gpu: "yes" } },
      "without disk=hdd or without gpu=yes",
    ],
    [{}, terms(zones("a")), "that its node affinity leaves out"],
    [terms(zones("a", "b")), terms(zones("a")), "that its node affinity leaves out"],
    [terms(zones("a"), zones("b")), terms(zones("b")), "that its node affinity leaves out"],
    [terms(zones("a")), terms({}), "that its node affinity leaves out"],
    [tolerant({ key: "gpu", operator: "Exists" }), {}, "with taints that it tolerates no more"],
    [
      tolerant({ key: "gpu", operator: "Exists" }),
      tolerant({ key: "gpu", value: "a" }),
      "with taints that it tolerates no more",
    ],
    [
      tolerant({ key: "gpu", operator: "Exists" }),
      { nodeSelector: { disk: "ssd" } },
      "without disk=ssd, or with taints that it tolerates no more",
    ],
  ])("on %j that is to be on %j leaves nodes for good", (before, after, nodes) => {
    expect(told(on(before), on(after), template)).toEqual([`stops: its pods on nodes ${nodes}`, stay]);
    expect(told(on(before, 0), on(after, 0), template)).toEqual([]);
  });

  test.each<[JsonObject, JsonObject]>([
    [{ nodeSelector: { disk: "ssd", gpu: "yes" } }, { nodeSelector: { disk: "ssd" } }],
    [terms(zones("a")), {}],
    [terms(zones("a")), terms(zones("b", "a"))],
    [terms(zones("a")), terms(zones("a"), zones("b"))],
    [tolerant({ key: "gpu", value: "a", effect: "NoSchedule" }), tolerant({ key: "gpu", operator: "Exists" })],
    [tolerant({ key: "gpu", value: "a" }), tolerant({ operator: "Exists" })],
  ])("on %j that may be on %j too restarts alone", (before, after) => {
    expect(told(on(before), on(after), template)).toEqual(["restarts: 3 pods, at most 1 away at a time"]);
  });
});

test("a Deployment that is to be on other nodes is moved there", () => {
  const on = (spec: JsonObject) =>
    object("apps/v1", "Deployment", { spec: { template: { spec } }, status: { replicas: 3 } });
  const fields: FieldChange[] = [{ path: "spec.template.spec.nodeSelector", cause: "pull-request" }];
  expect(told(on({}), on({ nodeSelector: { disk: "ssd" } }), fields)).toEqual([
    "restarts: 3 pods, each new one ready before an old one goes",
  ]);
});
