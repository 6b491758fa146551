import { expect, test } from "vitest";
import { createValidator } from "../../../src/core/schema/validator.ts";
import { loadKubernetesSchemas } from "../../../src/render/kubernetes-schemas.ts";

const validator = createValidator(loadKubernetesSchemas());

function told(apiVersion: string, kind: string) {
  return validator.validate({ apiVersion, kind, metadata: { name: "one" } });
}

test.each([
  [
    "policy/v1beta1",
    "PodDisruptionBudget",
    /^PodDisruptionBudget of `policy\/v1beta1` was removed in Kubernetes 1\.25; write `policy\/v1`, where an empty/,
  ],
  ["batch/v1beta1", "CronJob", /removed in Kubernetes 1\.25; write `batch\/v1`\.$/],
  ["autoscaling/v2beta2", "HorizontalPodAutoscaler", /removed in Kubernetes 1\.26; write `autoscaling\/v2`\.$/],
  [
    "flowcontrol.apiserver.k8s.io/v1beta3",
    "FlowSchema",
    /removed in Kubernetes 1\.32; write `flowcontrol\.apiserver\.k8s\.io\/v1`\.$/,
  ],
  [
    "extensions/v1beta1",
    "Deployment",
    /removed in Kubernetes 1\.16; write `apps\/v1`, where `spec\.selector` is required/,
  ],
  ["policy/v1beta1", "PodSecurityPolicy", /removed in Kubernetes 1\.25; nothing replaces it; label namespaces/],
])("%s %s was removed, and it says what to write", (apiVersion, kind, message) => {
  expect(told(apiVersion, kind)).toEqual([
    { pointer: "/apiVersion", rule: "removed-version", severity: "error", message: expect.stringMatching(message) },
  ]);
});

test("a kind that is still served and advised against is a warning", () => {
  expect(told("v1", "Endpoints")).toEqual([
    {
      pointer: "/apiVersion",
      rule: "deprecated-version",
      severity: "warning",
      message: "Endpoints of `v1` is deprecated since Kubernetes 1.33; write EndpointSlice of `discovery.k8s.io/v1`.",
    },
  ]);
});

test("a version that its own CustomResourceDefinition advises against is a warning with its words", () => {
  const definition = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    spec: {
      group: "example.com",
      scope: "Namespaced",
      names: { kind: "Thing", plural: "things" },
      versions: [
        {
          name: "v1",
          served: true,
          deprecated: true,
          deprecationWarning: "use v2",
          schema: { openAPIV3Schema: { type: "object" } },
        },
        { name: "v2", served: true, schema: { openAPIV3Schema: { type: "object" } } },
      ],
    },
  };
  const knowing = validator.withCustomResources([definition]);
  const thing = (version: string) => ({
    apiVersion: `example.com/${version}`,
    kind: "Thing",
    metadata: { name: "one" },
  });
  expect(knowing.validate(thing("v2"))).toEqual([]);
  expect(knowing.validate(thing("v1"))).toMatchObject([
    {
      severity: "warning",
      message: "Thing of `example.com/v1` is deprecated by its CustomResourceDefinition: use v2.",
    },
  ]);
});
