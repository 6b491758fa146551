/** An object that shows one rule at work. */
export interface Case {
  /** Of ./src/core/schema/rules. */
  rule: string;
  title: string;
  object: object;
  /** Where the finding lies; absent when there is none, because the server accepts it. */
  at?: string;
}

interface Parts {
  [field: string]: unknown;
}

const object = (apiVersion: string, kind: string, parts: Parts) => ({
  apiVersion,
  kind,
  metadata: { name: "one" },
  ...parts,
});
const withSpec = (apiVersion: string, kind: string) => (spec: Parts) => object(apiVersion, kind, { spec });

const container = (parts: Parts = {}) => ({ name: "one", image: "busybox", ...parts });
const pod = (parts: Parts = {}, of: Parts = {}) =>
  object("v1", "Pod", { spec: { containers: [container(of)], ...parts } });
const volume = (parts: Parts) => pod({ volumes: [{ name: "one", ...parts }] });
const configMap = (parts: Parts) => object("v1", "ConfigMap", parts);
const labelled = (labels: Parts) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "one", labels } });
const annotated = (annotations: Parts) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "one", annotations },
});
const deployment = (parts: Parts = {}, labels: Parts = { app: "one" }) =>
  object("apps/v1", "Deployment", {
    spec: {
      selector: { matchLabels: { app: "one" } },
      template: { metadata: { labels }, spec: { containers: [container()] } },
      ...parts,
    },
  });
const service = withSpec("v1", "Service");
const ingress = withSpec("networking.k8s.io/v1", "Ingress");
const path = (parts: Parts) =>
  ingress({
    rules: [
      {
        http: {
          paths: [
            { path: "/", pathType: "Prefix", backend: { service: { name: "a", port: { number: 80 } } }, ...parts },
          ],
        },
      },
    ],
  });
const job = (parts: Parts, of: Parts = { restartPolicy: "Never" }) =>
  object("batch/v1", "Job", { spec: { template: { spec: { containers: [container()], ...of } }, ...parts } });
const cronJob = (schedule: string) =>
  object("batch/v1", "CronJob", {
    spec: {
      schedule,
      jobTemplate: { spec: { template: { spec: { restartPolicy: "Never", containers: [container()] } } } },
    },
  });
const budget = withSpec("policy/v1", "PodDisruptionBudget");
const role = (rule: Parts) => object("rbac.authorization.k8s.io/v1", "Role", { rules: [rule] });
const binding = (roleRef: Parts, subject: Parts) =>
  object("rbac.authorization.k8s.io/v1", "RoleBinding", {
    roleRef: { apiGroup: "rbac.authorization.k8s.io", ...roleRef },
    subjects: [subject],
  });
const scaler = (parts: Parts) =>
  object("autoscaling/v2", "HorizontalPodAutoscaler", {
    spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "one" }, maxReplicas: 3, ...parts },
  });
const claim = withSpec("v1", "PersistentVolumeClaim");
const disk = (parts: Parts) =>
  object("v1", "PersistentVolume", {
    spec: { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], ...parts },
  });
const policy = withSpec("networking.k8s.io/v1", "NetworkPolicy");
const webhook = (parts: Parts) =>
  object("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", {
    webhooks: [
      {
        name: "a.example.com",
        sideEffects: "None",
        admissionReviewVersions: ["v1"],
        clientConfig: { url: "https://example.com/a" },
        rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
        ...parts,
      },
    ],
  });
const definition = (schema: Parts, version: Parts = {}) => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "things.example.com" },
  spec: {
    group: "example.com",
    scope: "Namespaced",
    names: { kind: "Thing", plural: "things" },
    versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: schema }, ...version }],
  },
});
const inContainer = "/spec/containers/0";
const environment = (valueFrom: Parts) => pod({}, { env: [{ name: "A", valueFrom }] });
const affinity = (requirement: Parts) =>
  pod({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [requirement] }] },
      },
    },
  });
const inAffinity =
  "/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms/0/matchExpressions/0";

