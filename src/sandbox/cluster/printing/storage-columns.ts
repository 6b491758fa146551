import type { JsonObject, KubeObject } from "../../../core/manifest/kube-object.ts";
import { ageColumn, type ColumnTable, column, nameColumn, specColumn, wide } from "./column.ts";

const size = (object: KubeObject) => Object.keys((object.data ?? {}) as JsonObject).length;

interface Claim {
  phase?: string;
  capacity?: { storage?: string };
  volumeName?: string;
  accessModes?: string[];
}

const modes: { readonly [mode: string]: string } = {
  ReadWriteOnce: "RWO",
  ReadOnlyMany: "ROX",
  ReadWriteMany: "RWX",
  ReadWriteOncePod: "RWOP",
};

const modesText = (accessModes: string[] = []) => accessModes.map((mode) => modes[mode] ?? mode).join(",");
const storageClass = specColumn("StorageClass", "storageClassName");
const attributesClass = specColumn("VolumeAttributesClass", "volumeAttributesClassName", "<unset>");

interface Driver {
  attachRequired?: boolean;
  podInfoOnMount?: boolean;
  storageCapacity?: boolean;
  tokenRequests?: { audience: string }[];
  requiresRepublish?: boolean;
  volumeLifecycleModes?: string[];
}

export const storageColumns: ColumnTable = {
  namespaces: [column("Status", ({ status }) => (status as { phase?: string } | undefined)?.phase ?? "")],
  configmaps: [column("Data", (map) => size(map) + Object.keys((map.binaryData ?? {}) as JsonObject).length)],
  secrets: [column("Type", ({ type }) => String(type ?? "")), column("Data", size)],
  serviceaccounts: [],
  persistentvolumeclaims: [
    column("Status", (claim) =>
      claim.metadata.deletionTimestamp === undefined ? ((claim.status as Claim).phase ?? "") : "Terminating",
    ),
    column("Volume", ({ spec }) => (spec as { volumeName?: string }).volumeName ?? ""),
    column("Capacity", ({ spec, status }) => {
      const bound = ((spec as Claim).volumeName ?? "") !== "";
      return (status as Claim).capacity?.storage ?? (bound ? "0" : "");
    }),
    column("Access Modes", ({ status }) => modesText((status as Claim).accessModes)),
    storageClass,
    attributesClass,
    ageColumn,
    column("VolumeMode", ({ spec }) => (spec as { volumeMode?: string }).volumeMode ?? "<unset>", wide),
  ],
  persistentvolumes: [
    column("Capacity", ({ spec }) => (spec as Claim).capacity?.storage ?? ""),
    column("Access Modes", ({ spec }) => modesText((spec as Claim).accessModes)),
    specColumn("Reclaim Policy", "persistentVolumeReclaimPolicy"),
    column("Status", (volume) =>
      volume.metadata.deletionTimestamp === undefined ? ((volume.status as Claim)?.phase ?? "") : "Terminating",
    ),
    column("Claim", ({ spec }) => {
      const { claimRef } = spec as { claimRef?: { namespace: string; name: string } };
      return claimRef === undefined ? "" : `${claimRef.namespace}/${claimRef.name}`;
    }),
    storageClass,
    attributesClass,
    column("Reason", ({ status }) => (status as { reason?: string } | undefined)?.reason ?? ""),
    ageColumn,
    column("VolumeMode", ({ spec }) => (spec as { volumeMode?: string }).volumeMode ?? "<unset>", wide),
  ],
  "storageclasses.storage.k8s.io": [
    {
      ...nameColumn,
      cell: ({ metadata: { name, annotations } }) =>
        annotations?.["storageclass.kubernetes.io/is-default-class"] === "true" ? `${name} (default)` : name,
    },
    column("Provisioner", ({ provisioner }) => String(provisioner ?? "")),
    column("ReclaimPolicy", ({ reclaimPolicy }) => String(reclaimPolicy ?? "Delete")),
    column("VolumeBindingMode", ({ volumeBindingMode }) => String(volumeBindingMode ?? "<unset>")),
    column("AllowVolumeExpansion", ({ allowVolumeExpansion }) => allowVolumeExpansion === true),
  ],
  "csidrivers.storage.k8s.io": [
    column("AttachRequired", ({ spec }) => (spec as Driver).attachRequired ?? true, { type: "boolean" }),
    column("PodInfoOnMount", ({ spec }) => (spec as Driver).podInfoOnMount ?? false, { type: "boolean" }),
    column("StorageCapacity", ({ spec }) => (spec as Driver).storageCapacity ?? false, { type: "boolean" }),
    column("TokenRequests", ({ spec }) => {
      const { tokenRequests } = spec as Driver;
      return tokenRequests === undefined ? "<unset>" : tokenRequests.map(({ audience }) => audience).join(",");
    }),
    column("RequiresRepublish", ({ spec }) => (spec as Driver).requiresRepublish ?? false, { type: "boolean" }),
    column("Modes", ({ spec }) => ((spec as Driver).volumeLifecycleModes ?? []).join(",")),
  ],
  "csinodes.storage.k8s.io": [
    column("Drivers", ({ spec }) => ((spec as { drivers?: object[] }).drivers ?? []).length, { type: "integer" }),
  ],
  "volumeattachments.storage.k8s.io": [
    { ...specColumn("Attacher", "attacher"), format: "name" },
    column(
      "PV",
      ({ spec }) =>
        (spec as { source?: { persistentVolumeName?: string } } | undefined)?.source?.persistentVolumeName ?? "",
    ),
    specColumn("Node", "nodeName"),
    column("Attached", ({ status }) => (status as { attached?: boolean } | undefined)?.attached ?? false, {
      type: "boolean",
    }),
  ],
  "volumeattributesclasses.storage.k8s.io": [column("DriverName", ({ driverName }) => String(driverName ?? ""))],
};
