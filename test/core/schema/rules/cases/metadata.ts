import type { Row } from "../case.ts";
import {
  affinity,
  annotated,
  claimTemplate,
  configMap,
  deployment,
  inAffinity,
  labelled,
  lease,
  made,
  pod,
  statefulSet,
} from "../manifests.ts";

/** Labels, annotations, keys, and what selects by labels. */
export const metadata: readonly Row[] = [
  ["invalid-label", "a key with two slashes", labelled({ "a/b/c": "" }), "/metadata/labels/a~1b~1c"],
  ["invalid-label", "a value that ends with a dash", labelled({ a: "b-" }), "/metadata/labels/a"],
  ["invalid-label", "an empty value, and dots and underscores", labelled({ a: "", "example.com/b": "c_d.E" })],
  ["invalid-label", "a selector's key with a space", affinity({ key: "a b", operator: "Exists" }), `${inAffinity}/key`],
  ["invalid-annotation", "a key with a space", annotated({ "a b": "" }), "/metadata/annotations/a b"],
  ["invalid-annotation", "a prefix in upper case, and any text", annotated({ "Example.COM/a": "b c\n{" })],
  ["invalid-annotation", "256 KiB and one byte", annotated({ a: "x".repeat(256 * 1024) }), "/metadata/annotations"],
  ["invalid-key", "a key with a slash", configMap({ data: { "a/b": "" } }), "/data/a~1b"],
  [
    "invalid-key",
    "a key in data and binaryData",
    configMap({ data: { a: "" }, binaryData: { a: "" } }),
    "/binaryData/a",
  ],
  ["invalid-key", "keys with dots", configMap({ data: { ".a": "", "a..b": "" } })],
  ["selector-requirement", "In without values", affinity({ key: "a", operator: "In" }), inAffinity],
  [
    "selector-requirement",
    "Exists with values",
    affinity({ key: "a", operator: "Exists", values: ["b"] }),
    `${inAffinity}/values`,
  ],
  ["selector-requirement", "Gt with one value", affinity({ key: "a", operator: "Gt", values: ["1"] })],
  ["selector-mismatch", "pods with another label", deployment({}, { app: "two" }), "/spec/selector/matchLabels/app"],
  ["selector-mismatch", "pods without labels", deployment({}, {}), "/spec/template/metadata/labels"],
  ["selector-mismatch", "an empty selector", deployment({ selector: {} }), "/spec/selector"],
  ["selector-mismatch", "pods with more labels than are selected", deployment({}, { app: "one", tier: "web" })],
  [
    "invalid-label",
    "labels of a claim that a StatefulSet makes",
    statefulSet({ volumeClaimTemplates: [claimTemplate({ name: "a", labels: { "a b": "c d" } })] }),
  ],
  [
    "invalid-label",
    "labels of a claim that a pod makes",
    pod({ volumes: [{ name: "a", ephemeral: { volumeClaimTemplate: claimTemplate({ labels: { a: "c d" } }) } }] }),
    "/spec/volumes/0/ephemeral/volumeClaimTemplate/metadata/labels/a",
  ],
  ["invalid-time", "an hour of one digit", made("2026-01-01T1:02:03Z")],
  ["invalid-time", "a part of a second after a comma", made("2026-01-01T01:02:03,5+24:00")],
  ["invalid-time", "the 30th of February", made("2026-02-30T01:02:03Z"), "/metadata/creationTimestamp"],
  ["invalid-time", "the 24th hour", made("2026-01-01T24:02:03Z"), "/metadata/creationTimestamp"],
  ["invalid-time", "a lease to the millionth of a second", lease("2026-01-01T1:02:03.123456Z")],
  ["invalid-time", "a lease to the second", lease("2026-01-01T01:02:03Z"), "/spec/renewTime"],
  ["invalid-annotation", "a dotted I, which is an i in lower case", annotated({ "\u0130": "" })],
  [
    "selector-requirement",
    "a value with a space",
    affinity({ key: "a", operator: "In", values: ["b c"] }),
    `${inAffinity}/values/0`,
  ],
  [
    "selector-requirement",
    "a value with a space that is only preferred",
    pod({
      affinity: {
        nodeAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 1, preference: { matchExpressions: [{ key: "a", operator: "In", values: ["b c"] }] } },
          ],
        },
      },
    }),
  ],
];
