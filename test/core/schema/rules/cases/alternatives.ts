import type { Row } from "../case.ts";
import {
  budget,
  claim,
  claimTemplate,
  disk,
  environment,
  inContainer,
  job,
  object,
  parameters,
  pod,
  policy,
  service,
  statefulSet,
  volume,
} from "../manifests.ts";

/** Fields that need or exclude others. */
export const alternatives: readonly Row[] = [
  ["missing-field", "a toleration without a key", pod({ tolerations: [{ operator: "Equal" }] }), "/spec/tolerations/0"],
  ["missing-field", "a toleration of everything", pod({ tolerations: [{ operator: "Exists" }] })],
  [
    "missing-field",
    "a TLS secret without its key",
    object("v1", "Secret", { type: "kubernetes.io/tls", data: { "tls.crt": "" } }),
    "/data",
  ],
  [
    "missing-field",
    "an environment variable without a name",
    pod({}, { env: [{ value: "a" }] }),
    `${inContainer}/env/0`,
  ],
  ["one-of-several", "a variable from nowhere", environment({}), `${inContainer}/env/0/valueFrom`],
  [
    "one-of-several",
    "a probe of two kinds",
    pod({}, { livenessProbe: { exec: { command: ["a"] }, tcpSocket: { port: 1 } } }),
    `${inContainer}/livenessProbe/tcpSocket`,
  ],
  ["one-of-several", "a budget of both kinds", budget({ minAvailable: 1, maxUnavailable: 1 }), "/spec/maxUnavailable"],
  [
    "one-of-several",
    "a peer by pod and by namespace",
    policy({ podSelector: {}, ingress: [{ from: [{ podSelector: {}, namespaceSelector: {} }] }] }),
  ],
  [
    "one-volume-source",
    "a volume of two kinds",
    volume({ emptyDir: {}, configMap: { name: "a" } }),
    "/spec/volumes/0/configMap",
  ],
  ["one-volume-source", "a volume of no kind, which is an empty folder", volume({})],
  ["one-volume-source", "a disk of no kind", disk({}), "/spec"],
  [
    "missing-volume",
    "a mount of a volume that is not there",
    pod({}, { volumeMounts: [{ name: "a", mountPath: "/a" }] }),
    `${inContainer}/volumeMounts/0/name`,
  ],
  [
    "missing-volume",
    "a mount of one that is",
    pod({ volumes: [{ name: "a" }] }, { volumeMounts: [{ name: "a", mountPath: "/a" }] }),
  ],
  [
    "fields-disagree",
    "two sources that differ",
    claim({
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: "1Gi" } },
      dataSource: { kind: "PersistentVolumeClaim", name: "a" },
      dataSourceRef: { kind: "PersistentVolumeClaim", name: "b" },
    }),
    "/spec/dataSource/name",
  ],
  [
    "fields-disagree",
    "two sources that are the same",
    claim({
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: "1Gi" } },
      dataSource: { kind: "PersistentVolumeClaim", name: "a" },
      dataSourceRef: { kind: "PersistentVolumeClaim", name: "a" },
    }),
  ],
  [
    "fields-disagree",
    "a node port of a service inside the cluster",
    service({ ports: [{ port: 80, nodePort: 30_080 }] }),
    "/spec/ports/0/nodePort",
  ],
  [
    "fields-disagree",
    "a node port of a balanced service",
    service({ type: "LoadBalancer", ports: [{ port: 80, nodePort: 30_080 }] }),
  ],
  [
    "fields-disagree",
    "an address of the other family",
    {
      ...object("discovery.k8s.io/v1", "EndpointSlice", {}),
      addressType: "IPv6",
      endpoints: [{ addresses: ["10.0.0.1"] }],
    },
    "/endpoints/0/addresses/0",
  ],
  [
    "missing-field",
    "a disk without a capacity",
    object("v1", "PersistentVolume", { spec: { accessModes: ["ReadWriteOnce"], hostPath: { path: "/a" } } }),
    "/spec",
  ],
  [
    "missing-field",
    "a disk without a capacity in its attachment",
    object("storage.k8s.io/v1", "VolumeAttachment", {
      spec: {
        attacher: "a.b",
        nodeName: "a",
        source: { inlineVolumeSpec: { accessModes: ["ReadWriteOnce"], csi: { driver: "a.b", volumeHandle: "c" } } },
      },
    }),
  ],
  ["missing-field", "an indexed job that is done once", job({ completionMode: "Indexed" })],
  ["missing-field", "an indexed job of several at once", job({ completionMode: "Indexed", parallelism: 2 }), "/spec"],
  [
    "one-volume-source",
    "a volume of two kinds that a claim replaces",
    statefulSet(
      { volumeClaimTemplates: [claimTemplate({ name: "a" })] },
      { volumes: [{ name: "a", emptyDir: {}, hostPath: { path: "" } }] },
    ),
  ],
  ["one-of-several", "parameters by an empty name and a selector", parameters({ name: "", selector: {} })],
  [
    "one-of-several",
    "parameters by a name and a selector",
    parameters({ name: "a", selector: {} }),
    "/spec/paramRef/selector",
  ],
];
