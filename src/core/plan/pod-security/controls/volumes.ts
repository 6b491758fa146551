import { listAt } from "../../risks/risk.ts";
import { type Control, eachOnce, inQuotes, isThere, named, numbered } from "../control.ts";

const allowed = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "image",
  "persistentVolumeClaim",
  "projected",
  "secret",
];

/** Every other type there is; one that is newer than these may be allowed by then. */
const restricted = [
  "hostPath",
  "gcePersistentDisk",
  "awsElasticBlockStore",
  "gitRepo",
  "nfs",
  "iscsi",
  "glusterfs",
  "rbd",
  "flexVolume",
  "cinder",
  "cephfs",
  "flocker",
  "fc",
  "azureFile",
  "vsphereVolume",
  "quobyte",
  "azureDisk",
  "photonPersistentDisk",
  "portworxVolume",
  "scaleIO",
  "storageos",
];

export const volumeTypes: Control = ({ spec }) => {
  const typeOf = (volume: unknown) =>
    allowed.some((type) => isThere(volume, type)) ? undefined : restricted.find((type) => isThere(volume, type));
  const bad = listAt(spec, "volumes").filter((one) => typeOf(one) !== undefined);
  if (bad.length === 0) return undefined;
  const types = eachOnce(bad.flatMap((one) => typeOf(one) ?? []));
  const what = `${bad.length === 1 ? "uses" : "use"} ${numbered("restricted volume type", types)} ${inQuotes(types)}`;
  return { name: "restricted volume types", detail: `${named("volume", bad)} ${what}` };
};
