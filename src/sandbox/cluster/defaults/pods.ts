import type { JsonObject } from "../../../core/manifest/kube-object.ts";
import { type Defaults, type DefaultsTable, fill, inside } from "./rule.ts";

const volumeSources = [
  "hostPath",
  "emptyDir",
  "gcePersistentDisk",
  "awsElasticBlockStore",
  "gitRepo",
  "secret",
  "nfs",
  "iscsi",
  "glusterfs",
  "persistentVolumeClaim",
  "rbd",
  "flexVolume",
  "cinder",
  "cephfs",
  "flocker",
  "downwardAPI",
  "fc",
  "azureFile",
  "configMap",
  "vsphereVolume",
  "quobyte",
  "azureDisk",
  "photonPersistentDisk",
  "projected",
  "portworxVolume",
  "scaleIO",
  "storageos",
  "csi",
  "ephemeral",
  "image",
];

const container: Defaults = (value) => {
  const image = String(value.image ?? "");
  fill(value, {
    imagePullPolicy: tagOf(image) === "latest" ? "Always" : "IfNotPresent",
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
  });
};

/** `latest` where the image names neither tag nor digest. */
function tagOf(image: string): string {
  if (image.includes("@")) return "";
  const name = image.slice(image.lastIndexOf("/") + 1);
  const colon = name.indexOf(":");
  return colon < 0 ? "latest" : name.slice(colon + 1);
}

const probe: Defaults = (value) => {
  for (const field of ["timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"]) {
    // Zero stands for "not set" here.
    if (value[field] === 0) delete value[field];
  }
  fill(value, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
};

const podSpec: Defaults = (value) => {
  fill(value, {
    dnsPolicy: "ClusterFirst",
    restartPolicy: "Always",
    terminationGracePeriodSeconds: 30,
    securityContext: {},
    schedulerName: "default-scheduler",
  });
  if (value.serviceAccountName !== undefined || value.serviceAccount !== undefined) {
    const name = (value.serviceAccountName ?? value.serviceAccount)!;
    value.serviceAccountName = name;
    value.serviceAccount = name;
  }
  if (value.hostNetwork !== true) return;
  for (const list of ["containers", "initContainers"]) {
    for (const each of (value[list] ?? []) as JsonObject[]) {
      for (const port of (each.ports ?? []) as JsonObject[]) port.hostPort ??= port.containerPort!;
    }
  }
};

/** A request that is not there is as high as the limit. Only for pods themselves, not in templates. */
const pod: Defaults = (value) => {
  const spec = inside(value, "spec");
  fill(spec, { enableServiceLinks: true });
  for (const list of ["containers", "initContainers"]) {
    for (const each of (spec[list] ?? []) as JsonObject[]) {
      const resources = each.resources as JsonObject | undefined;
      if (resources?.limits === undefined) continue;
      fill(inside(resources, "requests"), resources.limits as JsonObject);
    }
  }
};

const core = "io.k8s.api.core.v1.";

export const podDefaults: DefaultsTable = {
  [`${core}Pod`]: pod,
  [`${core}PodSpec`]: podSpec,
  [`${core}Container`]: container,
  [`${core}EphemeralContainer`]: container,
  [`${core}ContainerPort`]: (value) => fill(value, { protocol: "TCP" }),
  [`${core}Probe`]: probe,
  [`${core}HTTPGetAction`]: (value) => {
    if (value.path === "") delete value.path;
    fill(value, { path: "/", scheme: "HTTP" });
  },
  [`${core}GRPCAction`]: (value) => fill(value, { service: "" }),
  [`${core}ObjectFieldSelector`]: (value) => fill(value, { apiVersion: "v1" }),
  [`${core}ResourceFieldSelector`]: (value) => fill(value, { divisor: "0" }),
  [`${core}FileKeySelector`]: (value) => fill(value, { optional: false }),
  [`${core}Volume`]: (value) => {
    if (!volumeSources.some((source) => value[source] !== undefined)) value.emptyDir = {};
  },
  [`${core}HostPathVolumeSource`]: (value) => fill(value, { type: "" }),
  [`${core}SecretVolumeSource`]: (value) => fill(value, { defaultMode: 420 }),
  [`${core}ConfigMapVolumeSource`]: (value) => fill(value, { defaultMode: 420 }),
  [`${core}DownwardAPIVolumeSource`]: (value) => fill(value, { defaultMode: 420 }),
  [`${core}ProjectedVolumeSource`]: (value) => fill(value, { defaultMode: 420 }),
  [`${core}ServiceAccountTokenProjection`]: (value) => fill(value, { expirationSeconds: 3600 }),
  [`${core}ISCSIVolumeSource`]: (value) => fill(value, { iscsiInterface: "default" }),
  [`${core}RBDVolumeSource`]: (value) => fill(value, { pool: "rbd", user: "admin", keyring: "/etc/ceph/keyring" }),
  [`${core}AzureDiskVolumeSource`]: (value) =>
    fill(value, { cachingMode: "ReadWrite", fsType: "ext4", kind: "Shared", readOnly: false }),
  [`${core}ScaleIOVolumeSource`]: (value) => fill(value, { fsType: "xfs", storageMode: "ThinProvisioned" }),
  [`${core}PersistentVolumeClaimTemplate`]: (value) => fill(inside(value, "spec"), { volumeMode: "Filesystem" }),
};
