import type { JsonObject, KubeObject } from "../../../core/manifest/kube-object.ts";
import { type ColumnTable, column } from "./column.ts";

const size = (object: KubeObject) => Object.keys((object.data ?? {}) as JsonObject).length;

interface Claim {
  phase?: string;
  capacity?: { storage?: string };
  accessModes?: string[];
}

const modes: { readonly [mode: string]: string } = {
  ReadWriteOnce: "RWO",
  ReadOnlyMany: "ROX",
  ReadWriteMany: "RWX",
  ReadWriteOncePod: "RWOP",
};

export const storageColumns: ColumnTable = {
  namespaces: [column("Status", ({ status }) => (status as { phase?: string } | undefined)?.phase ?? "")],
  configmaps: [
    column("Data", (map) => size(map) + Object.keys((map.binaryData ?? {}) as JsonObject).length, { type: "integer" }),
  ],
  secrets: [column("Type", ({ type }) => String(type ?? "")), column("Data", size, { type: "integer" })],
  serviceaccounts: [],
  persistentvolumeclaims: [
    column("Status", (claim) =>
      claim.metadata.deletionTimestamp === undefined ? ((claim.status as Claim).phase ?? "") : "Terminating",
    ),
    column("Volume", ({ spec }) => (spec as { volumeName?: string }).volumeName ?? ""),
    column("Capacity", ({ status }) => (status as Claim).capacity?.storage ?? ""),
    column("Access Modes", ({ status }) =>
      ((status as Claim).accessModes ?? []).map((mode) => modes[mode] ?? mode).join(","),
    ),
    column("StorageClass", ({ spec }) => (spec as { storageClassName?: string }).storageClassName ?? ""),
  ],
  events: [
    column("Type", ({ type }) => String(type ?? "")),
    column("Reason", ({ reason }) => String(reason ?? "")),
    column("Object", ({ involvedObject }) => {
      const { kind = "", name = "" } = (involvedObject ?? {}) as { kind?: string; name?: string };
      return `${kind.toLowerCase()}/${name}`;
    }),
    column("Message", ({ message }) => String(message ?? "").trim()),
  ],
};
