import {
  claim,
  cronJob,
  daemonSet,
  deployment,
  disk,
  from,
  ingress,
  job,
  object,
  onNode,
  type Parts,
  pod,
  policy,
  quota,
  role,
  scaler,
  service,
  statefulSet,
  volume,
  webhook,
} from "../core/schema/rules/manifests.ts";
import { withValue } from "./slips.ts";

/** Values at the edges of what a field takes, as the server's own source draws them. */
const names = ["A", "a_b", "a.b", "a-", "-a", "1", "a b", "a/b", "a:b", "..", "a".repeat(63), "a".repeat(64), ""];
const counts = [-1, 0, 1, 2, 100, 101, 3_600, 3_601, 2 ** 31 - 1, 2 ** 31];
const ports = [0, 1, 65_535, 65_536, "http", "HTTP", "80", "a--b", "a".repeat(16), ""];
const shares = [0, 1, "0%", "100%", "101%", "1", "1.5%", "-1%", ""];
const amounts = ["-", "Ki", ".5", "1.", "+1", "-1", "0", "0.1n", "1e3", "1E", "1K", " 1 ", "1.5", 1.5, "1e400"];
const addresses = ["1.2.3.4", "01.2.3.4", "::1", "::ffff:1.2.3.4", "1.2.3", "fe80::1%eth0", "None", ""];
const paths = ["a", "/a", "..", "..a", "a/..", "a/../b", "a//b", ".", "...", ""];
const resources = ["cpu", "storage", "pods", "hugepages-2Mi", "requests.hugepages-2Mi", "limits.hugepages-2Mi"].concat([
  "limits.cpu",
  "count/a.b",
  "a.b/c",
  "requests.a.b/c",
  "kubernetes.io/c",
  "services.nodeports",
  "a",
]);
const schedules = ["0,,15 * * * *", "+5 * * * *", "*/+5 * * * *", "*-5 * * * *", "0 0 * * 7", "@every .5h", "@every 0"];
const words = ["", "None", "Fail", "Exact", "Never", "Always", "x"];

const backend = { service: { name: "a", port: { number: 1 } } };
const projected = (source: Parts) => volume({ projected: { sources: [source] } });

