import type { Row } from "../case.ts";
import { binding, definition, role, scaler, webhook } from "../manifests.ts";

/** Who may do what, what scales, what is admitted, and what else there can be. */
export const control: readonly Row[] = [
  ["rbac-rules", "verbs on nothing", role({ verbs: ["get"] }), "/rules/0"],
  [
    "rbac-rules",
    "a role of another kind",
    binding({ kind: "User", name: "a" }, { kind: "Group", name: "a", apiGroup: "rbac.authorization.k8s.io" }),
    "/roleRef/kind",
  ],
  ["rbac-rules", "a group of users", binding({ kind: "Role", name: "a:b" }, { kind: "Group", name: "a b:c" })],
  ["autoscaling", "fewer at most than at least", scaler({ minReplicas: 5 }), "/spec/maxReplicas"],
  [
    "autoscaling",
    "a target without its group",
    scaler({ scaleTargetRef: { apiVersion: "v1", kind: "Deployment", name: "a" } }),
    "/spec/scaleTargetRef/apiVersion",
  ],
  [
    "autoscaling",
    "a metric of another type",
    scaler({
      metrics: [{ type: "Pods", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 1 } } }],
    }),
    "/spec/metrics/0/resource",
  ],
  ["autoscaling", "as many at least as at most", scaler({ minReplicas: 3 })],
  [
    "admission-rules",
    "a star beside others",
    webhook({
      rules: [{ apiGroups: ["*", "apps"], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
    }),
    "/webhooks/0/rules/0/apiGroups",
  ],
  [
    "admission-rules",
    "an address without TLS",
    webhook({ clientConfig: { url: "http://example.com" } }),
    "/webhooks/0/clientConfig/url",
  ],
  [
    "admission-rules",
    "all subresources",
    webhook({ rules: [{ apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: ["*/*"] }] }),
  ],
  [
    "structural-schema",
    "a property without a type",
    definition({ type: "object", properties: { spec: { properties: {} } } }),
    "/spec/versions/0/schema/openAPIV3Schema/properties/spec",
  ],
  [
    "structural-schema",
    "a property that may be anything",
    definition({ type: "object", properties: { spec: { "x-kubernetes-preserve-unknown-fields": true } } }),
  ],
  [
    "structural-schema",
    "no version that is stored",
    definition({ type: "object" }, { storage: false }),
    "/spec/versions",
  ],
  [
    "structural-schema",
    "a list by a key that its items lack",
    definition({
      type: "object",
      properties: {
        a: {
          type: "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["b"],
          items: { type: "object" },
        },
      },
    }),
    "/spec/versions/0/schema/openAPIV3Schema/properties/a/x-kubernetes-list-map-keys/0",
  ],
  ["admission-rules", "an address with an empty query", webhook({ clientConfig: { url: "https://example.com/a?" } })],
  [
    "admission-rules",
    "an address with a query",
    webhook({ clientConfig: { url: "https://example.com/a?b" } }),
    "/webhooks/0/clientConfig/url",
  ],
  ["autoscaling", "down to nothing by what is inside", scaler({ minReplicas: 0 }), "/spec/minReplicas"],
];
