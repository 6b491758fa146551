import type { Row } from "../case.ts";
import { budget, claim, cronJob, deployment, inContainer, pod, service, volume } from "../manifests.ts";

/** Numbers, ports, percentages, schedules, and words of which there are few. */
export const numbers: readonly Row[] = [
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
];