/** A row is a rule, what it is about, the object, and where the finding lies when the server rejects it. */
const rows: [string, string, object, string?][] = [
  ["invalid-name", "a container in upper case", pod({}, { name: "One" }), `${inContainer}/name`],
  ["invalid-name", "a container of 63 characters", pod({}, { name: "a".repeat(63) })],
  [
    "invalid-name",
    "a port's name without a letter",
    pod({}, { ports: [{ containerPort: 80, name: "80" }] }),
    `${inContainer}/ports/0/name`,
  ],
  [
    "invalid-name",
    "a host with a star in its midst",
    ingress({ defaultBackend: { service: { name: "a", port: { number: 1 } } }, rules: [{ host: "a.*.example.com" }] }),
    "/spec/rules/0/host",
  ],
  [
    "invalid-name",
    "a host that begins with a star",
    ingress({ defaultBackend: { service: { name: "a", port: { number: 1 } } }, rules: [{ host: "*.example.com" }] }),
  ],
  [
    "invalid-name",
    "a class name that is empty",
    ingress({ ingressClassName: "", defaultBackend: { service: { name: "a", port: { number: 1 } } } }),
    "/spec/ingressClassName",
  ],
  [
    "invalid-qualified-name",
    "a toleration's key with a space",
    pod({ tolerations: [{ key: "a b", operator: "Exists" }] }),
    "/spec/tolerations/0/key",
  ],
  [
    "invalid-qualified-name",
    "a toleration's key with a prefix",
    pod({ tolerations: [{ key: "example.com/a_B.c", operator: "Exists" }] }),
  ],
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
  [
    "invalid-ip-address",
    "a number above 255",
    pod({ hostAliases: [{ ip: "10.0.0.256", hostnames: ["a"] }] }),
    "/spec/hostAliases/0/ip",
  ],
  ["invalid-ip-address", "IPv6 with a gap", pod({ hostAliases: [{ ip: "fd00::1:2", hostnames: ["a"] }] })],
  [
    "invalid-ip-address",
    "a block without its bits",
    policy({ podSelector: {}, egress: [{ to: [{ ipBlock: { cidr: "10.0.0.0" } }] }] }),
    "/spec/egress/0/to/0/ipBlock/cidr",
  ],
  ["out-of-range", "fewer than no replicas", deployment({ replicas: -1 }), "/spec/replicas"],
  ["out-of-range", "no replicas", deployment({ replicas: 0 })],
  [
    "out-of-range",
    "a file mode above 0777",
    volume({ configMap: { name: "a", defaultMode: 0o1000 } }),
    "/spec/volumes/0/configMap/defaultMode",
  ],
  [
    "out-of-range",
    "a user that is negative",
    pod({ securityContext: { runAsUser: -1 } }),
    "/spec/securityContext/runAsUser",
  ],
  ["invalid-port", "65536", pod({}, { ports: [{ containerPort: 65_536 }] }), `${inContainer}/ports/0/containerPort`],
  ["invalid-port", "1 and 65535", pod({}, { ports: [{ containerPort: 1 }, { containerPort: 65_535 }] })],
  [
    "invalid-port",
    "a probe's port by a name with a space",
    pod({}, { livenessProbe: { tcpSocket: { port: "a b" } } }),
    `${inContainer}/livenessProbe/tcpSocket/port`,
  ],
  ["invalid-port", "a target port of 0, which is the port itself", service({ ports: [{ port: 80, targetPort: 0 }] })],
  [
    "invalid-percentage",
    "a number in quotes",
    deployment({ strategy: { rollingUpdate: { maxSurge: "1" } } }),
    "/spec/strategy/rollingUpdate/maxSurge",
  ],
  ["invalid-percentage", "more than all", budget({ minAvailable: "101%" }), "/spec/minAvailable"],
  ["invalid-percentage", "all, and none", budget({ minAvailable: "100%", selector: {} })],
  [
    "invalid-value",
    "an access mode that is none",
    claim({ accessModes: ["ReadWrite"], resources: { requests: { storage: "1Gi" } } }),
    "/spec/accessModes/0",
  ],
  [
    "invalid-value",
    "all access modes",
    claim({
      accessModes: ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany"],
      resources: { requests: { storage: "1Gi" } },
    }),
  ],
  ["invalid-schedule", "six fields", cronJob("0 0 0 * * *"), "/spec/schedule"],
  ["invalid-schedule", "a range from more to less", cronJob("5-1 * * * *"), "/spec/schedule"],
  ["invalid-schedule", "the seventh day", cronJob("0 0 * * 7"), "/spec/schedule"],
  ["invalid-schedule", "steps, lists, names, question marks", cronJob("1,*/5,10-20/2 ? 1 JAN-mar sun")],
  ["invalid-schedule", "a word", cronJob("@hourly")],
  ["invalid-schedule", "every so often", cronJob("@every 1h30m")],
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
    "resource-amounts",
    "a request above its limit",
    pod({}, { resources: { requests: { cpu: "1.5" }, limits: { cpu: "1500.1m" } } }),
  ],
  [
    "resource-amounts",
    "a request above its limit in other units",
    pod({}, { resources: { requests: { memory: "1Gi" }, limits: { memory: "1G" } } }),
    `${inContainer}/resources/requests/memory`,
  ],
  [
    "resource-amounts",
    "a resource that is none",
    pod({}, { resources: { limits: { ram: "1Gi" } } }),
    `${inContainer}/resources/limits/ram`,
  ],
  ["resource-amounts", "a device", pod({}, { resources: { limits: { "example.com/gpu": 1 } } })],
  [
    "resource-amounts",
    "a claim without storage",
    claim({ accessModes: ["ReadWriteOnce"], resources: {} }),
    "/spec/resources",
  ],
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
    "invalid-restart-policy",
    "a job whose pods are always started again",
    job({}, { restartPolicy: "Always" }),
    "/spec/template/spec/restartPolicy",
  ],
  ["invalid-restart-policy", "a job that says nothing", job({}, {}), "/spec/template/spec"],
  ["invalid-restart-policy", "a job whose pods are started again on failure", job({}, { restartPolicy: "OnFailure" })],
  ["service-ports", "a service without ports", service({ selector: { a: "b" } }), "/spec"],
  [
    "service-ports",
    "two ports without names",
    service({ ports: [{ port: 1 }, { port: 2, name: "two" }] }),
    "/spec/ports/0",
  ],
  ["service-ports", "a headless service without ports", service({ clusterIP: "None" })],
  ["service-ports", "a name for outside without one", service({ type: "ExternalName" }), "/spec"],
  ["ingress-rules", "a path without a slash", path({ path: "a" }), "/spec/rules/0/http/paths/0/path"],
  [
    "ingress-rules",
    "a path that the controller understands",
    path({ path: "/a/(.*)", pathType: "ImplementationSpecific" }),
  ],
  ["ingress-rules", "no rule at all", ingress({ ingressClassName: "a" }), "/spec"],
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
    "invalid-field-path",
    "a field that pods are not told",
    environment({ fieldRef: { fieldPath: "spec.containers" } }),
    `${inContainer}/env/0/valueFrom/fieldRef/fieldPath`,
  ],
  [
    "invalid-field-path",
    "a label by its key",
    environment({ fieldRef: { fieldPath: "metadata.labels['example.com/a']" } }),
  ],
  [
    "unknown-resource",
    "a quota of nothing known",
    object("v1", "ResourceQuota", { spec: { hard: { deployments: 1 } } }),
    "/spec/hard/deployments",
  ],
  [
    "unknown-resource",
    "a quota of objects by their names",
    object("v1", "ResourceQuota", { spec: { hard: { "count/deployments.apps": 1, pods: 1 } } }),
  ],
  [
    "unknown-resource",
    "limits with more at least than at most",
    object("v1", "LimitRange", { spec: { limits: [{ type: "Container", min: { cpu: 2 }, max: { cpu: "1999m" } }] } }),
    "/spec/limits/0/min/cpu",
  ],
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
    "pod-consistency",
    "a deployment whose pods end",
    deployment({
      template: { metadata: { labels: { app: "one" } }, spec: { restartPolicy: "Never", containers: [container()] } },
    }),
    "/spec/template/spec/restartPolicy",
  ],
  [
    "pod-consistency",
    "a host port of another number in the host's network",
    pod({ hostNetwork: true }, { ports: [{ containerPort: 80, hostPort: 81 }] }),
    `${inContainer}/ports/0/hostPort`,
  ],
  ["pod-consistency", "a host port of another number", pod({}, { ports: [{ containerPort: 80, hostPort: 81 }] })],
  [
    "pod-consistency",
    "a privileged container that may not escalate",
    pod({}, { securityContext: { privileged: true, allowPrivilegeEscalation: false } }),
    `${inContainer}/securityContext/allowPrivilegeEscalation`,
  ],
  [
    "pod-consistency",
    "no time for a rollout",
    deployment({ progressDeadlineSeconds: 10, minReadySeconds: 10 }),
    "/spec/progressDeadlineSeconds",
  ],
  [
    "pod-consistency",
    "a variable with a value and a source",
    pod({}, { env: [{ name: "A", value: "b", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }] }),
    `${inContainer}/env/0/valueFrom`,
  ],
  [
    "pod-consistency",
    "a variable with an empty value and a source",
    pod({}, { env: [{ name: "A", value: "", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }] }),
  ],
  [
    "invalid-path",
    "a file outside its volume",
    volume({ configMap: { name: "a", items: [{ key: "b", path: "../b" }] } }),
    "/spec/volumes/0/configMap/items/0/path",
  ],
  [
    "invalid-path",
    "a file in a folder of its volume",
    volume({ configMap: { name: "a", items: [{ key: "b", path: "c/.d..e" }] } }),
  ],
  ["invalid-path", "a share without a slash", volume({ nfs: { server: "a", path: "b" } }), "/spec/volumes/0/nfs/path"],
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
];

export const cases: readonly Case[] = rows.map(([rule, title, object, at]) => ({
  rule,
  title,
  object,
  ...(at !== undefined && { at }),
}));
