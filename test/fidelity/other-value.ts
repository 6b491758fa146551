import type { Steps, Value } from "./values.ts";

const quantities = ["50m", "0.05", "100m", "0.1", "250m", "1", "1000m", "1.5", "1500m", "2"];
const sizes = ["64Mi", "65536Ki", "0.0625Gi", "128Mi", "512Mi", "0.5Gi", "1Gi", "1024Mi", "100M", "1e9"];

/** Values that stand for one another, by the field that they are good in. */
const choices: { [field: string]: readonly Value[] } = {
  protocol: ["TCP", "UDP", "HTTP", "HTTPS"],
  pathType: ["Prefix", "Exact", "ImplementationSpecific"],
  imagePullPolicy: ["Always", "IfNotPresent", "Never"],
  concurrencyPolicy: ["Allow", "Forbid", "Replace"],
  whenUnsatisfiable: ["ScheduleAnyway"],
  effect: ["NoSchedule", "PreferNoSchedule", "NoExecute"],
  operator: ["In", "NotIn", "Exists", "Equal"],
  sessionAffinity: ["None", "ClientIP"],
  type: ["RollingUpdate", "OnDelete", "Recreate", "ClusterIP", "NodePort", "Pods", "Percent", "Opaque"],
  clusterIP: ["None"],
  schedule: ["0 4 1 1 *", "@yearly", "*/5 0 1 1 *"],
  timeZone: ["Europe/Paris", "Etc/UTC"],
  role: ["viewer", "editor", "owner"],
  maxSurge: ["25%", "100%", 1, 2],
  maxUnavailable: ["25%", "50%", 1],
  minAvailable: ["25%", 1, 0, "0%"],
  averageValue: quantities,
  averageUtilization: [50, 60, 70],
  sizeLimit: sizes,
  storage: ["5Gi", "5120Mi", "10Gi", "10240Mi", "20Gi"],
  cpu: quantities,
  memory: sizes,
  divisor: ["1m", "1", "0.001"],
  timeout: ["30s", "45s", "1m0s", "1m"],
  weight: [1, 3, "3", "50%", 100],
  port: [80, 81, 443, 8080, 9090, "http", "metrics"],
  targetPort: [8080, 9090, "http", "metrics", "8080"],
  replicas: [0, 1, 2],
  minReplicas: [1, 2],
  maxReplicas: [3, 4, 5],
  minReadySeconds: [0, 1],
  completions: [1, 2],
  sessionAffinityConfig: [],
  cidr: ["10.0.0.0/8", "192.168.0.0/16", "172.16.0.0/12"],
  path: ["/", "/ready", "/shop", "/other"],
  className: ["nginx", "envoy"],
  // One amount each, and texts to the server.
  note: ["1.1", "1.10", "500m", "0.5"],
};

/** Texts that YAML, Go or a shell may read as something else. */
const texts = [
  "",
  "on",
  "1e3",
  "0x10",
  "007",
  "null",
  "~",
  " spaced ",
  "a: b",
  "line\nline\n",
  "ünïcode ✓",
  "{}",
  "true",
  "-",
];

/** Another value that may stand in a field: one that is right there, one from the same field elsewhere, or an odd one. */
export function otherValue(steps: Steps, value: Value, alike: readonly Value[], random: () => number): Value {
  const oneOf = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  const field = steps.findLast((step) => !/^\d+$/.test(step)) ?? "";
  const parent = steps.at(-2) ?? "";
  const known = choices[field];
  if (known !== undefined && known.length > 0 && random() < 0.9) return oneOf(known);
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return random() < 0.3 && alike.length > 0 ? oneOf(alike) : value + oneOf([1, 2, 5]);
  if (typeof value !== "string") return value;
  if (field === "image") return `${value.split(":")[0]}:${oneOf(["1.1", "1.2", "2", "latest"])}`;
  if (parent === "data" && /^[A-Za-z0-9+/]+=*$/.test(value) && value.length % 4 === 0)
    return oneOf(["YQ==", "YWI=", ""]);
  if (parent === "data" || parent === "annotations" || field === "value" || field === "description") {
    return random() < 0.6 ? oneOf(texts) : `${value}x`;
  }
  if (parent === "labels") return oneOf(["a", "b-c", "", "1", "true"]);
  return random() < 0.4 && alike.length > 1 ? oneOf(alike) : `${value}${oneOf(["x", "-x", "1"])}`;
}
