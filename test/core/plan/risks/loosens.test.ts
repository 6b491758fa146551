import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../src/core/manifest/kube-object.ts";
import { assessRisks } from "../../../../src/core/plan/risks/assess-risks.ts";
import { object, told } from "./told.ts";

describe("the Pod Security level of a namespace", () => {
  const namespace = (level: string | undefined) =>
    object(
      "v1",
      "Namespace",
      {},
      { labels: level === undefined ? {} : { "pod-security.kubernetes.io/enforce": level } },
    );

  test.each([
    ["restricted", "baseline", "Pod Security level `baseline` instead of `restricted`"],
    ["restricted", undefined, "Pod Security level `privileged` instead of `restricted`"],
    ["baseline", "privileged", "Pod Security level `privileged` instead of `baseline`"],
  ])("that goes from %s to %s lets pods in that it would not have", (before, after, text) => {
    expect(told(namespace(before), namespace(after))).toEqual([`loosens: ${text}`]);
  });

  test("is not told to the whole world as it is", () => {
    const [risk] = assessRisks({ live: namespace("restricted"), after: namespace("baseline"), fields: [] });
    expect(risk?.withoutLive).toBe("Pod Security level `baseline` instead of a stricter one");
  });

  test.each([
    ["baseline", "restricted"],
    ["baseline", "baseline"],
    [undefined, "baseline"],
    [undefined, undefined],
  ])("that goes from %s to %s is no risk", (before, after) => {
    expect(told(namespace(before), namespace(after))).toEqual([]);
  });

  test("of a namespace that is new is none either", () => {
    expect(told(undefined, namespace("privileged"))).toEqual([]);
  });
});

describe("what was held back", () => {
  const binding = (...validationActions: string[]) =>
    object("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding", {
      spec: { policyName: "owned", validationActions },
    });
  const account = (automount?: boolean) =>
    object("v1", "ServiceAccount", automount === undefined ? {} : { automountServiceAccountToken: automount });
  const pods = (automount?: boolean, more: JsonObject = {}) =>
    object("batch/v1", "CronJob", {
      spec: {
        jobTemplate: {
          spec: {
            template: {
              spec: { ...more, ...(automount === undefined ? {} : { automountServiceAccountToken: automount }) },
            },
          },
        },
      },
    });

  test("by a policy is let through where it no longer denies", () => {
    expect(told(binding("Deny"), binding("Warn"))).toEqual([
      "loosens: what owned denied is let through, with Warn alone",
    ]);
    expect(told(binding("Deny", "Audit"), binding("Audit", "Warn"))).toEqual([
      "loosens: what owned denied is let through, with Audit and Warn alone",
    ]);
    expect(told(binding("Deny"), binding("Deny", "Audit"))).toEqual([]);
    expect(told(binding("Warn"), binding("Deny"))).toEqual([]);
    expect(told(undefined, binding("Warn"))).toEqual([]);
  });

  test("from pods is their token, until nothing says so any more", () => {
    expect(told(account(false), account())).toEqual([
      "loosens: its token is given to every pod of it that does not decline",
    ]);
    expect(told(pods(false), pods())).toEqual([
      "loosens: its pods get the token of ServiceAccount default, unless that declines",
    ]);
    expect(told(pods(false), pods(true, { serviceAccountName: "robot" }))).toEqual([
      "loosens: its pods get the token of ServiceAccount robot",
    ]);
    expect(told(account(), account(true))).toEqual([]);
    expect(told(pods(), pods(false))).toEqual([]);
    expect(told(undefined, pods(true))).toEqual([]);
  });
});
