import type { Row } from "../case.ts";
import {
  claim,
  container,
  deployment,
  environment,
  inContainer,
  job,
  object,
  onNode,
  onNodeTerm,
  pod,
  quota,
} from "../manifests.ts";

/** What stands in pods, and what they may use. */
export const pods: readonly Row[] = [
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
  [
    "invalid-restart-policy",
    "a job whose pods are always started again",
    job({}, { restartPolicy: "Always" }),
    "/spec/template/spec/restartPolicy",
  ],
  ["invalid-restart-policy", "a job that says nothing", job({}, {}), "/spec/template/spec"],
  ["invalid-restart-policy", "a job whose pods are started again on failure", job({}, { restartPolicy: "OnFailure" })],
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
  ["unknown-resource", "a quota of huge pages", quota({ "hugepages-2Mi": "2Mi", "requests.hugepages-1Gi": "1Gi" })],
  [
    "unknown-resource",
    "a quota of the most huge pages",
    quota({ "limits.hugepages-2Mi": "2Mi" }),
    "/spec/hard/limits.hugepages-2Mi",
  ],
  [
    "invalid-field-path",
    "a node by a name in upper case",
    onNode({ key: "metadata.name", operator: "In", values: ["A"] }),
    `${onNodeTerm}/values/0`,
  ],
  [
    "invalid-field-path",
    "a node that has a name",
    onNode({ key: "metadata.name", operator: "Exists" }),
    `${onNodeTerm}/operator`,
  ],
  ["invalid-field-path", "a node by its name", onNode({ key: "metadata.name", operator: "In", values: ["a.b"] })],
  ...["-", "+", "Ki", ".", "-.e3", "00", "1E", " 1 "].map(
    (amount): Row => ["resource-amounts", `an amount of ${JSON.stringify(amount)}`, quota({ cpu: amount })],
  ),
];
