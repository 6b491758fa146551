import type { Steps, Thing, Value } from "./values.ts";

/** A field that may be set in an object, whether or not it is described there now. */
export interface Addition {
  steps: Steps;
  /** `undefined` takes it out. */
  values: readonly (Value | undefined)[];
}

const inPods: [string, (Value | undefined)[]][] = [
  ["terminationGracePeriodSeconds", [0, 1, 5, undefined]],
  ["dnsPolicy", ["Default", "ClusterFirst", undefined]],
  ["enableServiceLinks", [true, false, undefined]],
  ["hostAliases", [[{ ip: "10.1.2.3", hostnames: ["a"] }], [], undefined]],
  ["tolerations", [[{ key: "a", operator: "Exists" }], [{ key: "b", value: "c" }], [], undefined]],
  ["imagePullSecrets", [[{ name: "registry" }], [{ name: "registry" }, { name: "other" }], [], undefined]],
  ["securityContext", [{}, { runAsUser: 1000 }, { fsGroup: 1, seccompProfile: { type: "RuntimeDefault" } }, undefined]],
  ["shareProcessNamespace", [true, undefined]],
  ["containers.0.imagePullPolicy", ["Always", "IfNotPresent", undefined]],
  ["containers.0.command", [["sleep", "infinity"], ["sh", "-c", "true"], undefined]],
  [
    "containers.0.env",
    [
      [{ name: "A", value: "1" }],
      [{ name: "B" }, { name: "A", value: "2" }],
      [{ name: "A", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
      [],
      undefined,
    ],
  ],
  [
    "containers.0.resources",
    [
      {},
      { limits: { cpu: "1" } },
      { requests: { cpu: "1000m", memory: "1024Mi" } },
      { limits: { memory: "0.5Gi" }, requests: { memory: "64Mi" } },
      undefined,
    ],
  ],
  [
    "containers.0.ports",
    [
      [{ containerPort: 80 }],
      [
        { containerPort: 80, name: "a" },
        { containerPort: 81, protocol: "UDP" },
      ],
      undefined,
    ],
  ],
  [
    "containers.0.livenessProbe",
    [
      { exec: { command: ["true"] } },
      { httpGet: { path: "/", port: 80 } },
      { httpGet: { path: "/", port: "http" }, periodSeconds: 3 },
      { tcpSocket: { port: 80 } },
      undefined,
    ],
  ],
  [
    "containers.0.lifecycle",
    [{ preStop: { sleep: { seconds: 1 } } }, { preStop: { exec: { command: ["true"] } } }, undefined],
  ],
  [
    "containers.0.securityContext",
    [
      { privileged: false },
      { capabilities: { drop: ["ALL"] } },
      { readOnlyRootFilesystem: true, runAsUser: 1 },
      undefined,
    ],
  ],
  ["containers.0.terminationMessagePolicy", ["FallbackToLogsOnError", undefined]],
  [
    "volumes.0",
    [
      { name: "added", emptyDir: {} },
      { name: "added", configMap: { name: "web" } },
      { name: "added", emptyDir: { medium: "Memory" } },
    ],
  ],
];

const byKind: { [kind: string]: [string, (Value | undefined)[]][] } = {
  Deployment: [
    ["spec.replicas", [0, 1, 2, undefined]],
    [
      "spec.strategy",
      [
        { type: "Recreate" },
        { type: "RollingUpdate" },
        { rollingUpdate: { maxSurge: 1 } },
        { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "50%" } },
        undefined,
      ],
    ],
    ["spec.minReadySeconds", [0, 1, undefined]],
    ["spec.revisionHistoryLimit", [1, 10, undefined]],
    ["spec.progressDeadlineSeconds", [600, 120, undefined]],
  ],
  StatefulSet: [
    ["spec.replicas", [0, 1, 2, undefined]],
    [
      "spec.updateStrategy",
      [{ type: "OnDelete" }, { type: "RollingUpdate" }, { rollingUpdate: { partition: 0 } }, undefined],
    ],
    ["spec.persistentVolumeClaimRetentionPolicy", [{ whenDeleted: "Delete" }, { whenScaled: "Retain" }, undefined]],
    ["spec.ordinals", [{ start: 1 }, undefined]],
  ],
  DaemonSet: [
    [
      "spec.updateStrategy",
      [
        { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } },
        { rollingUpdate: { maxUnavailable: "50%" } },
        undefined,
      ],
    ],
    ["spec.minReadySeconds", [0, 1, undefined]],
  ],
  ReplicaSet: [["spec.replicas", [0, 1, 2, undefined]]],
  ReplicationController: [["spec.replicas", [0, 1, 2, undefined]]],
  Job: [
    ["spec.backoffLimit", [1, 6, undefined]],
    ["spec.parallelism", [1, 2, undefined]],
    ["spec.ttlSecondsAfterFinished", [86_400, undefined]],
  ],
  CronJob: [
    ["spec.suspend", [true, false, undefined]],
    ["spec.timeZone", ["Etc/UTC", undefined]],
    ["spec.failedJobsHistoryLimit", [0, 1, 2, undefined]],
    ["spec.jobTemplate.spec.backoffLimit", [1, 6, undefined]],
  ],
  Service: [
    ["spec.type", ["ClusterIP", "NodePort", "LoadBalancer", undefined]],
    ["spec.sessionAffinity", ["ClientIP", "None", undefined]],
    ["spec.sessionAffinityConfig", [{ clientIP: { timeoutSeconds: 60 } }, undefined]],
    ["spec.externalTrafficPolicy", ["Local", "Cluster", undefined]],
    ["spec.internalTrafficPolicy", ["Local", "Cluster", undefined]],
    ["spec.publishNotReadyAddresses", [true, false, undefined]],
    ["spec.ipFamilyPolicy", ["SingleStack", "PreferDualStack", undefined]],
    [
      "spec.ports",
      [
        [{ port: 80 }],
        [{ port: 80, targetPort: "http" }],
        [
          { name: "a", port: 80 },
          { name: "b", port: 81 },
        ],
        [
          { name: "u", port: 80, protocol: "UDP" },
          { name: "t", port: 80 },
        ],
      ],
    ],
    ["spec.loadBalancerSourceRanges", [["10.0.0.0/8"], undefined]],
    ["spec.externalIPs", [["192.0.2.1"], ["192.0.2.1", "192.0.2.2"], undefined]],
  ],
  ConfigMap: [
    ["immutable", [false, undefined]],
    ["data", [{}, { only: "this" }, { a: "1", b: "2" }]],
    ["binaryData", [{ a: "YQ==" }, undefined]],
  ],
  Secret: [
    ["stringData", [{ plain: "text" }, { token: "other" }, undefined]],
    ["data", [{ a: "YQ==" }, {}]],
    ["immutable", [false, undefined]],
  ],
  ServiceAccount: [
    ["automountServiceAccountToken", [true, false, undefined]],
    ["imagePullSecrets", [[{ name: "a" }, { name: "b" }], [], undefined]],
  ],
  Ingress: [
    [
      "spec.defaultBackend",
      [
        { service: { name: "web", port: { number: 80 } } },
        { service: { name: "web", port: { name: "http" } } },
        undefined,
      ],
    ],
    ["spec.tls", [[{ hosts: ["a.example.com"] }], [], undefined]],
    ["spec.ingressClassName", ["fidelity", "other", undefined]],
  ],
  NetworkPolicy: [
    ["spec.policyTypes", [["Ingress"], ["Egress"], ["Ingress", "Egress"], undefined]],
    ["spec.egress", [[{}], [], undefined]],
    ["spec.ingress", [[{}], [], [{ ports: [{ port: 80 }] }], undefined]],
  ],
  HorizontalPodAutoscaler: [
    [
      "spec.behavior",
      [{ scaleUp: { stabilizationWindowSeconds: 10 } }, { scaleDown: { selectPolicy: "Disabled" } }, undefined],
    ],
    [
      "spec.metrics",
      [
        [{ type: "Resource", resource: { name: "memory", target: { type: "AverageValue", averageValue: "1024Mi" } } }],
        undefined,
      ],
    ],
  ],
  PodDisruptionBudget: [
    ["spec.minAvailable", [1, "10%", undefined]],
    ["spec.maxUnavailable", [1, undefined]],
    ["spec.unhealthyPodEvictionPolicy", ["AlwaysAllow", undefined]],
  ],
  Role: [["rules", [[], [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }]]]],
  ClusterRole: [["rules", [[], [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] }]]]],
  RoleBinding: [
    ["subjects", [[], [{ kind: "Group", name: "g" }], undefined]],
    ["roleRef.name", ["other"]],
  ],
  PersistentVolume: [
    ["spec.persistentVolumeReclaimPolicy", ["Retain", "Recycle", "Delete", undefined]],
    ["spec.mountOptions", [["hard"], [], undefined]],
  ],
  StorageClass: [
    ["allowVolumeExpansion", [true, false, undefined]],
    ["reclaimPolicy", ["Retain", undefined]],
    ["mountOptions", [["a"], undefined]],
  ],
  CSIDriver: [
    ["spec.fsGroupPolicy", ["File", undefined]],
    ["spec.requiresRepublish", [true, undefined]],
    ["spec.tokenRequests", [[{ audience: "a" }, { audience: "b" }], undefined]],
  ],
  PriorityClass: [
    ["description", ["a", undefined]],
    ["value", [1001]],
    ["preemptionPolicy", ["Never", undefined]],
  ],
  Gateway: [
    ["spec.note", [null, "1.1", "1.10", undefined]],
    ["spec.timeout", ["30s", "10s", null, undefined]],
    ["spec.weight", [1, "1", "50%", undefined]],
    ["spec.parameters", [{}, { other: 1 }, { any: { thing: [] } }, undefined]],
    [
      "spec.listeners",
      [
        [{ name: "http", port: 81 }],
        [
          { name: "b", port: 2 },
          { name: "a", port: 1, hostnames: ["x", "y"] },
          { name: "http", port: 80, protocol: "TCP" },
        ],
      ],
    ],
    ["spec.addresses", [[], [{ type: "IP", value: "192.0.2.2" }], undefined]],
    ["spec.unknown", ["field"]],
  ],
  Route: [
    ["spec.parents", [["public", "private"], [], undefined]],
    [
      "spec.rules.0.backends",
      [[{ name: "web", port: 9090 }, { name: "web" }], [{ name: "new", port: 1, weight: 2 }], undefined],
    ],
  ],
  Tenant: [
    [
      "spec.members",
      [[{ user: "bob" }, { user: "ada", role: "owner" }], [{ user: "eve", role: "viewer" }], [], undefined],
    ],
    ["spec.quota", [{ cpu: "10" }, { memory: "20Gi" }, undefined]],
  ],
  CustomResourceDefinition: [
    ["spec.names.categories", [["all"], undefined]],
    [
      "spec.versions.0.additionalPrinterColumns",
      [[{ name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" }], undefined],
    ],
    ["spec.preserveUnknownFields", [false, undefined]],
  ],
};

/** Where the pods of a kind are described. */
const podPaths: { [kind: string]: string } = {
  Deployment: "spec.template.spec",
  StatefulSet: "spec.template.spec",
  DaemonSet: "spec.template.spec",
  ReplicaSet: "spec.template.spec",
  ReplicationController: "spec.template.spec",
  PodTemplate: "template.spec",
  CronJob: "spec.jobTemplate.spec.template.spec",
};

/** The fields whose presence and kind matter to the server: unions, defaults, what is normalised, lists by key. */
export function additions({ kind, metadata }: Thing): Addition[] {
  const own = (byKind[kind] ?? []).map(([path, values]): Addition => ({ steps: path.split("."), values }));
  // What an autoscaler says, Git must not say as well.
  const scaled = ["scaled", "podinfo"].some((name) => metadata.name.startsWith(name));
  const podPath = podPaths[kind];
  const pods =
    podPath === undefined
      ? []
      : inPods.map(([path, values]): Addition => ({ steps: `${podPath}.${path}`.split("."), values }));
  return [...own, ...pods].filter(({ steps }) => !(scaled && steps.at(-1) === "replicas"));
}
