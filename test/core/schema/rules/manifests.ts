export interface Parts {
  [field: string]: unknown;
}

export const object = (apiVersion: string, kind: string, parts: Parts) => ({
  apiVersion,
  kind,
  metadata: { name: "one" },
  ...parts,
});
export const withSpec = (apiVersion: string, kind: string) => (spec: Parts) => object(apiVersion, kind, { spec });

export const container = (parts: Parts = {}) => ({ name: "one", image: "busybox", ...parts });
export const pod = (parts: Parts = {}, of: Parts = {}) =>
  object("v1", "Pod", { spec: { containers: [container(of)], ...parts } });
export const volume = (parts: Parts) => pod({ volumes: [{ name: "one", ...parts }] });
export const configMap = (parts: Parts) => object("v1", "ConfigMap", parts);
export const labelled = (labels: Parts) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "one", labels } });
export const made = (creationTimestamp: string) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "one", creationTimestamp },
});
export const lease = (renewTime: string) => object("coordination.k8s.io/v1", "Lease", { spec: { renewTime } });
export const annotated = (annotations: Parts) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "one", annotations },
});
export const deployment = (parts: Parts = {}, labels: Parts = { app: "one" }) =>
  object("apps/v1", "Deployment", {
    spec: {
      selector: { matchLabels: { app: "one" } },
      template: { metadata: { labels }, spec: { containers: [container()] } },
      ...parts,
    },
  });
export const service = withSpec("v1", "Service");
export const ingress = withSpec("networking.k8s.io/v1", "Ingress");
export const path = (parts: Parts) =>
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
export const job = (parts: Parts, of: Parts = { restartPolicy: "Never" }) =>
  object("batch/v1", "Job", { spec: { template: { spec: { containers: [container()], ...of } }, ...parts } });
export const cronJob = (schedule: string) =>
  object("batch/v1", "CronJob", {
    spec: {
      schedule,
      jobTemplate: { spec: { template: { spec: { restartPolicy: "Never", containers: [container()] } } } },
    },
  });
export const budget = withSpec("policy/v1", "PodDisruptionBudget");
export const role = (rule: Parts) => object("rbac.authorization.k8s.io/v1", "Role", { rules: [rule] });
export const binding = (roleRef: Parts, subject: Parts) =>
  object("rbac.authorization.k8s.io/v1", "RoleBinding", {
    roleRef: { apiGroup: "rbac.authorization.k8s.io", ...roleRef },
    subjects: [subject],
  });
export const scaler = (parts: Parts) =>
  object("autoscaling/v2", "HorizontalPodAutoscaler", {
    spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "one" }, maxReplicas: 3, ...parts },
  });
export const claim = withSpec("v1", "PersistentVolumeClaim");
export const disk = (parts: Parts) =>
  object("v1", "PersistentVolume", {
    spec: { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], ...parts },
  });
export const policy = withSpec("networking.k8s.io/v1", "NetworkPolicy");
export const webhook = (parts: Parts) =>
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
export const definition = (schema: Parts, version: Parts = {}) => ({
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
export const inContainer = "/spec/containers/0";
export const environment = (valueFrom: Parts) => pod({}, { env: [{ name: "A", valueFrom }] });
export const affinity = (requirement: Parts) =>
  pod({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [requirement] }] },
      },
    },
  });
export const inAffinity =
  "/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms/0/matchExpressions/0";

export const workload = (kind: string, parts: Parts = {}, of: Parts = {}, metadata: Parts = {}) =>
  object("apps/v1", kind, {
    spec: {
      selector: { matchLabels: { app: "one" } },
      template: { metadata: { labels: { app: "one" }, ...metadata }, spec: { containers: [container()], ...of } },
      ...parts,
    },
  });
export const statefulSet = (parts: Parts = {}, of: Parts = {}) => workload("StatefulSet", parts, of);
export const daemonSet = (parts: Parts = {}, of: Parts = {}) => workload("DaemonSet", parts, of);
export const ofOneGibibyte = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
export const claimTemplate = (metadata: Parts) => ({ metadata, spec: ofOneGibibyte });
export const quota = (hard: Parts, parts: Parts = {}) => object("v1", "ResourceQuota", { spec: { hard, ...parts } });
export const parameters = (paramRef: Parts) =>
  object("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding", {
    spec: { policyName: "a", validationActions: ["Deny"], paramRef: { parameterNotFoundAction: "Deny", ...paramRef } },
  });
export const onNode = (requirement: Parts) =>
  pod({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields: [requirement] }] },
      },
    },
  });
export const onNodeTerm =
  "/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms/0/matchFields/0";

export const asked = { exec: { command: ["a"] } };
export const failingBy = (onExitCodes: Parts) => ({
  podFailurePolicy: { rules: [{ action: "FailJob", onExitCodes }] },
});
export const inZone = (timeZone: string) => {
  const { spec, ...rest } = cronJob("@daily") as unknown as { spec: Parts };
  return { ...rest, spec: { ...spec, timeZone } };
};
export const limits = (item: Parts) => object("v1", "LimitRange", { spec: { limits: [item] } });
export const priority = (name: string, value: number) => ({
  ...object("scheduling.k8s.io/v1", "PriorityClass", { value }),
  metadata: { name },
});
export const namespaced = (mode: string, level: string) => ({
  ...object("v1", "Namespace", {}),
  metadata: { name: "one", labels: { [`pod-security.kubernetes.io/${mode}`]: level } },
});
export const from = (cidr: string, except: string) =>
  policy({ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr, except: [except] } }] }] });
