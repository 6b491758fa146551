import { describe, expect, test } from "vitest";
import { heldUpBy } from "../../../src/core/plan/apply-order.ts";

const object = (apiVersion: string, kind: string, name: string, namespace?: string) =>
  namespace === undefined ? { apiVersion, kind, name } : { apiVersion, kind, name, namespace };

const web = object("apps/v1", "Deployment", "web", "shop");
const settings = object("v1", "ConfigMap", "settings", "shop");
const shape = object("demo.example/v1", "Shape", "star", "shop");
const webhook = object("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "w");

describe("when the cluster refuses", () => {
  test.each([
    ["a namespace, what lives in it waits", object("v1", "Namespace", "shop"), [web, settings, shape, webhook]],
    ["another namespace, nothing of this one waits", object("v1", "Namespace", "till"), [webhook]],
    [
      "a definition, objects of its group wait",
      object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "shapes.demo.example"),
      [shape, webhook],
    ],
    ["a ConfigMap, no workload beside it starts without it", settings, [web, webhook]],
    [
      "an account, no workload beside it starts without it",
      object("v1", "ServiceAccount", "web", "shop"),
      [web, webhook],
    ],
    ["a Secret elsewhere, nothing here waits", object("v1", "Secret", "key", "till"), [webhook]],
    [
      "a binding that would hand on too much, everything goes on",
      object("rbac.authorization.k8s.io/v1", "RoleBinding", "all", "shop"),
      [webhook],
    ],
    ["a Service, everything goes on", object("v1", "Service", "web", "shop"), [webhook]],
  ])("%s", (_, refused, waiting) => {
    expect([web, settings, shape, webhook].filter((one) => one !== refused && heldUpBy(one, refused))).toEqual(
      waiting.filter((one) => one !== refused),
    );
  });
});
