import type { JsonObject } from "../../../core/manifest/kube-object.ts";
import type { FieldViolation } from "../status-error.ts";
import { dnsLabel, duplicates, oneOf, words } from "./rule.ts";

const pullPolicies = ["Always", "IfNotPresent", "Never"];
const restartPolicies = ["Always", "OnFailure", "Never"];
const handlers = ["exec", "httpGet", "tcpSocket", "grpc"];

const listOf = (value: JsonObject, field: string) => (value[field] ?? []) as JsonObject[];

/** What is wrong with a pod's spec at that path. */
export function podSpecViolations(spec: JsonObject, at: string): FieldViolation[] {
  const containers = listOf(spec, "containers");
  const volumes = listOf(spec, "volumes");
  const inits = listOf(spec, "initContainers");
  const named = new Set([
    ...volumes.map(({ name }) => name),
    ...listOf(spec, "volumeClaimTemplates").map(({ name }) => name),
  ]);
  const every = (list: JsonObject[], field: string) =>
    list.flatMap((it, index) => containerViolations(it, `${at}.${field}[${index}]`, named));
  return [
    ...volumes.flatMap((volume, index) => volumeViolations(volume, `${at}.volumes[${index}]`)),
    ...duplicates(volumes, "name", `${at}.volumes`),
    ...(containers.length === 0 ? [words.required(`${at}.containers`)] : []),
    ...every(containers, "containers"),
    ...duplicates(containers, "name", `${at}.containers`),
    ...every(inits, "initContainers"),
    ...duplicates(inits, "name", `${at}.initContainers`),
    ...oneOf(spec.restartPolicy, restartPolicies, `${at}.restartPolicy`),
  ];
}

/** In the order in which a real server looks for them: it names the second that it finds. */
const volumeSources = [
  "emptyDir",
  "hostPath",
  "gitRepo",
  "gcePersistentDisk",
  "awsElasticBlockStore",
  "secret",
  "nfs",
  "iscsi",
  "glusterfs",
  "flocker",
  "persistentVolumeClaim",
  "rbd",
  "cinder",
  "cephfs",
  "quobyte",
  "downwardAPI",
  "fc",
  "flexVolume",
  "configMap",
  "azureFile",
  "vsphereVolume",
  "photonPersistentDisk",
  "portworxVolume",
  "azureDisk",
  "storageos",
  "projected",
  "scaleIO",
  "csi",
  "ephemeral",
  "image",
];

function volumeViolations(volume: JsonObject, at: string): FieldViolation[] {
  const sources = Object.keys(volume).filter((field) => field !== "name" && volume[field] !== null);
  return [
    ...dnsLabel(volume.name, `${at}.name`),
    ...sources
      .toSorted((one, other) => volumeSources.indexOf(one) - volumeSources.indexOf(other))
      .slice(1)
      .map((source) => words.forbidden(`${at}.${source}`, "may not specify more than 1 volume type")),
  ];
}

function containerViolations(container: JsonObject, at: string, volumes: ReadonlySet<unknown>): FieldViolation[] {
  const found = [...dnsLabel(container.name, `${at}.name`)];
  if (!container.image) found.push(words.required(`${at}.image`));
  listOf(container, "ports").forEach(({ containerPort, name }, index) => {
    const port = `${at}.ports[${index}]`;
    if (name !== undefined) found.push(...portName(String(name), `${port}.name`));
    if (!containerPort) found.push(words.required(`${port}.containerPort`));
    else found.push(...portNumber(containerPort, `${port}.containerPort`));
  });
  listOf(container, "env").forEach((variable, index) => {
    const env = `${at}.env[${index}]`;
    if (!variable.name) found.push(words.required(`${env}.name`));
    if (variable.value && variable.valueFrom !== undefined) {
      found.push(words.invalid(`${env}.valueFrom`, "", "may not be specified when `value` is not empty"));
    }
  });
  const mounts = listOf(container, "volumeMounts");
  mounts.forEach(({ name, mountPath }, index) => {
    const mount = `${at}.volumeMounts[${index}]`;
    if (!name) found.push(words.required(`${mount}.name`));
    else if (!volumes.has(name)) found.push(words.notFound(`${mount}.name`, name));
    if (!mountPath) found.push(words.required(`${mount}.mountPath`));
  });
  const seen = new Set<unknown>();
  mounts.forEach(({ mountPath }, index) => {
    if (mountPath && seen.has(mountPath)) {
      found.push(words.invalid(`${at}.volumeMounts[${index}].mountPath`, mountPath, "must be unique"));
    }
    seen.add(mountPath);
  });
  for (const probe of ["livenessProbe", "readinessProbe", "startupProbe"]) {
    const value = container[probe] as JsonObject | undefined;
    if (value !== undefined) found.push(...probeViolations(value, `${at}.${probe}`));
  }
  found.push(...oneOf(container.imagePullPolicy, pullPolicies, `${at}.imagePullPolicy`));
  return [...found, ...resourceViolations((container.resources ?? {}) as JsonObject, `${at}.resources`)];
}

function probeViolations(probe: JsonObject, at: string): FieldViolation[] {
  const given = handlers.filter((handler) => probe[handler] !== undefined);
  if (given.length === 0) return [words.required(at, "must specify a handler type")];
  return given
    .slice(1)
    .map((handler) => words.forbidden(`${at}.${handler}`, "may not specify more than 1 handler type"));
}

function resourceViolations(resources: JsonObject, at: string): FieldViolation[] {
  const limits = (resources.limits ?? {}) as { [name: string]: string };
  const requests = (resources.requests ?? {}) as { [name: string]: string };
  return Object.entries(requests).flatMap(([name, amount]) => {
    const limit = limits[name];
    if (limit === undefined || amountOf(amount) <= amountOf(limit)) return [];
    return [words.invalid(`${at}.requests`, amount, `must be less than or equal to ${name} limit of ${limit}`)];
  });
}

const scales: { readonly [suffix: string]: number } = Object.fromEntries([
  ...["n", "u", "m", "", "k", "M", "G", "T", "P", "E"].map((suffix, index) => [suffix, 1_000 ** (index - 3)] as const),
  ...["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"].map((suffix, index) => [suffix, 1_024 ** (index + 1)] as const),
]);

/** A canonical quantity as a number, near enough to compare two of them. */
function amountOf(quantity: string): number {
  const [, digits = "0", suffix = ""] = /^([+-]?[\d.]+(?:e-?\d+)?)([a-zA-Z]*)$/.exec(quantity) ?? [];
  return Number(digits) * (scales[suffix] ?? 1);
}

export function portNumber(value: unknown, at: string): FieldViolation[] {
  const fits = typeof value === "number" && value >= 1 && value <= 65_535;
  return fits ? [] : [words.invalid(at, value, "must be between 1 and 65535, inclusive")];
}

function portName(name: string, at: string): FieldViolation[] {
  const problems = [
    [name.length > 15, "must be no more than 15 characters"],
    [!/^[-a-z0-9]+$/.test(name), "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"],
    [!/[a-z]/.test(name), "must contain at least one letter (a-z)"],
    [name.includes("--"), "must not contain consecutive hyphens"],
    [/^-|-$/.test(name), "must not begin or end with a hyphen"],
  ] as const;
  return problems.filter(([bad]) => bad).map(([, why]) => words.invalid(at, name, why));
}