/** A manifest, the place in it, and what is put there. */
const places: readonly [object, string, readonly unknown[]][] = [
  [pod(), "spec.containers.0.name", names],
  [pod({ hostname: "a" }), "spec.hostname", names],
  [statefulSet({}, { hostname: "a" }), "spec.template.spec.hostname", names],
  [statefulSet({ serviceName: "a" }), "spec.serviceName", names],
  [pod({ serviceAccountName: "a" }), "spec.serviceAccountName", names],
  [pod({ dnsConfig: { searches: ["a"] } }), "spec.dnsConfig.searches.0", [...names, "."]],
  [pod({ dnsConfig: { nameservers: ["1.1.1.1"] } }), "spec.dnsConfig.nameservers.0", addresses],
  [pod({ hostAliases: [{ ip: "1.1.1.1", hostnames: ["a"] }] }), "spec.hostAliases.0.ip", addresses],
  [pod({ hostAliases: [{ ip: "1.1.1.1", hostnames: ["a"] }] }), "spec.hostAliases.0.hostnames.0", names],
  [pod({ tolerations: [{ key: "a", operator: "Exists" }] }), "spec.tolerations.0.key", names],
  [pod({ tolerations: [{ key: "a", value: "b" }] }), "spec.tolerations.0.value", names],
  [pod({}, { env: [{ name: "A" }] }), "spec.containers.0.env.0.name", names],
  [pod({}, { ports: [{ containerPort: 1 }] }), "spec.containers.0.ports.0.containerPort", ports],
  [pod({}, { livenessProbe: { tcpSocket: { port: 1 } } }), "spec.containers.0.livenessProbe.tcpSocket.port", ports],
  [
    pod({}, { livenessProbe: { tcpSocket: { port: 1 }, successThreshold: 1 } }),
    "spec.containers.0.livenessProbe.successThreshold",
    counts,
  ],
  [pod({}, { resources: { limits: { cpu: 1 } } }), "spec.containers.0.resources.limits.cpu", amounts],
  [pod({}, { resources: { limits: { "a.b/c": 1 } } }), "spec.containers.0.resources.limits.a~b/c", amounts],
  [pod({}, { securityContext: { runAsUser: 1 } }), "spec.containers.0.securityContext.runAsUser", counts],
  [
    onNode({ key: "metadata.name", operator: "In", values: ["a"] }),
    "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms.0.matchFields.0.values.0",
    names,
  ],
  [
    volume({ configMap: { name: "a", items: [{ key: "a", path: "a" }] } }),
    "spec.volumes.0.configMap.items.0.path",
    paths,
  ],
  [
    volume({ configMap: { name: "a", items: [{ key: "a", path: "a" }] } }),
    "spec.volumes.0.configMap.items.0.key",
    names,
  ],
  [volume({ configMap: { name: "a" } }), "spec.volumes.0.configMap.name", names],
  [volume({ fc: { wwids: ["a"], lun: 1 } }), "spec.volumes.0.fc.lun", [255, 256, -1]],
  [volume({ fc: { targetWWNs: ["a"], lun: 1 } }), "spec.volumes.0.fc.lun", [255, 256, -1]],
  [
    projected({ clusterTrustBundle: { name: "a", path: "a" } }),
    "spec.volumes.0.projected.sources.0.clusterTrustBundle.name",
    names,
  ],
  [
    projected({
      downwardAPI: { items: [{ path: "a", resourceFieldRef: { containerName: "one", resource: "limits.cpu" } }] },
    }),
    "spec.volumes.0.projected.sources.0.downwardAPI.items.0.resourceFieldRef.resource",
    resources,
  ],
  [deployment({ replicas: 1 }), "spec.replicas", counts],
  [deployment({ strategy: { rollingUpdate: { maxSurge: 1 } } }), "spec.strategy.rollingUpdate.maxSurge", shares],
  [
    daemonSet({ updateStrategy: { type: "OnDelete", rollingUpdate: { maxUnavailable: 1 } } }),
    "spec.updateStrategy.rollingUpdate.maxUnavailable",
    shares,
  ],
  [
    daemonSet({ updateStrategy: { rollingUpdate: { maxUnavailable: 1 } } }),
    "spec.updateStrategy.rollingUpdate.maxUnavailable",
    shares,
  ],
  [job({ completionMode: "Indexed", completions: 1 }), "spec.completions", counts],
  [job({ managedBy: "a.b/c" }), "spec.managedBy", names],
  [cronJob("* * * * *"), "spec.schedule", schedules],
  [scaler({ minReplicas: 1 }), "spec.minReplicas", counts],
  [scaler({}), "spec.scaleTargetRef.apiVersion", ["", "v1", "apps/v1", "a/b/c"]],
  [
    service({ type: "LoadBalancer", ports: [{ port: 1 }], loadBalancerIP: "1.1.1.1" }),
    "spec.loadBalancerIP",
    addresses,
  ],
  [service({ type: "ExternalName", externalName: "a" }), "spec.externalName", [...names, "a.b."]],
  [service({ ports: [{ port: 1 }], externalName: "a" }), "spec.externalName", names],
  [service({ ports: [{ port: 1 }], clusterIP: "None" }), "spec.clusterIP", addresses],
  [service({ ports: [{ port: 1, targetPort: 1 }] }), "spec.ports.0.targetPort", ports],
  [ingress({ defaultBackend: backend, rules: [{ host: "a" }] }), "spec.rules.0.host", [...names, "*.a", "*"]],
  [ingress({ ingressClassName: "a", defaultBackend: backend }), "spec.ingressClassName", names],
  [policy({ podSelector: {}, ingress: [{ ports: [{ port: 1 }] }] }), "spec.ingress.0.ports.0.port", ports],
  [from("10.0.0.0/8", "10.1.0.0/16"), "spec.ingress.0.from.0.ipBlock.except.0", ["10.0.0.0/8", "10.0.0.0/9", "::/0"]],
  [
    claim({ accessModes: ["ReadWriteOnce"], resources: { requests: { storage: 1 } } }),
    "spec.resources.requests.storage",
    amounts,
  ],
  [
    claim({
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: 1 } },
      dataSource: { kind: "A", name: "a" },
    }),
    "spec.dataSource.apiGroup",
    names,
  ],
  [disk({ hostPath: { path: "/a" } }), "spec.capacity.storage", amounts],
  [disk({ csi: { driver: "a", volumeHandle: "a", nodeStageSecretRef: {} } }), "spec.csi.driver", names],
  [
    disk({ cephfs: { monitors: ["a"], secretRef: { name: "a", namespace: "a" } } }),
    "spec.cephfs.secretRef.namespace",
    names,
  ],
  [object("storage.k8s.io/v1", "StorageClass", { provisioner: "a" }), "provisioner", names],
  [role({ verbs: ["get"], apiGroups: [""], resources: ["a"] }), "rules.0.resources.0", names],
  [webhook({}), "webhooks.0.name", [...names, "a.b.c"]],
  [webhook({ failurePolicy: "Fail" }), "webhooks.0.failurePolicy", words],
  [webhook({ matchPolicy: "Exact" }), "webhooks.0.matchPolicy", words],
  [webhook({}), "webhooks.0.sideEffects", words],
  [webhook({ timeoutSeconds: 1 }), "webhooks.0.timeoutSeconds", [0, 1, 30, 31]],
];

/** Manifests at those edges; which of them are valid the server knows. */
export function edges(): unknown[] {
  const quotas = resources.flatMap((name) => ["1", "1.5"].map((amount) => quota({ [name]: amount })));
  const put = places.flatMap(([manifest, place, values]) => {
    // A tilde stands for a dot inside a name.
    const steps = place.split(".").map((step) => step.replaceAll("~", "."));
    return values.map((value) => withValue(manifest, steps, value));
  });
  return [...quotas, ...put];
}
