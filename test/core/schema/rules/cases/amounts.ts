import type { Row } from "../case.ts";
import {
  claim,
  configMap,
  inContainer,
  limits,
  namespaced,
  object,
  ofOneGibibyte,
  pod,
  priority,
  quota,
} from "../manifests.ts";

/** How much there may be, and of what. */
export const amounts: readonly Row[] = [
  [
    "resource-amounts",
    "half a device",
    pod({}, { resources: { limits: { "example.com/gpu": "0.5" } } }),
    `${inContainer}/resources/limits/example.com~1gpu`,
  ],
  [
    "resource-amounts",
    "half of what is no device",
    pod({}, { resources: { limits: { "batch.kubernetes.io/cpu": "0.5" } } }),
  ],
  [
    "resource-amounts",
    "a device without a limit",
    pod({}, { resources: { requests: { "example.com/gpu": 1 } } }),
    `${inContainer}/resources/requests/example.com~1gpu`,
  ],
  [
    "resource-amounts",
    "fewer devices than at most",
    pod({}, { resources: { requests: { "example.com/gpu": 1 }, limits: { "example.com/gpu": 2 } } }),
    `${inContainer}/resources/requests/example.com~1gpu`,
  ],
  [
    "resource-amounts",
    "as many devices as at most",
    pod({}, { resources: { requests: { "example.com/gpu": 1 }, limits: { "example.com/gpu": "1000m" } } }),
  ],
  ["unknown-resource", "half a pod", quota({ pods: "1.5" }), "/spec/hard/pods"],
  ["resource-amounts", "half a device that is requested", quota({ "requests.example.com/gpu": "1.5" })],
  [
    "unknown-resource",
    "a quota of opposites",
    quota({ pods: 1 }, { scopes: ["BestEffort", "NotBestEffort"] }),
    "/spec/scopes",
  ],
  [
    "unknown-resource",
    "a quota of what nobody requests",
    quota({ cpu: 1 }, { scopes: ["BestEffort"] }),
    "/spec/scopes",
  ],
  [
    "unknown-resource",
    "a quota of pods that request nothing",
    quota({ pods: 1 }, { scopes: ["BestEffort", "Terminating"] }),
  ],
  ["unknown-resource", "defaults of a pod", limits({ type: "Pod", default: { cpu: 1 } }), "/spec/limits/0/default"],
  ["unknown-resource", "defaults of a pod that are none", limits({ type: "Pod", default: {} })],
  ["unknown-resource", "claims of any size", limits({ type: "PersistentVolumeClaim" }), "/spec/limits/0"],
  [
    "unknown-resource",
    "a limit below the request",
    limits({ type: "Container", maxLimitRequestRatio: { cpu: "999m" } }),
    "/spec/limits/0/maxLimitRequestRatio/cpu",
  ],
  ["too-large", "a ConfigMap of 1 MiB and one byte", configMap({ data: { a: "x".repeat(2 ** 20 - 1), b: "yz" } }), ""],
  ["too-large", "a ConfigMap of 1 MiB", configMap({ data: { a: "x".repeat(2 ** 20) } })],
  ["too-large", "letters of two bytes", configMap({ data: { a: "\u00e9".repeat(2 ** 19 + 1) } }), ""],
  [
    "too-large",
    "a Secret of 1 MiB in base64",
    object("v1", "Secret", { data: { a: Buffer.alloc(2 ** 20).toString("base64") } }),
  ],
  [
    "too-large",
    "a Secret whose plain text takes the place of another",
    object("v1", "Secret", { data: { a: Buffer.alloc(2 ** 20).toString("base64") }, stringData: { a: "x" } }),
  ],
  ["well-known", "a priority of the system's", priority("one", 1_000_000_001), "/value"],
  ["well-known", "the highest priority of users", priority("one", 1_000_000_000)],
  ["well-known", "a name of the system's", priority("system-one", 1), "/metadata/name"],
  ["well-known", "a class of the system's", priority("system-cluster-critical", 2_000_000_000)],
  [
    "well-known",
    "a level of security that is none",
    namespaced("enforce", "Restricted"),
    "/metadata/labels/pod-security.kubernetes.io~1enforce",
  ],
  ["well-known", "a level of security, as of a version", namespaced("warn-version", "v1.99")],
  [
    "missing-field",
    "a login that is no JSON",
    object("v1", "Secret", { type: "kubernetes.io/dockerconfigjson", stringData: { ".dockerconfigjson": "a" } }),
    "/stringData/.dockerconfigjson",
  ],
  [
    "missing-field",
    "a login that is empty",
    object("v1", "Secret", { type: "kubernetes.io/dockerconfigjson", data: { ".dockerconfigjson": "e30=" } }),
  ],
  [
    "fields-disagree",
    "a disk of one pod and of others",
    claim({ ...ofOneGibibyte, accessModes: ["ReadWriteOnce", "ReadWriteOncePod"] }),
    "/spec/accessModes",
  ],
  [
    "fields-disagree",
    "a disk of one pod, said twice",
    claim({ ...ofOneGibibyte, accessModes: ["ReadWriteOncePod", "ReadWriteOncePod"] }),
  ],
];
